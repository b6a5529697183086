// Batches of records ⇄ bytes: what the journal keeps. Layout: proto/journal.capnp.
//
// Exact: what is decoded equals what was encoded. Decoding holds bytes to their structure and to the
// enumerants that this program knows, and no more: what the core once recorded is read back as it is, and the
// ledger's checksum stands before it. Pure functions; any thread.
#pragma once

#include <memory>
#include <vector>

#include "base/bytes.h"
#include "core/record_batch.h"
#include "wire/error.h"

namespace holdfast::wire {

// An empty batch. What it appends is a multiple of 8 bytes; one that is filled again, and a buffer that is
// used again, need no memory of their own in the long run.
[[nodiscard]] std::unique_ptr<RecordBatch> make_record_batch();

[[nodiscard]] Decoded<std::vector<Record>> decode_records(BytesView bytes);
// One of them, by its place from 0: the others are passed over, and not held to anything.
[[nodiscard]] Decoded<Record> decode_record(BytesView bytes, std::size_t place);

}  // namespace holdfast::wire
