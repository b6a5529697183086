// Random messages that an honest peer could send, up to every limit.
#pragma once

#include "core/message.h"
#include "draw.h"

namespace holdfast::wire {

inline constexpr std::size_t message_kinds = std::variant_size_v<Message>;

[[nodiscard]] Hello draw_hello(Draw& draw);
[[nodiscard]] Message draw_message(Draw& draw, std::size_t kind);

[[nodiscard]] Bytes encoded(const Hello& hello);
[[nodiscard]] Bytes encoded(const Message& message);

// One SKU that was sold in a region which sent some rights to another.
[[nodiscard]] message::Rows typical_rows();

}  // namespace holdfast::wire
