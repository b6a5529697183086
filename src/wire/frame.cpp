#include "wire/frame.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "base/assert.h"
#include "base/digest.h"

namespace holdfast::wire {

static_assert(std::endian::native == std::endian::little);

namespace {

constexpr std::uint64_t guard_seed = 0x686f6c6466617374;  // "holdfast"
constexpr std::uint64_t guard_mask = 0xffffff00;

struct Header {
  std::uint64_t start = 0;  // kind, guard and length
  std::uint64_t payload_checksum = 0;

  [[nodiscard]] std::uint8_t kind() const { return static_cast<std::uint8_t>(start); }
  [[nodiscard]] std::size_t length() const { return start >> 32; }
  [[nodiscard]] bool is_beat() const { return kind() == static_cast<std::uint8_t>(FrameKind::beat); }
};
static_assert(sizeof(Header) == frame_header_bytes);

[[nodiscard]] std::uint64_t start_of(std::uint8_t kind, std::size_t length) {
  const std::uint64_t unguarded = (std::uint64_t{length} << 32) | kind;
  const std::uint64_t guard = checksum(std::as_bytes(std::span(&unguarded, 1)), guard_seed);
  return unguarded | ((guard << 8) & guard_mask);
}

[[nodiscard]] std::optional<FrameFault> header_fault(const Header& header, std::size_t payload_bytes_max) {
  if (header.start != start_of(header.kind(), header.length())) return FrameFault::bad_header;
  if (header.kind() < 1 || header.kind() > static_cast<int>(FrameKind::beat)) return FrameFault::unknown_kind;
  if (header.is_beat()) return std::nullopt;
  if (header.length() % 8 != 0) return FrameFault::bad_header;
  if (header.length() > payload_bytes_max) return FrameFault::too_long;
  return std::nullopt;
}

}  // namespace

const char* describe(FrameFault fault) {
  switch (fault) {
    case FrameFault::bad_header: return "what it sends is not this protocol, or was damaged on the way";
    case FrameFault::unknown_kind: return "it sends frames of a kind that this version does not know";
    case FrameFault::too_long: return "it sends a frame that is too long";
    case FrameFault::bad_checksum: return "a frame was damaged on the way";
  }
  return "what it sends cannot be read";
}

std::size_t begin_frame(Bytes& out) {
  const std::size_t began = out.size();
  out.resize(began + frame_header_bytes);
  return began;
}

void end_frame(Bytes& out, std::size_t began, FrameKind kind) {
  const BytesView payload = BytesView(out).subspan(began + frame_header_bytes);
  HF_ASSERT(payload.size() % 8 == 0);
  HF_ASSERT(payload.size() <= frame_payload_bytes_max);
  const std::uint64_t start = start_of(static_cast<std::uint8_t>(kind), payload.size());
  const Header header{start, checksum(payload, start)};
  std::memcpy(out.data() + began, &header, sizeof header);
}

void append_beat(Bytes& out, std::uint32_t number) {
  const std::uint64_t start = start_of(static_cast<std::uint8_t>(FrameKind::beat), number);
  const auto bytes = std::as_bytes(std::span(&start, 1));
  out.insert(out.end(), bytes.begin(), bytes.end());
}

void append_frame(Bytes& out, FrameKind kind, BytesView payload) {
  append_frame(out, kind, [&] { out.insert(out.end(), payload.begin(), payload.end()); });
}

void FrameReader::feed(BytesView bytes) {
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(taken_));
  taken_ = 0;
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
}

Result<std::optional<Frame>, FrameFault> FrameReader::next() {
  const BytesView rest = BytesView(buffer_).subspan(taken_);
  Header header;
  if (rest.size() < sizeof header.start) return std::nullopt;
  std::memcpy(&header, rest.data(), std::min(sizeof header, rest.size()));
  if (const auto fault = header_fault(header, payload_bytes_max_)) return failure(*fault);
  if (header.is_beat()) {
    taken_ += beat_bytes;
    return Frame{FrameKind::beat, {}, static_cast<std::uint32_t>(header.length())};
  }
  if (rest.size() < sizeof header || rest.size() - sizeof header < header.length()) return std::nullopt;
  const BytesView payload = rest.subspan(sizeof header, header.length());
  if (checksum(payload, header.start) != header.payload_checksum) return failure(FrameFault::bad_checksum);
  taken_ += sizeof header + header.length();
  return Frame{static_cast<FrameKind>(header.kind()), payload, 0};
}

}  // namespace holdfast::wire
