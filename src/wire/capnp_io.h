// Between bytes and one Cap'n Proto root: the limits of reading, and writing in place. Inside this folder
// only.
//
// The bytes are a standard message (https://capnproto.org/encoding.html#serialization-over-a-stream) that
// always has exactly one segment: u32 0, u32 words, then the words; so their number is a multiple of 8.
// Writing builds it in the caller's own buffer. Reading is total: every list and text that a message points
// to counts against a budget of twice its size (near_texts.h has one of its own), so that pointers which
// share a target cannot make it grow.
#pragma once

#include <capnp/message.h>
#include <kj/exception.h>

#include <algorithm>
#include <concepts>
#include <cstring>
#include <optional>
#include <utility>

#include "base/assert.h"
#include "base/bytes.h"
#include "wire/error.h"

namespace holdfast::wire {

inline constexpr std::size_t word_bytes = sizeof(capnp::word);
inline constexpr std::size_t segment_table_bytes = word_bytes;
inline constexpr int nesting_max = 16;
inline constexpr std::size_t message_bytes_max = std::size_t{1} << 30;

// Thrown by decoders and caught by read_message(): never leaves this folder.
struct Refused {
  DecodeError error;
};

inline void require(bool condition, DecodeFault fault, const char* detail) {
  if (!condition) [[unlikely]]
    throw Refused{{fault, detail}};
}

// A builder whose only segment is given. Throws Full if that is too small, for its caller to give more.
class InPlaceBuilder final : public capnp::MessageBuilder {
 public:
  struct Full {};

  explicit InPlaceBuilder(kj::ArrayPtr<capnp::word> zeroed) : zeroed_(zeroed) {}
  kj::ArrayPtr<capnp::word> allocateSegment(unsigned words) override {
    if (words > zeroed_.size()) throw Full{};
    return std::exchange(zeroed_, nullptr);
  }

 private:
  kj::ArrayPtr<capnp::word> zeroed_;
};

// Appends one message to `out`, whose size must be a multiple of 8. `bytes_guess`: a little more than it
// needs is best; with less the work is done again. False: it takes more than `bytes_max`, or a text is longer
// than Cap'n Proto has any; `out` is as it was.
template <class Root, std::invocable<typename Root::Builder> Fill>
[[nodiscard]] bool write_message_within(Bytes& out, std::size_t bytes_max, std::size_t bytes_guess,
                                        const Fill& fill) {
  HF_ASSERT(out.size() % word_bytes == 0);
  const std::size_t start = out.size();
  const std::size_t words_max = (bytes_max - segment_table_bytes) / word_bytes;
  for (std::size_t words = bytes_guess / word_bytes + 1;; words *= 2) {
    words = std::min(words, words_max);
    out.resize(start);
    out.resize(start + segment_table_bytes + words * word_bytes);
    auto* segment = reinterpret_cast<capnp::word*>(out.data() + start + segment_table_bytes);
    try {
      InPlaceBuilder builder(kj::arrayPtr(segment, words));
      fill(builder.template initRoot<Root>());
      const auto used = static_cast<std::uint32_t>(builder.getSegmentsForOutput()[0].size());
      const std::uint32_t table[] = {0, used};
      std::memcpy(out.data() + start, table, sizeof table);
      out.resize(start + segment_table_bytes + used * word_bytes);
      return true;
    } catch (const InPlaceBuilder::Full&) {
      if (words < words_max) continue;
    } catch (const kj::Exception&) {
    }
    out.resize(start);
    return false;
  }
}

// The same where it is known that it fits.
template <class Root, std::invocable<typename Root::Builder> Fill>
void write_message(Bytes& out, std::size_t bytes_guess, const Fill& fill) {
  const bool is_written = write_message_within<Root>(out, message_bytes_max, bytes_guess, fill);
  HF_ASSERT(is_written);
}

using Segment = kj::ArrayPtr<const capnp::word>;

// The words of a message's one segment. Copied into `aligned` where the bytes do not stand on a multiple
// of 8.
Segment segment_of(BytesView bytes, kj::Array<capnp::word>& aligned);

// What read(root, segment) makes of the message, or why it could not: the one place where exceptions of
// decoding end.
template <class Root, std::invocable<typename Root::Reader, Segment> Read>
auto read_message(BytesView bytes, const Read& read)
    -> Decoded<std::invoke_result_t<Read, typename Root::Reader, Segment>> {
  try {
    kj::Array<capnp::word> aligned;
    const Segment segments[] = {segment_of(bytes, aligned)};
    const std::size_t budget_words = 2 * segments[0].size() + 64;
    capnp::SegmentArrayMessageReader reader(
        kj::arrayPtr(segments, 1), {.traversalLimitInWords = budget_words, .nestingLimit = nesting_max});
    using Made = std::invoke_result_t<Read, typename Root::Reader, Segment>;
    if constexpr (!std::is_void_v<Made>) return read(reader.getRoot<Root>(), segments[0]);
    read(reader.getRoot<Root>(), segments[0]);
    return {};
  } catch (const Refused& refused) {
    return failure(refused.error);
  } catch (const kj::Exception& exception) {
    return failure(DecodeError{DecodeFault::malformed, exception.getDescription().cStr()});
  }
}

// The same for who needs no more than the root.
template <class Root, std::invocable<typename Root::Reader> Read>
auto read_message(BytesView bytes, const Read& read) {
  return read_message<Root>(bytes, [&](typename Root::Reader root, Segment) { return read(root); });
}

}  // namespace holdfast::wire
