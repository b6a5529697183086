// Packing of fixed formats: little-endian numbers, and texts that are as long as a number before them says.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace holdfast::ledger {

static_assert(std::endian::native == std::endian::little, "the formats on disk are little-endian");

class Packer {
 public:
  Packer& number(std::uint64_t value) {
    const auto view = std::as_bytes(std::span(&value, 1));
    bytes_.insert(bytes_.end(), view.begin(), view.end());
    return *this;
  }
  Packer& text(std::string_view value) {
    number(value.size());
    const auto view = bytes_of(value);
    bytes_.insert(bytes_.end(), view.begin(), view.end());
    return *this;
  }
  [[nodiscard]] const Bytes& bytes() const { return bytes_; }

 private:
  Bytes bytes_;
};

// Reads what a Packer wrote. What is too short reads as 0 or empty, and ok() is false from then on.
class Unpacker {
 public:
  explicit Unpacker(BytesView bytes) : rest_(bytes) {}

  std::uint64_t number() {
    std::uint64_t value = 0;
    if (const auto view = take(sizeof value); !view.empty()) std::memcpy(&value, view.data(), sizeof value);
    return value;
  }
  std::string text() {
    const std::uint64_t size = number();
    return std::string(text_of(take(size)));
  }
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool done() const { return ok_ && rest_.empty(); }

 private:
  BytesView take(std::uint64_t size) {
    if (size > rest_.size()) ok_ = false;
    if (!ok_) return {};
    const BytesView taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }

  BytesView rest_;
  bool ok_ = true;
};

}  // namespace holdfast::ledger
