// Strict JSON: what two readers could understand in two ways is refused.
//
// Boost.JSON's own parse() takes the last of two equal names and turns 6.0 and 2^64 into doubles without a
// word, so that its parser runs here with a handler of ours. Faults of strictness are collected with their
// pointers while reading goes on, since text that is no JSON at all is another answer (400, not 422).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/json.h"
#include "core/request.h"

namespace holdfast::api {

inline constexpr std::size_t json_depth_max = 32;
inline constexpr std::size_t json_faults_max = 20;  // that are told of one document

struct JsonRead {
  Json json;                       // sound only if there are no faults
  std::string malformed;           // why it is not JSON; empty: it is
  std::vector<FieldError> faults;  // JSON, but not by our rules
  bool told_all = false;  // read to its end, and all faults are there: what they do not name is sound
};

[[nodiscard]] JsonRead read_json(std::string_view text, std::size_t faults_max = json_faults_max);

}  // namespace holdfast::api
