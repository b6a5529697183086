#include "message_values.h"

#include <algorithm>

#include "core/limits.h"
#include "wire/limits.h"
#include "wire/message_codec.h"

namespace holdfast::wire {

namespace {

std::uint64_t draw_number(Draw& draw) { return draw.any<std::uint64_t>(); }
std::int64_t draw_up_to(Draw& draw, std::int64_t most) {
  if (draw.coin()) return draw.coin() ? 0 : most;
  return static_cast<std::int64_t>(draw.below(static_cast<std::uint64_t>(most) + 1));
}
Units draw_field(Draw& draw) { return Units(draw_up_to(draw, limits::field_units_max.count())); }
std::int64_t draw_gauge(Draw& draw) { return draw_up_to(draw, gauge_max); }

std::string draw_name(Draw& draw) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789-";
  std::string name(1 + draw.below(limits::region_bytes_max), '-');
  for (char& letter : name) letter = letters[draw.below(letters.size())];
  return name;
}

std::string draw_characters(Draw& draw, std::size_t most) {
  constexpr std::string_view characters[] = {"a", "Z", "7", "ü", "€", "😀"};
  std::string text;
  for (std::uint64_t left = draw.coin() ? most : draw.below(most + 1); left > 0; --left)
    text += characters[draw.below(std::size(characters))];
  return text;
}
std::string draw_sku(Draw& draw) { return "S" + draw_characters(draw, limits::sku_chars_max - 1); }

ReplicaId draw_replica(Draw& draw) { return {draw_name(draw), {draw_number(draw), draw_number(draw)}}; }

std::vector<ReplicaId> draw_replicas(Draw& draw) {
  std::vector<ReplicaId> replicas(1 + draw.below(5));
  for (ReplicaId& replica : replicas) replica = draw_replica(draw);
  return replicas;
}

std::vector<Boot> draw_boots(Draw& draw) {
  std::vector<Boot> boots(1 + draw.below(4));
  Boot last;
  for (Boot& boot : boots) {
    last = {last.number + 1 + static_cast<std::uint32_t>(draw.below(3)), draw_number(draw),
            Version(last.began.value() + draw.below(100))};
    boot = last;
  }
  return boots;
}

message::WireRow draw_row(Draw& draw, std::size_t replicas, std::uint16_t writer, Version version) {
  std::vector<Sent> sent;
  for (std::uint16_t to = 0; to < replicas; ++to)
    if (to != writer && draw.coin()) sent.push_back({ReplicaIx(to), std::max(Units(1), draw_field(draw))});
  return {draw_sku(draw),
          {draw_field(draw), draw_field(draw), draw_field(draw), sent, version, Units(draw_gauge(draw)),
           draw_gauge(draw)}};
}

message::Rows::Section draw_section(Draw& draw, std::size_t replicas) {
  message::Rows::Section section;
  section.replica = static_cast<std::uint16_t>(draw.below(replicas));
  std::uint64_t version = draw.below(1000);
  const Version from(version);
  section.rows = draw.list(4, [&] {
    version += 1 + draw.below(9);
    return draw_row(draw, replicas, section.replica, Version(version));
  });
  if (draw.coin()) section.range = record::VersionRange{from, Version(version)};
  return section;
}

message::Rows draw_rows(Draw& draw) {
  message::Rows rows;
  rows.number = draw_number(draw);
  rows.replicas = draw_replicas(draw);
  rows.sections = draw.list(4, [&] { return draw_section(draw, rows.replicas.size()); });
  return rows;
}

message::Summary draw_summary(Draw& draw) {
  message::Summary summary;
  summary.replica = draw_replica(draw);
  summary.number = draw_number(draw);
  summary.version = draw.strong<Version>();
  summary.skus = static_cast<std::uint64_t>(draw_gauge(draw));
  summary.rights = Units(draw_gauge(draw));
  summary.reserved = Units(draw_gauge(draw));
  summary.sold_per_1000_s = draw_gauge(draw);
  summary.refused_per_1000_s = {draw_gauge(draw), draw_gauge(draw), draw_gauge(draw), draw_gauge(draw),
                                draw_gauge(draw)};
  summary.reserve_us_p50 = draw_gauge(draw);
  summary.reserve_us_p99 = draw_gauge(draw);
  summary.alarms = draw.list(3, [&] { return draw_characters(draw, 60); });
  return summary;
}

message::Accusation draw_accusation(Draw& draw) {
  message::Accusation accusation;
  accusation.accused = draw_replica(draw);
  accusation.reason = draw_characters(draw, 100);
  if (draw.coin()) accusation.boots = draw_boots(draw);
  if (draw.coin()) return accusation;
  accusation.replicas = draw_replicas(draw);
  accusation.row = draw_row(draw, accusation.replicas.size(), 0, Version(1 + draw.below(1000)));
  return accusation;
}

}  // namespace

Bytes encoded(const Hello& hello) {
  Bytes bytes;
  encode_hello(hello, bytes);
  return bytes;
}

Bytes encoded(const Message& message) {
  Bytes bytes;
  encode_message(message, bytes);
  return bytes;
}

Hello draw_hello(Draw& draw) {
  return {draw.any<std::uint32_t>(), draw_name(draw),   draw_replica(draw), draw.strong<Version>(),
          draw_boots(draw),          draw_number(draw), draw_number(draw)};
}

Message draw_message(Draw& draw, std::size_t kind) {
  switch (kind) {
    case 0:
      return message::Heartbeat{
          draw_number(draw),
          draw_number(draw),
          draw_number(draw),
          draw.list(5,
                    [&] {
                      return message::Heartbeat::Heard{draw_name(draw), draw_number(draw)};
                    }),
          draw.any<std::uint32_t>() % 2 == 0,
          draw.any<std::uint32_t>(),
          draw.any<std::uint16_t>()};
    case 1:
      return message::VersionVector{
          draw.list(5,
                    [&] {
                      message::VersionVector::Entry entry{draw_replica(draw), draw.strong<Version>()};
                      if (draw.any<std::uint32_t>() % 2 == 0) entry.fingerprint_beyond = draw_number(draw);
                      entry.is_distrusted = draw.any<std::uint32_t>() % 4 == 0;
                      return entry;
                    }),
          draw_number(draw)};
    case 2: return draw_rows(draw);
    case 3:
      return message::Ask{
          draw_replica(draw),        draw_replica(draw),       draw_sku(draw),
          draw_field(draw),          draw_field(draw),         draw.one_up_to(record::TransferKind::cover),
          draw.any<std::uint32_t>(), draw.any<std::uint8_t>(), draw_gauge(draw)};
    case 4:
      return message::AskAnswer{draw_replica(draw), draw_replica(draw), draw_sku(draw),
                                draw_field(draw),   draw.coin(),        draw.any<std::uint8_t>()};
    case 5: return draw_summary(draw);
    default: return draw_accusation(draw);
  }
}

message::Rows typical_rows() {
  message::Rows rows;
  rows.number = 7;
  rows.replicas = {{"eu", {1'760'000'000'000, 1}}, {"us", {1'760'000'000'001, 2}}};
  message::Rows::Section& section = rows.sections.emplace_back();
  section.range = record::VersionRange{Version(40), Version(42)};
  message::WireRow& row = section.rows.emplace_back();
  row.sku = "85123A";
  row.row.received = Units(100);
  row.row.purchased = Units(12);
  row.row.sent = {{ReplicaIx(1), Units(30)}};
  row.row.version = Version(42);
  row.row.reserved = Units(3);
  row.row.rate = 250;
  return rows;
}

}  // namespace holdfast::wire
