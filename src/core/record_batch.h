// RecordBatch: the records of one batch of the journal, in as little room as whoever encodes them finds.
//
// A record goes in as its step ends, while the processor has it at hand, and stands there until the batch is
// on disk: thousands wait at a time, and as they are they would not fit where the processor keeps what is
// near. Owner: the node's outbox. Threads: whoever adds is alone; encode() and read() may be called by
// several, as long as nobody adds.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "base/bytes.h"
#include "core/record.h"

namespace holdfast {

class RecordBatch {
 public:
  virtual ~RecordBatch() = default;

  virtual void add(Record&& record) = 0;
  [[nodiscard]] virtual std::size_t size() const = 0;
  [[nodiscard]] virtual std::size_t bytes() const = 0;  // about what encode() will append
  // So many from this one on, as they were added: all of them are there.
  [[nodiscard]] virtual std::vector<Record> read(std::size_t first, std::size_t count) const = 0;
  // Appends what the journal keeps of it to `out`, whose size must be a multiple of 8.
  virtual void encode(Bytes& out) const = 0;
  // Nothing is in it any more; others go in, in the same room.
  virtual void clear() = 0;
};

using MakeRecordBatch = std::unique_ptr<RecordBatch> (*)();

}  // namespace holdfast
