// The version of these programs, from CMakeLists.txt.
#pragma once

#include <string>

namespace holdfast {

inline const std::string version = HOLDFAST_VERSION;

}  // namespace holdfast
