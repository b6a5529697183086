// Frames: what goes over a link, one after another, each with a length and a checksum.
//
//   byte  0      kind (FrameKind)
//         1..3   guard: low 24 bits of checksum(kind and length), so that a damaged length is seen at once
//         4..7   length of the payload in bytes: a multiple of 8, at most frame_payload_bytes_max
//         8..15  checksum(payload), seeded with bytes 0..7
//        16..    payload
//
// A beat is 8 bytes in all, of which there are many: where others have the length, it has a number.
//
// Numbers are little-endian; checksum is that of base/digest.h. Every frame is a multiple of 8 long, so that
// payloads stand aligned in a buffer that begins with a frame. After an error the link is at its end: where
// the next frame begins is not known.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "wire/limits.h"

namespace holdfast::wire {

enum class FrameKind : std::uint8_t { hello = 1, message = 2, goodbye = 3, beat = 4 };

enum class FrameFault : std::uint8_t {
  bad_header,    // not a frame, or a damaged one
  unknown_kind,  // of a later version of this program
  too_long,
  bad_checksum,
};
// For whoever sent it, and for the log: "a frame was damaged on the way".
[[nodiscard]] const char* describe(FrameFault fault);

inline constexpr std::size_t frame_header_bytes = 16;
inline constexpr std::size_t beat_bytes = 8;

// Appends a whole frame. The payload's size must be a multiple of 8, at most frame_payload_bytes_max; so must
// that of `out` be, for encoders that append in place.
void append_frame(Bytes& out, FrameKind kind, BytesView payload);

void append_beat(Bytes& out, std::uint32_t number);

// Room for a header at the end of `out`, and the header once all behind it is the payload.
[[nodiscard]] std::size_t begin_frame(Bytes& out);
void end_frame(Bytes& out, std::size_t began, FrameKind kind);

// The same for a payload that append_payload() appends to `out` itself.
template <std::invocable AppendPayload>
void append_frame(Bytes& out, FrameKind kind, const AppendPayload& append_payload) {
  const std::size_t began = begin_frame(out);
  append_payload();
  end_frame(out, began, kind);
}

struct Frame {
  FrameKind kind = FrameKind::message;
  BytesView payload;         // aligned to 8; valid until the reader is fed again
  std::uint32_t number = 0;  // of a beat, which has no payload
};

// Frames out of a stream of bytes, whatever the pieces in which it comes. Holds at most one frame and what
// was last fed, if its owner takes every frame before it feeds again. Owner: a link. Threads: none.
class FrameReader {
 public:
  explicit FrameReader(std::size_t payload_bytes_max = frame_payload_bytes_max)
      : payload_bytes_max_(payload_bytes_max) {}

  void feed(BytesView bytes);
  // A frame; nothing: feed more; an error: the same for ever.
  [[nodiscard]] Result<std::optional<Frame>, FrameFault> next();
  [[nodiscard]] std::size_t buffered_bytes() const { return buffer_.size() - taken_; }

 private:
  std::size_t payload_bytes_max_;
  Bytes buffer_;
  std::size_t taken_ = 0;  // from the front of buffer_, in whole frames
};

}  // namespace holdfast::wire
