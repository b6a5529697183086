// Packing: a layout that is said once, for both ways. `Packer` and `Unpacker` know the same words, so that
// one function template says what stands after what, and cannot write what it does not read.
//
//   template <class Io, class Line>
//   void layout(Io& io, Line& line) { io(line.sku), io(line.quantity), io(line.returned); }
//
// A number takes as few bytes as it needs: seven bits a byte, the lowest first, the eighth says that more
// follow. Signed ones are folded first (0, -1, 1, -2 …), so that small ones are short on either side of 0. A
// text stands behind its length, a list behind its number of elements. Inside this folder only.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/strong.h"
#include "core/units.h"
#include "wire/capnp_io.h"

namespace holdfast::wire {

[[nodiscard]] constexpr std::uint64_t folded(std::uint64_t number) {
  return number << 1 ^ (0 - (number >> 63));
}
[[nodiscard]] constexpr std::uint64_t unfolded(std::uint64_t number) {
  return number >> 1 ^ (0 - (number & 1));
}
static_assert(folded(1) == 2 && folded(~std::uint64_t{0}) == 1 && unfolded(folded(1ull << 63)) == 1ull << 63);

class Packer {
 public:
  explicit Packer(std::size_t bytes_guess) : bytes_(bytes_guess + spare) {}

  template <std::unsigned_integral Number>
  void operator()(Number number) {
    put(number);
  }
  template <class Tag, class Rep>
  void operator()(Strong<Tag, Rep> number) {
    put(number.value());
  }
  void operator()(std::int64_t number) { put(folded(static_cast<std::uint64_t>(number))); }
  void operator()(Units units) { (*this)(units.count()); }
  template <class Clock>
  void operator()(std::chrono::time_point<Clock, std::chrono::milliseconds> at) {
    (*this)(std::int64_t{at.time_since_epoch().count()});
  }
  void operator()(const Digest& digest) { copy(&digest, sizeof digest); }
  void operator()(const std::string& text) {
    put(text.size());
    copy(text.data(), text.size());
  }
  // What is near to the one before it: their difference.
  template <class Value>
  void near(const Value& value, Value& before) {
    put(folded(raw(value) - raw(before)));
    before = value;
  }
  // `least`: no element takes fewer bytes.
  template <class List, class Each>
  void list(const List& elements, std::size_t, const Each& each) {
    put(elements.size());
    for (const auto& element : elements) each(*this, element);
  }

  [[nodiscard]] BytesView bytes() const { return BytesView(bytes_).first(size_); }

  template <class Tag, class Rep>
  [[nodiscard]] static std::uint64_t raw(Strong<Tag, Rep> number) {
    return number.value();
  }
  [[nodiscard]] static std::uint64_t raw(std::uint64_t number) { return number; }
  template <class Clock>
  [[nodiscard]] static std::uint64_t raw(std::chrono::time_point<Clock, std::chrono::milliseconds> at) {
    return static_cast<std::uint64_t>(at.time_since_epoch().count());
  }

 private:
  static constexpr std::size_t spare = 16;  // more than one number takes

  std::byte* room(std::size_t bytes) {
    if (bytes_.size() - size_ < bytes) bytes_.resize(2 * bytes_.size() + bytes);
    return bytes_.data() + size_;
  }
  void put(std::uint64_t number) {
    std::byte* const began = room(spare);
    std::byte* to = began;
    for (; number >= 128; number >>= 7) *to++ = static_cast<std::byte>(number | 128);
    *to++ = static_cast<std::byte>(number);
    size_ += static_cast<std::size_t>(to - began);
  }
  void copy(const void* from, std::size_t bytes) {
    std::memcpy(room(bytes + spare), from, bytes);
    size_ += bytes;
  }

  Bytes bytes_;
  std::size_t size_ = 0;  // of what is written of them
};

// Throws Refused where the bytes end too soon, or a number does not fit.
class Unpacker {
 public:
  explicit Unpacker(BytesView bytes) : next_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  template <std::unsigned_integral Number>
  void operator()(Number& number) {
    number = fitting<Number>(take());
  }
  template <class Tag, class Rep>
  void operator()(Strong<Tag, Rep>& number) {
    number = Strong<Tag, Rep>(fitting<Rep>(take()));
  }
  void operator()(std::int64_t& number) { number = static_cast<std::int64_t>(unfolded(take())); }
  void operator()(Units& units) { units = Units(static_cast<std::int64_t>(unfolded(take()))); }
  template <class Clock>
  void operator()(std::chrono::time_point<Clock, std::chrono::milliseconds>& at) {
    set(at, unfolded(take()));
  }
  void operator()(Digest& digest) { std::memcpy(&digest, take(sizeof digest).data(), sizeof digest); }
  void operator()(std::string& text) { text = text_of(take(take())); }
  template <class Value>
  void near(Value& value, Value& before) {
    set(value, Packer::raw(before) + unfolded(take()));
    before = value;
  }
  template <class List, class Each>
  void list(List& elements, std::size_t least, const Each& each) {
    const std::uint64_t count = take();
    require(count <= static_cast<std::size_t>(end_ - next_) / least, DecodeFault::malformed,
            "a list that ends too soon");
    elements.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i) each(*this, elements.emplace_back());
  }

  [[nodiscard]] bool done() const { return next_ == end_; }

 private:
  template <std::unsigned_integral Number>
  [[nodiscard]] static Number fitting(std::uint64_t number) {
    require(number <= std::numeric_limits<Number>::max(), DecodeFault::malformed,
            "a number that is too large");
    return static_cast<Number>(number);
  }
  template <class Tag, class Rep>
  static void set(Strong<Tag, Rep>& to, std::uint64_t number) {
    to = Strong<Tag, Rep>(fitting<Rep>(number));
  }
  static void set(std::uint64_t& to, std::uint64_t number) { to = number; }
  template <class Clock>
  static void set(std::chrono::time_point<Clock, std::chrono::milliseconds>& to, std::uint64_t number) {
    using Time = std::chrono::time_point<Clock, std::chrono::milliseconds>;
    to = Time(typename Time::duration(static_cast<std::int64_t>(number)));
  }

  std::uint64_t take() {
    std::uint64_t number = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      require(next_ != end_, DecodeFault::malformed, "a number that ends too soon");
      const auto byte = std::to_integer<std::uint64_t>(*next_++);
      number |= (byte & 127) << shift;
      if (byte < 128) return number;
    }
    throw Refused{{DecodeFault::malformed, "a number that does not end"}};
  }
  BytesView take(std::uint64_t bytes) {
    require(bytes <= static_cast<std::size_t>(end_ - next_), DecodeFault::malformed,
            "bytes that end too soon");
    const BytesView taken(next_, bytes);
    next_ += bytes;
    return taken;
  }

  const std::byte* next_;
  const std::byte* end_;
};

}  // namespace holdfast::wire
