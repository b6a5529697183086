#include "wire/message_codec.h"

#include <gtest/gtest.h>

#include "hostile.h"
#include "message_values.h"
#include "wire/frame.h"

namespace holdfast::wire {
namespace {

TEST(MessageCodec, MessagesOfEveryKindComeBackAsTheyWere) {
  Draw draw(1);
  for (int round = 0; round < 500; ++round)
    for (std::size_t kind = 0; kind < message_kinds; ++kind) {
      const Message message = draw_message(draw, kind);
      const auto decoded = decode_message(encoded(message));
      ASSERT_TRUE(decoded) << decoded.error().detail;
      ASSERT_EQ(*decoded, message);
    }
}

TEST(MessageCodec, HellosComeBackAsTheyWere) {
  Draw draw(2);
  for (int round = 0; round < 1000; ++round) {
    const Hello hello = draw_hello(draw);
    const auto decoded = decode_hello(encoded(hello));
    ASSERT_TRUE(decoded) << decoded.error().detail;
    ASSERT_EQ(*decoded, hello);
  }
}

TEST(MessageCodec, FramedMessagesComeOutOfAReaderOneAfterAnother) {
  Draw draw(3);
  const Hello hello = draw_hello(draw);
  const Message message = draw_message(draw, 2);
  Bytes stream;
  append_framed(hello, stream);
  append_framed(message, stream);
  FrameReader reader;
  reader.feed(stream);
  const auto first = reader.next();
  ASSERT_TRUE(first && *first);
  EXPECT_EQ((*first)->kind, FrameKind::hello);
  EXPECT_EQ(decode_hello((*first)->payload), hello);
  const auto second = reader.next();
  ASSERT_TRUE(second && *second);
  EXPECT_EQ((*second)->kind, FrameKind::message);
  EXPECT_EQ(decode_message((*second)->payload), message);
}

TEST(MessageCodec, EveryTruncationIsMalformed) {
  Draw draw(4);
  for (std::size_t kind = 0; kind < message_kinds; ++kind)
    for_every_truncation(encoded(draw_message(draw, kind)), [](BytesView cut) {
      const auto decoded = decode_message(cut);
      ASSERT_FALSE(decoded);
      ASSERT_EQ(decoded.error().fault, DecodeFault::malformed);
    });
}

TEST(MessageCodec, AHeartbeatIsSmall) {
  message::Heartbeat heartbeat;
  heartbeat.heard = {{"us", 120}, {"ap", 80}};
  Bytes bytes;
  append_framed(heartbeat, bytes);
  EXPECT_LE(bytes.size(), 144u);
}

TEST(MessageCodec, AHeartbeatThatRepeatsAnotherIsABeat) {
  message::Heartbeat heartbeat;
  heartbeat.repeats = 77;
  Bytes bytes;
  append_framed(heartbeat, bytes);
  EXPECT_EQ(bytes.size(), beat_bytes);
  FrameReader reader;
  reader.feed(bytes);
  EXPECT_EQ(decode_message(reader.next().value().value()), Message(heartbeat));
}

}  // namespace
}  // namespace holdfast::wire
