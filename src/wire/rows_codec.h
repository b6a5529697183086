// Rows as they travel, to Cap'n Proto and back. Inside this folder only.
#pragma once

#include "core/message.h"
#include "proto/gossip.capnp.h"
#include "wire/common_codec.h"

namespace holdfast::wire {

void write_wire_row(const message::WireRow& row, proto::WireRow::Builder to);
[[nodiscard]] message::WireRow read_wire_row(proto::WireRow::Reader from);

void write_rows(const message::Rows& rows, proto::Rows::Builder to);
[[nodiscard]] message::Rows read_rows(proto::Rows::Reader from);

[[nodiscard]] std::size_t rows_bytes_guess(const message::Rows& rows);

}  // namespace holdfast::wire
