// What a client asks arrives as the core's request, and what the core answers arrives as it was meant.
#include "wire/native_codec.h"

#include <gtest/gtest.h>

#include "draw.h"
#include "hostile.h"
#include "wire/native_client_codec.h"

namespace holdfast::wire {
namespace {

Bytes call_of(const std::vector<Operation>& operations) {
  Bytes bytes;
  EXPECT_TRUE(encode_native_call(7, operations, bytes));
  return bytes;
}

Request arrived(const Operation& operation) {
  NativeCall call;
  const auto read = decode_native_call(call_of({operation}), call);
  if (!read) ADD_FAILURE() << read.error().detail;
  return read ? std::move(call.operations.at(0).request) : Request();
}

bool is_call(BytesView bytes) {
  NativeCall call;
  return decode_native_call(bytes, call).has_value();
}

Outcome heard(Answer answer) {
  std::vector<NativeResult> results(1);
  results[0].full = std::make_unique<const Answer>(std::move(answer));
  Bytes bytes;
  EXPECT_EQ(encode_native_answers(7, results, 0, bytes), 1u);
  NativeAnswers answers;
  EXPECT_TRUE(decode_native_answers(bytes, answers));
  EXPECT_EQ(answers.number, 7u);
  return answers.outcomes.at(0);
}

answer::ReservationAnswer pending(std::size_t lines = 1) {
  answer::ReservationAnswer answer;
  answer.created = true;
  answer.reservation.id = "cart-1";
  answer.reservation.expires_at = wall_time(1'795'457'400'000);
  answer.reservation.expires_in = Millis(600'000);
  for (std::size_t i = 0; i < lines; ++i)
    answer.reservation.lines.push_back({std::string(4 * limits::sku_chars_max, 's'), Units(6), Units(0)});
  return answer;
}

std::vector<Operation> all_kinds() {
  return {operation::Reserve{.id = "cart-1", .items = {{"a", 6}, {"b", 1}}, .customer = "c_17"},
          operation::Purchase{"cart-1", "order-1", true},
          operation::Release{"cart-2"},
          operation::Extend{"cart-3", std::chrono::seconds(60)},
          operation::Change{"cart-4", {{"a", 1}}},
          operation::GiveBack{"cart-5", "key-1", {{"a", 1}}},
          operation::Adjust{"a", -3, "broken", "key-2", "eu"}};
}

TEST(NativeCodec, ACallThatIsMoreThanAFrameTakesIsNotWritten) {
  const auto named = [](std::size_t bytes) {
    return std::vector<Operation>{operation::Release{std::string(bytes, 'a')}};
  };
  const Bytes before = call_of(named(1));
  Bytes out = before;
  ASSERT_TRUE(encode_native_call(1, named(frame_payload_bytes_max - 100), out));
  const std::size_t others = out.size() - before.size() - (frame_payload_bytes_max - 100);
  out = before;
  EXPECT_FALSE(encode_native_call(1, named(frame_payload_bytes_max - others + 8), out));
  EXPECT_EQ(out, before);
  EXPECT_TRUE(encode_native_call(1, named(frame_payload_bytes_max - others - 8), out));
}

TEST(NativeCodec, ReservingArrivesWithAllThatWasAsked) {
  const request::Reserve expected{.id = "cart-1",
                                  .key = "",
                                  .lines = {{"a", Units(6)}, {"b", Units(1)}},
                                  .customer = "c_17",
                                  .ttl = Millis(60'000),
                                  .wait = Millis(250),
                                  .partial = true,
                                  .replaces = "cart-0",
                                  .brief = true};  // as the client library asks
  const operation::Reserve asked{.id = "cart-1",
                                 .items = {{"a", 6}, {"b", 1}},
                                 .ttl = std::chrono::seconds(60),
                                 .wait = std::chrono::milliseconds(250),
                                 .partial = true,
                                 .customer = "c_17",
                                 .replaces = "cart-0"};
  EXPECT_EQ(arrived(asked), Request(expected));
}

TEST(NativeCodec, EveryOtherOperationArrivesAsTheRequestThatItMeans) {
  const auto all = all_kinds();
  EXPECT_EQ(arrived(all[1]), Request(request::Purchase{"cart-1", "order-1", request::IfExpired::fail, true}));
  EXPECT_EQ(arrived(all[2]), Request(request::Release{"cart-2", true}));
  EXPECT_EQ(arrived(all[3]), Request(request::Extend{"cart-3", Millis(60'000)}));
  EXPECT_EQ(arrived(all[4]), Request(request::Change{"cart-4", {{"a", Units(1)}}}));
  EXPECT_EQ(arrived(all[5]), Request(request::Return{"cart-5", "key-1", {{"a", Units(1)}}}));
  EXPECT_EQ(arrived(all[6]), Request(request::Adjust{"a", "key-2", Units(-3), "broken", "eu", Millis(0)}));
}

TEST(NativeCodec, ASpanThatNobodyMayAskForArrivesAsOneThatIsRefused) {
  for (const std::int64_t ttl : {0LL, -1LL, 1LL << 40})
    EXPECT_FALSE(validate(arrived(operation::Reserve{"a", {{"s", 1}}, std::chrono::seconds(ttl)})).empty())
        << ttl;
}

TEST(NativeCodec, AReservationIsHeardOfInShortAndInFull) {
  const Outcome full = heard(Success(pending()));
  EXPECT_TRUE(full.done());
  EXPECT_EQ(full.state, Outcome::State::pending);
  EXPECT_TRUE(full.created);
  EXPECT_EQ(full.expires_in, std::chrono::milliseconds(600'000));

  std::vector<NativeResult> results(1);
  results[0].brief = brief(pending());
  Bytes bytes;
  EXPECT_EQ(encode_native_answers(7, results, 0, bytes), 1u);
  NativeAnswers answers;
  ASSERT_TRUE(decode_native_answers(bytes, answers));
  EXPECT_EQ(answers.outcomes[0].state, full.state);
  EXPECT_EQ(answers.outcomes[0].created, full.created);
  EXPECT_EQ(answers.outcomes[0].expires_in, full.expires_in);
}

TEST(NativeCodec, EveryRefusalIsHeardUnderItsName) {
  for (int code = 0; code <= static_cast<int>(RefusalCode::outcome_unknown); ++code) {
    Refusal refusal;
    refusal.code = static_cast<RefusalCode>(code);
    refusal.detail = "why";
    refusal.retry_after = Millis(1'500);
    refusal.errors = {{"/id", "must be shorter"}};
    refusal.reservation = pending().reservation;
    const Outcome outcome = heard(failure(refusal));
    EXPECT_EQ(outcome.code, name(refusal.code));
    EXPECT_EQ(outcome.detail, "why");
    EXPECT_EQ(outcome.retry_after, std::chrono::milliseconds(1'500));
    EXPECT_EQ(outcome.state, Outcome::State::pending);
  }
}

TEST(NativeCodec, AnswersThatAreLongComeInSeveralFramesWithinTheirLimit) {
  std::vector<NativeResult> results(20);
  for (NativeResult& result : results)
    result.full = std::make_unique<const Answer>(Success(pending(limits::lines_max)));
  std::size_t heard_of = 0;
  std::size_t frames = 0;
  for (std::size_t first = 0; first < results.size(); ++frames) {
    Bytes bytes;
    const std::size_t count = encode_native_answers(7, results, first, bytes);
    ASSERT_GE(count, 1u);
    ASSERT_LE(bytes.size(), frame_payload_bytes_max);
    NativeAnswers answers;
    ASSERT_TRUE(decode_native_answers(bytes, answers));
    EXPECT_EQ(answers.first, first);
    heard_of += answers.outcomes.size();
    first += count;
  }
  EXPECT_EQ(heard_of, results.size());
  EXPECT_GT(frames, 1u);
}

TEST(NativeCodec, ACallThatOnlyReservesIsKnownByItsBytesAndRefusedAsAWhole) {
  const operation::Reserve reserve{.id = "a", .items = {{"85123A", 1}}};
  EXPECT_FALSE(only_reserves(call_of({reserve, operation::Purchase{"b"}})));
  EXPECT_FALSE(only_reserves(call_of({})));
  EXPECT_FALSE(only_reserves(Bytes(64)));
  const auto call = only_reserves(call_of({reserve, reserve, reserve}));
  ASSERT_TRUE(call);
  EXPECT_EQ(call->operations, 3u);
  Refusal refusal;
  refusal.code = RefusalCode::overloaded;
  refusal.detail = "late";
  refusal.retry_after = Millis(7);
  Bytes answers;
  encode_refused_call(*call, refusal, answers);
  NativeAnswers heard;
  ASSERT_TRUE(decode_native_answers(answers, heard));
  EXPECT_EQ(heard.number, 7u);
  ASSERT_EQ(heard.outcomes.size(), 3u);
  for (const Outcome& outcome : heard.outcomes) {
    EXPECT_EQ(outcome.code, "overloaded");
    EXPECT_EQ(outcome.detail, "late");
    EXPECT_EQ(outcome.retry_after, std::chrono::milliseconds(7));
  }
}

TEST(NativeCodec, ACallOfNothingAndOneOfTooMuchAreRefused) {
  EXPECT_FALSE(is_call(call_of({})));
  const Operation release = operation::Release{"a"};
  EXPECT_TRUE(is_call(call_of(std::vector(native_operations_max, release))));
  EXPECT_FALSE(is_call(call_of(std::vector(native_operations_max + 1, release))));
}

TEST(NativeCodec, OfTheCallThatWasReadBeforeIntoTheSamePlaceNothingIsLeft) {
  NativeCall call;
  const std::vector<Operation> before(
      2,
      operation::Reserve{
          "r", {{"a", 1}, {"b", 2}}, std::chrono::seconds(60), std::chrono::milliseconds(0), true, "c", "d"});
  ASSERT_TRUE(decode_native_call(call_of(before), call));
  ASSERT_TRUE(decode_native_call(call_of({operation::Reserve{"s", {{"x", 3}}}}), call));
  ASSERT_EQ(call.operations.size(), 1u);
  EXPECT_EQ(call.operations[0].request, arrived(operation::Reserve{"s", {{"x", 3}}}));
}

// What is taken may be validated, and is no larger than its bytes allow.
void expect_call_or_error(BytesView bytes) {
  NativeCall call;
  if (!decode_native_call(bytes, call)) return;
  ASSERT_LE(call.operations.size(), native_operations_max);
  for (const input::Asked& one : call.operations) (void)validate(one.request);
}

TEST(HostileNative, EveryFlippedBitOfACallGivesACallOrAnError) {
  for_every_flipped_bit(call_of(all_kinds()), expect_call_or_error);
}

TEST(HostileNative, EveryTruncatedCallIsAnError) {
  for_every_truncation(call_of(all_kinds()), [](BytesView bytes) { ASSERT_FALSE(is_call(bytes)); });
}

TEST(HostileNative, CallsWithAFewWrongBytesAreCallsOrErrors) {
  Draw draw(5);
  const Bytes sound = call_of(all_kinds());
  for (int round = 0; round < 20'000; ++round) {
    Bytes bytes = sound;
    for (std::uint64_t wrong = 0; wrong <= draw.below(4); ++wrong)
      bytes[8 + draw.below(bytes.size() - 8)] = static_cast<std::byte>(draw.below(256));
    expect_call_or_error(bytes);
  }
}

// The pointers of one operation that reserves: to its id, to its SKU, to what else it says.
std::uint64_t* pointers_of(Bytes& call, const std::string& id) {
  const std::string_view all = text_of(call);
  const std::size_t text = all.find(id);
  EXPECT_EQ(text % 8, 0u);
  for (std::size_t at = 16; at + 8 <= text; at += 8) {
    auto* const word = reinterpret_cast<std::uint64_t*>(call.data() + at);
    const std::uint64_t near = 1 | ((text - at - 8) / 8) << 2 | (2 | std::uint64_t{id.size() + 1} << 3) << 32;
    if (*word == near) return word;
  }
  ADD_FAILURE() << "no pointer to it";
  return nullptr;
}

TEST(HostileNative, ATextThatReachesBeyondItsMessageOrHasNoEndIsAnError) {
  const Bytes sound = call_of({operation::Reserve{.id = "the-cart-it-is-of", .items = {{"jug", 1}}}});
  const auto with = [&](std::uint64_t pointer) {
    Bytes bytes = sound;
    *pointers_of(bytes, "the-cart-it-is-of") = pointer;
    return bytes;
  };
  const auto near = [](std::int64_t words, std::uint64_t bytes, std::uint64_t size = 2) {
    return 1 | (static_cast<std::uint64_t>(words) << 2 & 0xffffffff) | (size | bytes << 3) << 32;
  };
  EXPECT_TRUE(is_call(with(near(2, 18))));
  EXPECT_TRUE(is_call(with(0)));             // no id at all
  EXPECT_FALSE(is_call(with(near(2, 17))));  // its last byte is not 0
  EXPECT_FALSE(is_call(with(near(2, 0))));
  EXPECT_FALSE(is_call(with(near(2, 1'000))));
  EXPECT_FALSE(is_call(with(near(2, (1u << 29) - 1))));
  EXPECT_FALSE(is_call(with(near(500, 18))));
  EXPECT_FALSE(is_call(with(near((1 << 29) - 1, 1))));
  EXPECT_FALSE(is_call(with(near(-(1 << 29), 1))));
  EXPECT_FALSE(is_call(with(near(-500, 18))));
  EXPECT_FALSE(is_call(with(near(2, 18, 3))));  // of no bytes
  EXPECT_FALSE(is_call(with(2)));               // far, in a message of one segment
  EXPECT_FALSE(is_call(with(3)));               // no text but a capability
}

// Many operations may point to one long text: what is made of them is no more than a few times the message.
TEST(HostileNative, TextsThatSharePlacesMakeNothingLarge) {
  constexpr std::size_t operations = 1'000, long_text = 100'000;
  std::vector<Operation> all(operations, operation::Reserve{.id = "x", .items = {{"jug", 1}}});
  all.push_back(operation::Reserve{.id = std::string(long_text, 'y'), .items = {{"jug", 1}}});
  Bytes bytes = call_of(all);
  std::uint64_t* const last = pointers_of(bytes, std::string(long_text, 'y'));
  const std::ptrdiff_t words_of_one = 6;
  for (std::size_t i = 1; i <= 100; ++i)
    last[-static_cast<std::ptrdiff_t>(i) * words_of_one] = *last + (i * words_of_one << 2);
  NativeCall call;
  EXPECT_FALSE(decode_native_call(bytes, call));
}

TEST(HostileNative, EveryFlippedBitOfAnswersGivesAnswersOrAnError) {
  std::vector<NativeResult> results(3);
  results[0].brief = brief(pending());
  results[1].full = std::make_unique<const Answer>(Success(pending()));
  results[2].full = std::make_unique<const Answer>(failure(Refusal{}));
  Bytes bytes;
  ASSERT_EQ(encode_native_answers(7, results, 0, bytes), 3u);
  NativeAnswers answers;
  for_every_flipped_bit(bytes, [&](BytesView damaged) { (void)decode_native_answers(damaged, answers); });
}

}  // namespace
}  // namespace holdfast::wire
