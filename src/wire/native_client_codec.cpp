#include "wire/native_client_codec.h"

#include <type_traits>

#include "base/overloaded.h"
#include "core/answer.h"
#include "proto/native.capnp.h"
#include "wire/common_codec.h"
#include "wire/limits.h"
#include "wire/native_codec.h"

namespace holdfast::wire {

namespace {

using OpBuilder = proto::Operation::Builder;

void set_if(const std::string& text, auto set) {
  if (!text.empty()) set(text_in(text));
}

// What does not fit is no span that a daemon would take either; 0 seconds on the wire would mean "as usual".
std::uint32_t fitting(std::int64_t count, std::int64_t least) {
  constexpr std::uint32_t most = 0xffffffff;
  return count < least || count > most ? most : static_cast<std::uint32_t>(count);
}

void write_item(const Item& item, proto::Line::Builder to) {
  to.setSku(text_in(item.sku));
  to.setQuantity(item.quantity);
}

void write_more(const operation::Reserve& reserve, proto::ReserveMore::Builder to) {
  if (reserve.items.size() > 1) {
    auto lines = to.initLines(static_cast<unsigned>(reserve.items.size() - 1));
    for (unsigned i = 0; i < lines.size(); ++i) write_item(reserve.items[i + 1], lines[i]);
  }
  set_if(reserve.customer, [&](auto text) { to.setCustomer(text); });
  set_if(reserve.replaces, [&](auto text) { to.setReplaces(text); });
}

void write_op(const operation::Reserve& reserve, OpBuilder operation) {
  auto to = operation.initReserve();
  to.setId(text_in(reserve.id));
  if (!reserve.items.empty()) {
    to.setSku(text_in(reserve.items[0].sku));
    to.setQuantity(reserve.items[0].quantity);
  }
  to.setTtlSeconds(fitting(reserve.ttl.count(), 1));
  to.setWaitMs(fitting(reserve.wait.count(), 0));
  to.setPartial(reserve.partial);
  if (reserve.items.size() > 1 || !reserve.customer.empty() || !reserve.replaces.empty())
    write_more(reserve, to.initMore());
}

void write_op(const operation::Purchase& purchase, OpBuilder operation) {
  auto to = operation.initPurchase();
  to.setId(text_in(purchase.id));
  set_if(purchase.order, [&](auto text) { to.setOrder(text); });
  to.setFailIfExpired(purchase.fail_if_expired);
}

void write_op(const operation::Release& release, OpBuilder operation) {
  operation.initRelease().setId(text_in(release.id));
}

void write_op(const operation::Extend& extend, OpBuilder operation) {
  auto to = operation.initExtend();
  to.setId(text_in(extend.id));
  to.setTtlSeconds(fitting(extend.ttl.count(), 1));
}

void write_op(const operation::Change& change, OpBuilder operation) {
  auto to = operation.initChange();
  to.setId(text_in(change.id));
  write_all(change.items, to.initLines(length(change.items)), write_item);
}

void write_op(const operation::GiveBack& back, OpBuilder operation) {
  auto to = operation.initGiveBack();
  to.setId(text_in(back.id));
  to.setKey(text_in(back.key));
  if (!back.items.empty()) write_all(back.items, to.initLines(length(back.items)), write_item);
}

void write_op(const operation::Adjust& adjust, OpBuilder operation) {
  auto to = operation.initAdjust();
  to.setSku(text_in(adjust.sku));
  to.setDelta(adjust.delta);
  auto more = to.initMore();
  more.setKey(text_in(adjust.key));
  more.setReason(text_in(adjust.reason));
  set_if(adjust.region, [&](auto text) { more.setRegion(text); });
}

void read_refused(proto::Result::Refused::Reader from, Outcome& outcome) {
  outcome.code = name(enum_out(from.getCode(), RefusalCode::outcome_unknown));
  outcome.detail = text_out(from.getDetail());
  outcome.retry_after = std::chrono::milliseconds(from.getRetryAfterMs());
  if (const auto more = from.getMore(); more.hasReservation())
    outcome.state = static_cast<Outcome::State>(
        1 + static_cast<int>(enum_out(more.getState(), ReservationState::expired)));
}

void read_outcome(proto::Result::Reader from, Outcome& outcome) {
  switch (from.which()) {
    case proto::Result::RESERVATION: {
      const auto reservation = from.getReservation();
      const auto state = enum_out(reservation.getState(), ReservationState::expired);
      outcome.state = static_cast<Outcome::State>(1 + static_cast<int>(state));
      outcome.created = reservation.getCreated();
      outcome.replayed = reservation.getReplayed();
      outcome.expires_in = std::chrono::milliseconds(reservation.getExpiresInMs());
      return;
    }
    case proto::Result::REFUSED: return read_refused(from.getRefused(), outcome);
    case proto::Result::ADJUSTED:
      outcome.available_here = from.getAdjusted().getAvailableHere();
      outcome.replayed = from.getAdjusted().getReplayed();
      return;
    case proto::Result::SKUS:
    case proto::Result::MOVED: break;
  }
  throw Refused{{DecodeFault::unknown_kind, "an answer to what was not asked"}};
}

void read_answers(proto::Answers::Reader from, NativeAnswers& answers) {
  require(from.getFormat() == proto::NATIVE_FORMAT, DecodeFault::unknown_format,
          "answers in a format of another version");
  const auto results = from.getResults();
  require(results.size() <= native_operations_max, DecodeFault::out_of_range, "a list that is too long");
  answers.number = from.getNumber();
  answers.first = from.getFirst();
  answers.outcomes.clear();
  answers.outcomes.resize(results.size());
  for (unsigned i = 0; i < results.size(); ++i) read_outcome(results[i], answers.outcomes[i]);
}

}  // namespace

static_assert(static_cast<int>(Outcome::State::pending) == 1 + static_cast<int>(ReservationState::pending));
static_assert(static_cast<int>(Outcome::State::expired) == 1 + static_cast<int>(ReservationState::expired));

bool encode_native_call(std::uint64_t number, std::span<const Operation> operations, Bytes& out) {
  constexpr std::size_t base_bytes = 64;
  constexpr std::size_t operation_bytes = 96;  // more only costs a second try
  const std::size_t bytes_guess = base_bytes + operations.size() * operation_bytes;
  return write_message_within<proto::Call>(
      out, frame_payload_bytes_max, bytes_guess, [&](proto::Call::Builder call) {
        call.setFormat(proto::NATIVE_FORMAT);
        call.setBrief(true);
        call.setNumber(number);
        auto list = call.initOperations(static_cast<unsigned>(operations.size()));
        unsigned place = 0;
        for (const Operation& operation : operations)
          std::visit([to = list[place++]](const auto& kind) { write_op(kind, to); }, operation);
      });
}

Decoded<void> decode_native_answers(BytesView bytes, NativeAnswers& answers) {
  return read_message<proto::Answers>(bytes,
                                      [&](proto::Answers::Reader from) { read_answers(from, answers); });
}

}  // namespace holdfast::wire
