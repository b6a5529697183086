// A list of records as one batch of the journal: as tests have them, all at once.
#pragma once

#include <span>

#include "wire/record_codec.h"

namespace holdfast::wire {

inline void encode_records(std::span<const Record> records, Bytes& out) {
  const auto batch = make_record_batch();
  for (const Record& record : records) batch->add(Record(record));
  batch->encode(out);
}

}  // namespace holdfast::wire
