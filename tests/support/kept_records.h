// A batch that keeps its records as they are: for what is about the order of things, and not about bytes.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "core/record_batch.h"

namespace holdfast::test {

class KeptRecords : public RecordBatch {
 public:
  void add(Record&& record) override { records_.push_back(std::move(record)); }
  [[nodiscard]] std::size_t size() const override { return records_.size(); }
  [[nodiscard]] std::size_t bytes() const override { return 0; }
  [[nodiscard]] std::vector<Record> read(std::size_t first, std::size_t count) const override {
    const auto begin = records_.begin() + static_cast<std::ptrdiff_t>(first);
    return {begin, begin + static_cast<std::ptrdiff_t>(count)};
  }
  void encode(Bytes&) const override {}
  void clear() override { records_.clear(); }

 private:
  std::vector<Record> records_;
};

inline std::unique_ptr<RecordBatch> kept_records() { return std::make_unique<KeptRecords>(); }

}  // namespace holdfast::test
