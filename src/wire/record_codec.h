// Batches of records ⇄ bytes: what the journal keeps. Layout: proto/journal.capnp.
//
// Exact: what is decoded equals what was encoded. Decoding holds bytes to their structure and to the
// enumerants that this program knows, and no more: what the core once recorded is read back as it is, and the
// ledger's checksum stands before it. Pure functions; any thread.
#pragma once

#include <span>
#include <vector>

#include "base/bytes.h"
#include "core/record.h"
#include "wire/error.h"

namespace holdfast::wire {

// Appends the batch to `out`, whose size must be a multiple of 8, as it is again afterwards. A buffer that is
// used again needs no memory of its own in the long run.
void encode_records(std::span<const Record> records, Bytes& out);

[[nodiscard]] Decoded<std::vector<Record>> decode_records(BytesView bytes);

}  // namespace holdfast::wire
