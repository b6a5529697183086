// The page that /dashboard serves: the text of dashboard.html beside this file, compiled in.
#pragma once

#include <string_view>

namespace holdfast::api {

[[nodiscard]] std::string_view dashboard_page();

}  // namespace holdfast::api
