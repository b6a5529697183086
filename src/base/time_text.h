// Moments as people and programs read them.
#pragma once

#include <string>

#include "base/time.h"

namespace holdfast {

// RFC 3339 in UTC with milliseconds: "2026-11-23T18:10:00.000Z".
void append_time(std::string& out, WallTime at);

}  // namespace holdfast
