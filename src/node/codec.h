// How records and slices become bytes: given to the node, which reads the past, and to recovery by whoever
// makes them, so that they know no format. Pure functions: any thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "core/record.h"
#include "core/slices.h"

namespace holdfast::node {

struct Codec {
  void (*encode_records)(std::span<const Record> records, Bytes& out) = nullptr;
  Result<std::vector<Record>, std::string> (*decode_records)(BytesView bytes) = nullptr;
  void (*encode_slice)(const SliceValue& slice, Bytes& out) = nullptr;
  Result<SliceValue, std::string> (*decode_slice)(BytesView bytes) = nullptr;
};

}  // namespace holdfast::node
