// What a record is about, its body, to Cap'n Proto and back. Inside this folder only.
#pragma once

#include "core/record.h"
#include "proto/journal.capnp.h"

namespace holdfast::wire {

using RecordBody = decltype(Record::body);

void write_body(const RecordBody& body, proto::Record::Builder to);
[[nodiscard]] RecordBody read_body(proto::Record::Reader from);

}  // namespace holdfast::wire
