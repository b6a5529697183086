// Chunks: an array that grows at its end, to tens of millions, and is looked into at random. It stands in
// chunks of large pages (large_pages.h), so that nothing is copied when it grows, but for a first chunk that
// is small for as long as there is little in it: until that is full, references do not last.
//
// Threads: none.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <utility>
#include <vector>

#include "base/large_pages.h"

namespace holdfast {

template <class T>
class Chunks {
 public:
  static constexpr std::size_t per_chunk = std::bit_ceil(large_page_bytes / sizeof(T));

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] const T& operator[](std::size_t place) const {
    return chunks_[place / per_chunk][place % per_chunk];
  }
  [[nodiscard]] T& operator[](std::size_t place) { return const_cast<T&>(std::as_const(*this)[place]); }
  void grow(std::size_t size) {  // to at least what it is
    while (size_ < size) {
      if (size_ % per_chunk == 0) add_chunk();
      const std::size_t more = std::min(size - size_, per_chunk - size_ % per_chunk);
      chunks_.back().resize(chunks_.back().size() + more);
      size_ += more;
    }
  }
  T& emplace_back() {
    grow(size_ + 1);
    return chunks_.back().back();
  }

 private:
  void add_chunk() {
    chunks_.emplace_back();
    if (chunks_.size() > 1) chunks_.back().reserve(per_chunk);
  }

  std::vector<std::vector<T, LargePages<T>>> chunks_;
  std::size_t size_ = 0;
};

}  // namespace holdfast
