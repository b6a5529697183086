// What a Hello or a Message must be beyond its structure, before the core sees it.
//
//   names     regions and clusters [a-z0-9-]{1,32}; SKUs as shops may write them; other texts UTF-8, bounded
//   units     growing fields and asks 0 to limits::field_units_max; gauges 0 to gauge_max
//   rows      have a version, and in a section ascending ones; `sent` ascending by replica, none zero, none
//   to
//             the writer itself, all in the message's list of replicas
//   versions  a range does not end before it begins; boots ascend, and none began before the one before it
//   lists     within limits.h; replicas are named once
//
// What takes knowledge of other messages (does a row shrink? is there a fork?) is for the core to see.
#pragma once

#include <optional>

#include "core/message.h"
#include "wire/error.h"

namespace holdfast::wire {

// The first fault found; nothing: the value is sound.
[[nodiscard]] std::optional<DecodeError> fault_of(const Hello& hello);
[[nodiscard]] std::optional<DecodeError> fault_of(const Message& message);

}  // namespace holdfast::wire
