#include "wire/message_codec.h"

#include "base/overloaded.h"
#include "wire/checks.h"
#include "wire/frame.h"
#include "wire/limits.h"
#include "wire/rows_codec.h"

namespace holdfast::wire {

namespace {

constexpr std::size_t message_bytes_guess = 1024;

void write_heard(const message::Heartbeat::Heard& heard, proto::Heard::Builder to) {
  to.setRegion(text_in(heard.region));
  to.setMsAgo(heard.ms_ago);
}

message::Heartbeat::Heard read_heard(proto::Heard::Reader from) {
  return {text_out(from.getRegion()), from.getMsAgo()};
}

void write(const message::Heartbeat& heartbeat, proto::Heartbeat::Builder to) {
  to.setSentMs(heartbeat.sent_ms);
  to.setEchoMs(heartbeat.echo_ms);
  to.setHeldMs(heartbeat.held_ms);
  to.setNeedsVector(heartbeat.needs_vector);
  to.setRepeats(heartbeat.repeats);
  to.setApart(heartbeat.apart);
  if (!heartbeat.heard.empty())
    write_all(heartbeat.heard, to.initHeard(length(heartbeat.heard)), write_heard);
}

message::Heartbeat read_heartbeat(proto::Heartbeat::Reader from) {
  return {from.getSentMs(),      from.getEchoMs(),
          from.getHeldMs(),      read_all(from.getHeard(), read_heard, limits::replicas_max),
          from.getNeedsVector(), from.getRepeats(),
          from.getApart()};
}

void write_version_entry(const message::VersionVector::Entry& entry, proto::VersionEntry::Builder to) {
  write_replica_id(entry.replica, to.initReplica());
  to.setVersion(entry.version.value());
  to.setIsLinked(!entry.fingerprint_beyond);
  to.setFingerprintBeyond(entry.fingerprint_beyond.value_or(0));
  to.setIsDistrusted(entry.is_distrusted);
}

message::VersionVector::Entry read_version_entry(proto::VersionEntry::Reader from) {
  message::VersionVector::Entry entry{read_replica_id(from.getReplica()), Version(from.getVersion())};
  if (!from.getIsLinked()) entry.fingerprint_beyond = from.getFingerprintBeyond();
  entry.is_distrusted = from.getIsDistrusted();
  return entry;
}

void write(const message::VersionVector& vector, proto::VersionVector::Builder to) {
  if (!vector.entries.empty())
    write_all(vector.entries, to.initEntries(length(vector.entries)), write_version_entry);
  to.setRowsSeen(vector.rows_seen);
}

message::VersionVector read_version_vector(proto::VersionVector::Reader from) {
  return {read_all(from.getEntries(), read_version_entry, limits::replicas_max), from.getRowsSeen()};
}

void write(const message::Rows& rows, proto::Rows::Builder to) { write_rows(rows, to); }

void write(const message::Ask& ask, proto::Ask::Builder to) {
  write_replica_id(ask.asker, to.initAsker());
  write_replica_id(ask.giver, to.initGiver());
  to.setSku(text_in(ask.sku));
  to.setKnown(ask.known.count());
  to.setTarget(ask.target.count());
  to.setKind(enum_in<proto::TransferKind>(ask.kind));
  to.setAgeMs(ask.age_ms);
  to.setHopsLeft(ask.hops_left);
  to.setDemand(ask.demand);
}

message::Ask read_ask(proto::Ask::Reader from) {
  return {read_replica_id(from.getAsker()),
          read_replica_id(from.getGiver()),
          text_out(from.getSku()),
          Units(from.getKnown()),
          Units(from.getTarget()),
          enum_out(from.getKind(), record::TransferKind::by_hand),
          from.getAgeMs(),
          from.getHopsLeft(),
          from.getDemand()};
}

void write(const message::AskAnswer& answer, proto::AskAnswer::Builder to) {
  write_replica_id(answer.asker, to.initAsker());
  write_replica_id(answer.giver, to.initGiver());
  to.setSku(text_in(answer.sku));
  to.setTarget(answer.target.count());
  to.setCannot(answer.cannot);
  to.setHopsLeft(answer.hops_left);
}

message::AskAnswer read_ask_answer(proto::AskAnswer::Reader from) {
  return {read_replica_id(from.getAsker()),
          read_replica_id(from.getGiver()),
          text_out(from.getSku()),
          Units(from.getTarget()),
          from.getCannot(),
          from.getHopsLeft()};
}

void write_rates(const answer::RefusalRates& rates, proto::RefusalRates::Builder to) {
  to.setSoldOut(rates.sold_out);
  to.setNotEnough(rates.not_enough);
  to.setAllReserved(rates.all_reserved);
  to.setRightsUnreachable(rates.rights_unreachable);
  to.setInsufficientHere(rates.insufficient_here);
}

answer::RefusalRates read_rates(proto::RefusalRates::Reader from) {
  return {from.getSoldOut(), from.getNotEnough(), from.getAllReserved(), from.getRightsUnreachable(),
          from.getInsufficientHere()};
}

void write_alarms(const std::vector<std::string>& alarms, capnp::List<capnp::Text>::Builder to) {
  for (unsigned place = 0; place < alarms.size(); ++place) to.set(place, text_in(alarms[place]));
}

void write(const message::Summary& summary, proto::Summary::Builder to) {
  write_replica_id(summary.replica, to.initReplica());
  to.setNumber(summary.number);
  to.setVersion(summary.version.value());
  to.setSkus(summary.skus);
  to.setRights(summary.rights.count());
  to.setReserved(summary.reserved.count());
  to.setSoldPer1000S(summary.sold_per_1000_s);
  write_rates(summary.refused_per_1000_s, to.initRefusedPer1000S());
  to.setReserveUsP50(summary.reserve_us_p50);
  to.setReserveUsP99(summary.reserve_us_p99);
  if (!summary.alarms.empty()) write_alarms(summary.alarms, to.initAlarms(length(summary.alarms)));
}

message::Summary read_summary(proto::Summary::Reader from) {
  return {read_replica_id(from.getReplica()),
          from.getNumber(),
          Version(from.getVersion()),
          from.getSkus(),
          Units(from.getRights()),
          Units(from.getReserved()),
          from.getSoldPer1000S(),
          read_rates(from.getRefusedPer1000S()),
          from.getReserveUsP50(),
          from.getReserveUsP99(),
          read_all(from.getAlarms(), text_out, alarms_max)};
}

void write(const message::Accusation& accusation, proto::Accusation::Builder to) {
  write_replica_id(accusation.accused, to.initAccused());
  if (!accusation.boots.empty())
    write_all(accusation.boots, to.initBoots(length(accusation.boots)), write_boot);
  if (accusation.row) write_wire_row(*accusation.row, to.initRow());
  if (!accusation.replicas.empty())
    write_all(accusation.replicas, to.initReplicas(length(accusation.replicas)), write_replica_id);
  if (!accusation.reason.empty()) to.setReason(text_in(accusation.reason));
}

message::Accusation read_accusation(proto::Accusation::Reader from) {
  message::Accusation accusation;
  accusation.accused = read_replica_id(from.getAccused());
  accusation.boots = read_all(from.getBoots(), read_boot, boots_max);
  if (from.hasRow()) accusation.row = read_wire_row(from.getRow());
  accusation.replicas = read_all(from.getReplicas(), read_replica_id, limits::replicas_max);
  accusation.reason = text_out(from.getReason());
  return accusation;
}

void write_content(const Message& message, proto::Message::Builder to) {
  std::visit(Overloaded{
                 [&](const message::Heartbeat& heartbeat) { write(heartbeat, to.initHeartbeat()); },
                 [&](const message::VersionVector& vector) { write(vector, to.initVersionVector()); },
                 [&](const message::Rows& rows) { write(rows, to.initRows()); },
                 [&](const message::Ask& ask) { write(ask, to.initAsk()); },
                 [&](const message::AskAnswer& answer) { write(answer, to.initAskAnswer()); },
                 [&](const message::Summary& summary) { write(summary, to.initSummary()); },
                 [&](const message::Accusation& accusation) { write(accusation, to.initAccusation()); },
             },
             message);
}

Message read_content(proto::Message::Reader from) {
  switch (from.which()) {
    case proto::Message::HEARTBEAT: return read_heartbeat(from.getHeartbeat());
    case proto::Message::VERSION_VECTOR: return read_version_vector(from.getVersionVector());
    case proto::Message::ROWS: return read_rows(from.getRows());
    case proto::Message::ASK: return read_ask(from.getAsk());
    case proto::Message::ASK_ANSWER: return read_ask_answer(from.getAskAnswer());
    case proto::Message::SUMMARY: return read_summary(from.getSummary());
    case proto::Message::ACCUSATION: return read_accusation(from.getAccusation());
  }
  throw Refused{{DecodeFault::unknown_kind, "a message of a kind that is not known"}};
}

[[nodiscard]] std::size_t bytes_guess(const Message& message) {
  constexpr std::size_t frame_bytes = 128;
  constexpr std::size_t entry_bytes = 112;
  if (const auto* rows = std::get_if<message::Rows>(&message)) return frame_bytes + rows_bytes_guess(*rows);
  if (const auto* vector = std::get_if<message::VersionVector>(&message))
    return frame_bytes + vector->entries.size() * entry_bytes;
  return message_bytes_guess;
}

Hello read_hello(proto::Hello::Reader from) {
  return {from.getProtocol(),
          text_out(from.getCluster()),
          read_replica_id(from.getReplica()),
          Version(from.getVersion()),
          read_all(from.getBoots(), read_boot, boots_max),
          from.getChallenge(),
          from.getAnswered()};
}

void require_format(std::uint16_t format) {
  require(format == proto::GOSSIP_FORMAT, DecodeFault::unknown_format, "in a format of a later version");
}

template <class Value>
Value sound(Value value) {
  if (auto fault = fault_of(value)) throw Refused{std::move(*fault)};
  return value;
}

}  // namespace

void encode_hello(const Hello& hello, Bytes& out) {
  const std::size_t guess = message_bytes_guess + hello.boots.size() * boot_bytes;
  write_message<proto::Hello>(out, guess, [&](proto::Hello::Builder to) {
    to.setFormat(proto::GOSSIP_FORMAT);
    to.setProtocol(hello.protocol);
    to.setCluster(text_in(hello.cluster));
    write_replica_id(hello.replica, to.initReplica());
    to.setVersion(hello.version.value());
    if (!hello.boots.empty()) write_all(hello.boots, to.initBoots(length(hello.boots)), write_boot);
    to.setChallenge(hello.challenge);
    to.setAnswered(hello.answered);
  });
}

void encode_message(const Message& message, Bytes& out) {
  write_message<proto::Message>(out, bytes_guess(message), [&](proto::Message::Builder to) {
    to.setFormat(proto::GOSSIP_FORMAT);
    write_content(message, to);
  });
}

void append_framed(const Hello& hello, Bytes& out) {
  append_frame(out, FrameKind::hello, [&] { encode_hello(hello, out); });
}

void append_framed(const Message& message, Bytes& out) {
  if (const auto* beat = std::get_if<message::Heartbeat>(&message); beat != nullptr && beat->repeats != 0)
    return append_beat(out, beat->repeats);
  append_frame(out, FrameKind::message, [&] { encode_message(message, out); });
}

Decoded<Hello> decode_hello(BytesView bytes) {
  return read_message<proto::Hello>(bytes, [](proto::Hello::Reader from) {
    require_format(from.getFormat());
    return sound(read_hello(from));
  });
}

Decoded<Message> decode_message(BytesView bytes) {
  return read_message<proto::Message>(bytes, [](proto::Message::Reader from) {
    require_format(from.getFormat());
    return sound(read_content(from));
  });
}

Decoded<Message> decode_message(const Frame& frame) {
  if (frame.kind != FrameKind::beat) return decode_message(frame.payload);
  message::Heartbeat beat;
  beat.repeats = frame.number;
  return Message(std::move(beat));
}

}  // namespace holdfast::wire
