// Why bytes could not be decoded. Whoever sees one drops the bytes: nothing of them has been used.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace holdfast::wire {

enum class DecodeFault : std::uint8_t {
  malformed,       // not a Cap'n Proto message of one segment, or its pointers lead astray
  unknown_format,  // of a later version of this program
  unknown_kind,    // an enumerant or a variant that this program does not have
  out_of_range,    // a value that its type cannot have: limits.h of core and of this folder
};

struct DecodeError {
  DecodeFault fault = DecodeFault::malformed;
  std::string detail;  // one line for a person
  bool operator==(const DecodeError&) const = default;
};

template <class T>
using Decoded = Result<T, DecodeError>;

}  // namespace holdfast::wire
