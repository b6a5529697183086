#include "wire/frame.h"

#include <gtest/gtest.h>

#include "draw.h"
#include "hostile.h"

namespace holdfast::wire {
namespace {

Bytes draw_payload(Draw& draw, std::uint64_t words_max) {
  Bytes payload(8 * draw.below(words_max + 1));
  for (std::byte& byte : payload) byte = static_cast<std::byte>(draw.below(256));
  return payload;
}

Bytes framed(const Bytes& payload, FrameKind kind = FrameKind::message) {
  Bytes out;
  append_frame(out, kind, payload);
  return out;
}

// Whether the bytes begin with a whole frame.
Result<bool, FrameFault> first_frame(BytesView bytes) {
  FrameReader reader;
  reader.feed(bytes);
  const auto next = reader.next();
  if (!next) return failure(next.error());
  return next->has_value();
}

TEST(Frame, FramesComeOutAsTheyWentInWhateverThePiecesTheyComeIn) {
  Draw draw(1);
  for (int round = 0; round < 300; ++round) {
    std::vector<Bytes> sent(1 + draw.below(5));
    Bytes stream;
    for (Bytes& payload : sent) append_frame(stream, FrameKind::message, payload = draw_payload(draw, 20));
    FrameReader reader;
    std::vector<Bytes> received;
    for (BytesView rest = stream; !rest.empty();) {
      const BytesView piece = rest.first(std::min<std::size_t>(rest.size(), 1 + draw.below(40)));
      rest = rest.subspan(piece.size());
      reader.feed(piece);
      for (auto frame = reader.next(); frame.value(); frame = reader.next()) {
        ASSERT_EQ(reinterpret_cast<std::uintptr_t>((*frame)->payload.data()) % 8, 0u);
        received.emplace_back((*frame)->payload.begin(), (*frame)->payload.end());
      }
    }
    ASSERT_EQ(received, sent);
    ASSERT_EQ(reader.buffered_bytes(), 0u);
  }
}

TEST(Frame, EveryFlippedBitIsFoundAtOnce) {
  Draw draw(2);
  for_every_flipped_bit(framed(draw_payload(draw, 20), FrameKind::hello),
                        [](BytesView damaged) { ASSERT_FALSE(first_frame(damaged)); });
}

TEST(Frame, ATruncatedFrameNeedsMore) {
  Draw draw(3);
  for_every_truncation(framed(draw_payload(draw, 20)), [](BytesView cut) {
    const auto frame = first_frame(cut);
    ASSERT_TRUE(frame);
    ASSERT_FALSE(*frame);
  });
}

TEST(Frame, AHundredThousandPiecesOfGarbageAreNoFrames) {
  Draw draw(4);
  for (int round = 0; round < 100'000; ++round) {
    Bytes garbage(frame_header_bytes + draw.below(48));
    for (std::byte& byte : garbage) byte = static_cast<std::byte>(draw.below(256));
    ASSERT_FALSE(first_frame(garbage));
  }
}

TEST(Frame, AFrameLongerThanItsReaderTakesIsRefusedByItsHeaderAlone) {
  const Bytes frame = framed(Bytes(72));
  FrameReader reader(64);
  reader.feed(BytesView(frame).first(frame_header_bytes));
  const auto next = reader.next();
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error(), FrameFault::too_long);
}

TEST(Frame, AKindOfALaterVersionHasAFaultOfItsOwn) {
  const auto next = first_frame(framed(Bytes(8), static_cast<FrameKind>(200)));
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error(), FrameFault::unknown_kind);
}

TEST(Frame, AfterAnErrorNothingComesAnyMore) {
  Bytes stream = framed(Bytes(8));
  stream.back() ^= std::byte{1};
  FrameReader reader;
  reader.feed(stream);
  EXPECT_FALSE(reader.next());
  reader.feed(framed(Bytes(8)));
  const auto next = reader.next();
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error(), FrameFault::bad_checksum);
}

TEST(Frame, ABeatIsEightBytesAndStandsBetweenOthers) {
  Bytes stream = framed(Bytes(8));
  append_beat(stream, 0x12345678);
  append_frame(stream, FrameKind::goodbye, Bytes(16));
  FrameReader reader;
  reader.feed(stream);
  EXPECT_EQ(reader.next().value()->kind, FrameKind::message);
  const auto beat = reader.next();
  EXPECT_EQ((*beat)->kind, FrameKind::beat);
  EXPECT_EQ((*beat)->number, 0x12345678u);
  EXPECT_EQ(reader.next().value()->payload.size(), 16u);
  EXPECT_EQ(stream.size(), 24 + beat_bytes + 32);
}

TEST(Frame, EveryFlippedBitOfABeatIsFound) {
  Bytes beat;
  append_beat(beat, 7);
  for_every_flipped_bit(beat, [](BytesView damaged) { ASSERT_FALSE(first_frame(damaged)); });
}

TEST(Frame, AnEmptyPayloadIsAFrame) {
  const auto frame = first_frame(framed({}));
  ASSERT_TRUE(frame);
  EXPECT_TRUE(*frame);
}

}  // namespace
}  // namespace holdfast::wire
