// NearTexts: the texts that a struct's pointers say, read where they stand.
//
// Nearly every pointer to a text is near (https://capnproto.org/encoding.html#lists): it says how far from
// itself the text begins, in the same segment, and how long it is. Such a one is read here in a fifth of the
// time that the library's readers take, which have to be ready for all others. What is not near, or not
// whole, or does not end as a text must, is none that is read here: then the library's reader is asked, which
// refuses what must be. All together no more is read than the segment is long, so that pointers which share a
// target cannot make a message grow. Inside this folder only.
#pragma once

#include <capnp/any.h>

#include <bit>
#include <cstring>
#include <optional>
#include <string_view>

#include "wire/capnp_io.h"

namespace holdfast::wire {

class NearTexts {
 public:
  explicit NearTexts(Segment segment) : segment_(segment), words_left_(segment.size()) {}

  // Whether the pointer at this place of the struct says anything; an empty text need not be said.
  [[nodiscard]] static bool says_something(capnp::AnyStruct::Reader in, unsigned place) {
    return place < in.getPointerSection().size() && word_at(pointer_in(in, place)) != 0;
  }
  // The text of the pointer at this place; nothing: it is none that is read here.
  [[nodiscard]] std::optional<std::string_view> take(capnp::AnyStruct::Reader in, unsigned place) {
    if (!says_something(in, place)) return std::string_view();
    const capnp::word* const pointer = pointer_in(in, place);
    const std::uint64_t said = word_at(pointer);
    constexpr std::uint64_t kinds = 0x7'0000'0003, list_of_bytes = 0x2'0000'0001;
    if ((said & kinds) != list_of_bytes) return std::nullopt;
    const std::size_t bytes = said >> 35;  // with the 0 that ends it
    const std::size_t words = (bytes + word_bytes - 1) / word_bytes;
    const std::ptrdiff_t from = pointer + 1 - segment_.begin() + (static_cast<std::int32_t>(said) >> 2);
    const auto size = static_cast<std::ptrdiff_t>(segment_.size());
    if (from < 0 || from > size || static_cast<std::ptrdiff_t>(words) > size - from) return std::nullopt;
    if (bytes == 0 || words > words_left_) return std::nullopt;
    const auto* const text = reinterpret_cast<const char*>(segment_.begin() + from);
    if (text[bytes - 1] != '\0') return std::nullopt;
    words_left_ -= words;
    return std::string_view(text, bytes - 1);
  }

 private:
  // They stand behind the data.
  [[nodiscard]] static const capnp::word* pointer_in(capnp::AnyStruct::Reader in, unsigned place) {
    return reinterpret_cast<const capnp::word*>(in.getDataSection().end()) + place;
  }
  [[nodiscard]] static std::uint64_t word_at(const capnp::word* at) {
    static_assert(std::endian::native == std::endian::little);
    std::uint64_t word;
    std::memcpy(&word, at, sizeof word);
    return word;
  }

  Segment segment_;
  std::size_t words_left_;
};

}  // namespace holdfast::wire
