#include "wire/native_codec.h"

#include <utility>

#include "base/overloaded.h"
#include "proto/native.capnp.h"
#include "wire/limits.h"
#include "wire/native_views.h"
#include "wire/near_texts.h"

namespace holdfast::wire {

namespace {

using Op = proto::Operation;

Line read_wanted_line(proto::Line::Reader from) {
  return {text_out(from.getSku()), Units(from.getQuantity())};
}

template <class Lines>
Few<Line> read_lines(Lines from) {
  return read_as<Few<Line>>(from, read_wanted_line, limits::lines_max);
}

// 0 stands for "as long as is usual" where that may be left out.
Millis seconds(std::uint32_t count) { return Millis(std::int64_t{count} * 1000); }

// Of an operation that reserves: which of its pointers says what (native.capnp).
enum ReservePointer : unsigned { id_pointer, sku_pointer, more_pointer };

// Its first line stands in the operation itself, and nearly every reservation has no other.
void read(Op::Reader operation, NearTexts& near, request::Reserve& reserve) {
  const auto from = operation.getReserve();
  if (const auto id = near.take(operation, id_pointer))
    reserve.id = *id;
  else
    reserve.id = text_out(from.getId());
  if (NearTexts::says_something(operation, sku_pointer)) {
    Line& line = reserve.lines.emplace_back();
    line.quantity = Units(from.getQuantity());
    if (const auto sku = near.take(operation, sku_pointer))
      line.sku.append(*sku);
    else
      line.sku = text_out(from.getSku());
  }
  if (from.getTtlSeconds() != 0) reserve.ttl = seconds(from.getTtlSeconds());
  reserve.wait = Millis(from.getWaitMs());
  reserve.partial = from.getPartial();
  if (!NearTexts::says_something(operation, more_pointer)) return;
  const auto more = from.getMore();
  if (reserve.id.empty()) reserve.key = text_out(more.getKey());
  for (Line& line : read_lines(more.getLines())) reserve.lines.push_back(std::move(line));
  reserve.customer = text_out(more.getCustomer());
  reserve.replaces = text_out(more.getReplaces());
}

request::Purchase read(Op::Purchase::Reader from, bool brief) {
  return {text_out(from.getId()), text_out(from.getOrder()),
          from.getFailIfExpired() ? request::IfExpired::fail : request::IfExpired::reacquire, brief};
}

request::Return read(Op::GiveBack::Reader from) {
  return {text_out(from.getId()), text_out(from.getKey()), read_lines(from.getLines())};
}

request::GetAvailability read(Op::Availability::Reader from) {
  return {read_all(from.getSkus(), text_out, limits::availability_skus_max)};
}

request::Adjust read(Op::Adjust::Reader from) {
  const auto more = from.getMore();
  return {text_out(from.getSku()),    text_out(more.getKey()),    Units(from.getDelta()),
          text_out(more.getReason()), text_out(more.getRegion()), Millis(from.getWaitMs())};
}

request::Count read(Op::Count::Reader from) {
  const auto more = from.getMore();
  return {text_out(from.getSku()), text_out(more.getKey()), Units(from.getCounted()),
          text_out(more.getReason()), text_out(more.getRegion())};
}

request::MoveRights read(Op::Move::Reader from) {
  const auto more = from.getMore();
  return {text_out(from.getSku()), text_out(more.getKey()), text_out(from.getTo()), Units(from.getQuantity()),
          text_out(more.getRegion())};
}

Request read_other(Op::Reader from, bool brief) {
  switch (from.which()) {
    case Op::RESERVE: break;
    case Op::GET: return request::GetReservation{text_out(from.getGet().getId())};
    case Op::PURCHASE: return read(from.getPurchase(), brief);
    case Op::RELEASE: return request::Release{text_out(from.getRelease().getId()), brief};
    case Op::EXTEND: {
      const auto extend = from.getExtend();
      return request::Extend{text_out(extend.getId()), seconds(extend.getTtlSeconds())};
    }
    case Op::CHANGE: {
      const auto change = from.getChange();
      return request::Change{text_out(change.getId()), read_lines(change.getLines())};
    }
    case Op::GIVE_BACK: return read(from.getGiveBack());
    case Op::SKU: return request::GetSku{text_out(from.getSku().getName())};
    case Op::AVAILABILITY: return read(from.getAvailability());
    case Op::ADJUST: return read(from.getAdjust());
    case Op::COUNT: return read(from.getCount());
    case Op::MOVE: return read(from.getMove());
  }
  throw Refused{{DecodeFault::unknown_kind, "an operation of a later version"}};
}

// Nearly all are reservations, which are read where they will be asked from.
void read_operations(capnp::List<Op>::Reader from, NearTexts near, NativeCall& call) {
  require(from.size() > 0, DecodeFault::out_of_range, "a call of no operation");
  require(from.size() <= native_operations_max, DecodeFault::out_of_range, "a list that is too long");
  call.operations.clear();
  call.operations.resize(from.size());
  unsigned place = 0;
  for (input::Asked& asked : call.operations) {
    const Op::Reader operation = from[place++];
    if (!operation.isReserve()) {
      asked.request = read_other(operation, call.brief);
      continue;
    }
    auto& reserve = std::get<request::Reserve>(asked.request);  // the first kind: it is made as one
    read(operation, near, reserve);
    reserve.brief = call.brief;
  }
}

void read_call(proto::Call::Reader from, Segment segment, NativeCall& call) {
  require(from.getFormat() == proto::NATIVE_FORMAT, DecodeFault::unknown_format,
          "a call in a format of another version");
  call.number = from.getNumber();
  call.brief = from.getBrief();
  read_operations(from.getOperations(), NearTexts(segment), call);
}

// What a result is before anything is written to it, and nearly every one stays.
static_assert(static_cast<int>(proto::Result::RESERVATION) == 0);

void write_brief(const answer::BriefReservation& brief, proto::Result::Reservation::Builder to) {
  to.setState(enum_in<proto::ReservationState>(brief.state));
  to.setCreated(brief.created);
  to.setReplayed(brief.replayed);
  if (!brief.expires_at) return;
  to.setExpiresAt(ms_of(*brief.expires_at));
  to.setExpiresInMs(brief.expires_in.count());
}

void write_skus(std::span<const answer::SkuView> views, proto::Result::Builder to) {
  auto list = to.initSkus(static_cast<unsigned>(views.size()));
  unsigned place = 0;
  for (const answer::SkuView& view : views) write_sku_view(view, list[place++]);
}

void write_adjusted(const answer::Adjusted& adjusted, proto::Result::Adjusted::Builder to) {
  to.setSku(text_in(adjusted.sku));
  to.setDelta(adjusted.delta.count());
  to.setAvailableHere(adjusted.available_here.count());
  to.setAt(ms_of(adjusted.at));
  to.setReplayed(adjusted.replayed);
}

void write_success(const Success& success, proto::Result::Builder to) {
  std::visit(Overloaded{
                 [&](const answer::ReservationAnswer& answer) {
                   auto reservation = to.getReservation();
                   write_brief(brief(answer), reservation);
                   write_reservation_view(answer.reservation, reservation.initView());
                 },
                 [&](const answer::BriefReservation& brief) { write_brief(brief, to.getReservation()); },
                 [&](const answer::SkuView& view) {
                   write_skus({&view, 1}, to);
                 },
                 [&](const answer::SkuList& list) { write_skus(list.skus, to); },
                 [&](const answer::Adjusted& adjusted) { write_adjusted(adjusted, to.initAdjusted()); },
                 [&](const answer::RightsMoved& rights) {
                   auto moved = to.initMoved();
                   moved.setRightsHere(rights.rights_here.count());
                   moved.setReplayed(rights.replayed);
                 },
                 [](const auto&) { HF_ASSERT(false && "an answer that no native request has"); },
             },
             success);
}

void write_result(const NativeResult& result, proto::Result::Builder to) {
  if (!result.full)
    write_brief(result.brief, to.getReservation());
  else if (*result.full)
    write_success(**result.full, to);
  else
    write_refusal(result.full->error(), to.initRefused());
}

constexpr std::size_t result_bytes = 48;
constexpr std::size_t texts_bytes_max = 4096;  // of what stands once in a result
constexpr std::size_t entry_bytes_max = 400;   // of a line, a SKU or a fault, with its name
constexpr std::size_t answers_bytes_enough = 1 << 20;
static_assert(answers_bytes_enough + 3 * limits::lines_max * entry_bytes_max + texts_bytes_max <
              frame_payload_bytes_max);

[[nodiscard]] std::size_t entries(const answer::ReservationView& view) {
  return view.lines.size() + view.shortage.size();
}

[[nodiscard]] std::size_t entries(const Answer& answer) {
  if (!answer) {
    const Refusal& refusal = answer.error();
    return refusal.errors.size() + refusal.shortage.size() +
           (refusal.reservation ? entries(*refusal.reservation) : 0);
  }
  if (const auto* list = std::get_if<answer::SkuList>(&*answer)) return list->skus.size();
  const auto* reservation = std::get_if<answer::ReservationAnswer>(&*answer);
  return reservation != nullptr ? entries(reservation->reservation) : 1;
}

// No more than it takes.
[[nodiscard]] std::size_t bytes_most(const NativeResult& result) {
  if (!result.full) return result_bytes;
  return result_bytes + texts_bytes_max + entries(*result.full) * entry_bytes_max;
}

}  // namespace

answer::BriefReservation brief(const answer::ReservationAnswer& answer) {
  const answer::ReservationView& view = answer.reservation;
  return {view.state, answer.created, answer.replayed, view.expires_at, view.expires_in.value_or(Millis(0))};
}

Decoded<void> decode_native_call(BytesView bytes, NativeCall& call) {
  return read_message<proto::Call>(
      bytes, [&](proto::Call::Reader from, Segment segment) { read_call(from, segment, call); });
}

std::optional<NewReservations> only_reserves(BytesView bytes) {
  const auto found =
      read_message<proto::Call>(bytes, [](proto::Call::Reader call) -> std::optional<NewReservations> {
        const auto operations = call.getOperations();
        if (call.getFormat() != proto::NATIVE_FORMAT || operations.size() == 0 ||
            operations.size() > native_operations_max)
          return std::nullopt;
        for (const Op::Reader operation : operations)
          if (!operation.isReserve()) return std::nullopt;
        return NewReservations{call.getNumber(), operations.size()};
      });
  return found ? *found : std::nullopt;
}

void encode_refused_call(const NewReservations& call, const Refusal& refusal, Bytes& out) {
  const std::size_t bytes = 64 + call.operations * (result_bytes + word_bytes + refusal.detail.size());
  write_message<proto::Answers>(out, bytes, [&](proto::Answers::Builder answers) {
    answers.setFormat(proto::NATIVE_FORMAT);
    answers.setNumber(call.number);
    for (auto result : answers.initResults(static_cast<unsigned>(call.operations)))
      write_refusal(refusal, result.initRefused());
  });
}

std::size_t encode_native_answers(std::uint64_t number, std::span<const NativeResult> results,
                                  std::size_t first, Bytes& out) {
  constexpr std::size_t base_bytes = 64;
  std::size_t bytes = base_bytes;
  std::size_t end = first;
  while (end < results.size() && bytes < answers_bytes_enough) bytes += bytes_most(results[end++]);
  write_message<proto::Answers>(out, bytes, [&](proto::Answers::Builder answers) {
    answers.setFormat(proto::NATIVE_FORMAT);
    answers.setNumber(number);
    answers.setFirst(static_cast<std::uint32_t>(first));
    auto list = answers.initResults(static_cast<unsigned>(end - first));
    for (std::size_t i = first; i < end; ++i)
      write_result(results[i], list[static_cast<unsigned>(i - first)]);
  });
  return end - first;
}

}  // namespace holdfast::wire
