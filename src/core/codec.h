// How records and slices become bytes, and are read again: given to the node and to recovery by whoever makes
// them, so that they know no format. Pure functions: any thread.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "core/record.h"
#include "core/record_batch.h"
#include "core/slices.h"

namespace holdfast {

// Why bytes could not be read.
struct Unreadable {
  std::string why;             // one line for a person
  bool later_version = false;  // of this program: it wrote them
};

struct Codec {
  MakeRecordBatch make_batch = nullptr;
  Result<std::vector<Record>, Unreadable> (*decode_records)(BytesView bytes) = nullptr;
  // One of them, by its place, at hardly more than its own cost.
  Result<Record, Unreadable> (*decode_record)(BytesView bytes, std::size_t place) = nullptr;
  void (*encode_slice)(const SliceValue& slice, Bytes& out) = nullptr;
  Result<SliceValue, Unreadable> (*decode_slice)(BytesView bytes) = nullptr;
};

}  // namespace holdfast
