#include "wire/checks.h"

#include <algorithm>
#include <functional>
#include <string_view>

#include "base/overloaded.h"
#include "base/utf8.h"
#include "wire/limits.h"

namespace holdfast::wire {

namespace {

// One line for a person; nullptr: no fault. The first of several counts.
using Fault = const char*;

Fault unless(bool sound, Fault fault) { return sound ? nullptr : fault; }
Fault first_of(std::initializer_list<Fault> faults) {
  const auto found = std::ranges::find_if(faults, [](Fault fault) { return fault != nullptr; });
  return found == faults.end() ? nullptr : *found;
}
template <class Elements, class Check>
Fault each(const Elements& elements, const Check& check) {
  for (const auto& element : elements)
    if (const Fault fault = check(element)) return fault;
  return nullptr;
}

bool is_text(std::string_view text, std::size_t chars_max) {
  const auto characters = utf8_length(text);
  return characters && *characters <= chars_max;
}

bool has_control(std::string_view text) {
  for (; !text.empty(); text.remove_prefix(first_character(text).bytes))
    if (is_control(first_character(text).code)) return true;
  return false;
}

bool is_name(std::string_view name) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return !name.empty() && name.size() <= limits::region_bytes_max && std::ranges::all_of(name, allowed);
}

Fault check_sku(std::string_view sku) {
  const bool sound = !sku.empty() && is_text(sku, limits::sku_chars_max) && !has_control(sku) &&
                     sku.front() != ' ' && sku.back() != ' ';
  return unless(sound, "a SKU that no shop can have");
}

Fault check_remark(std::string_view text) {
  return unless(is_text(text, remark_chars_max), "a text that is too long or not UTF-8");
}

Fault check_replica(const ReplicaId& id) { return unless(is_name(id.region), "a region's name"); }

bool is_field(Units units) { return units >= no_units && units <= limits::field_units_max; }
bool is_gauge(std::int64_t value) { return value >= 0 && value <= gauge_max; }

// Where `id_of` finds the id of an element.
template <class Elements, class IdOf = std::identity>
Fault check_replicas(const Elements& elements, const IdOf& id_of = {}) {
  if (elements.size() > limits::replicas_max) return "too many replicas";
  std::vector<const ReplicaId*> sorted;
  sorted.reserve(elements.size());
  for (const auto& element : elements) {
    const ReplicaId& id = std::invoke(id_of, element);
    if (const Fault fault = check_replica(id)) return fault;
    sorted.push_back(&id);
  }
  const auto itself = [](const ReplicaId* id) -> const ReplicaId& { return *id; };
  std::ranges::sort(sorted, {}, itself);
  return unless(std::ranges::adjacent_find(sorted, {}, itself) == sorted.end(),
                "a replica that is named twice");
}

Fault check_boots(const std::vector<Boot>& boots) {
  const auto follows = [](const Boot& a, const Boot& b) { return b.number > a.number && b.began >= a.began; };
  const auto astray = std::ranges::adjacent_find(boots, std::not_fn(follows));
  return first_of({unless(boots.size() <= boots_max, "too many boots"),
                   unless(boots.empty() || boots.front().number >= 1, "boots are counted from 1"),
                   unless(astray == boots.end(), "boots that are out of order")});
}

// `writer`: by its place among as many `replicas`; none where the row names its writer otherwise.
Fault check_sent(const std::vector<Sent>& sent, std::size_t replicas, std::optional<std::uint16_t> writer) {
  const auto sound = [&](const Sent& one) {
    return one.to.value() < replicas && one.to.value() != writer && one.total > no_units &&
           is_field(one.total);
  };
  const auto astray = std::ranges::adjacent_find(sent, std::greater_equal(), &Sent::to);
  return first_of({unless(std::ranges::all_of(sent, sound), "rights sent to nobody, or not of any number"),
                   unless(astray == sent.end(), "rights sent that are out of order")});
}

Fault check_row(const message::WireRow& row, std::size_t replicas, std::optional<std::uint16_t> writer) {
  const Row& content = row.row;
  return first_of(
      {check_sku(row.sku), unless(content.exists(), "a row without a version"),
       unless(is_field(content.received) && is_field(content.purchased) && is_field(content.written_off),
              "units out of range"),
       unless(is_gauge(content.reserved.count()) && is_gauge(content.rate), "gauges out of range"),
       check_sent(content.sent, replicas, writer)});
}

Fault check_section(const message::Rows::Section& section, std::size_t replicas) {
  const auto version = [](const message::WireRow& row) { return row.row.version; };
  const auto astray = std::ranges::adjacent_find(section.rows, std::greater_equal(), version);
  const auto& range = section.range;
  const bool fits =
      !range || section.rows.empty() ||
      (version(section.rows.front()) > range->from && version(section.rows.back()) <= range->to);
  return first_of({unless(section.replica < replicas, "rows of nobody"),
                   unless(!range || range->from <= range->to, "a range that ends before it begins"),
                   unless(fits, "rows outside of their range"),
                   unless(astray == section.rows.end(), "rows that are out of order"),
                   each(section.rows, [&](const message::WireRow& row) {
                     return check_row(row, replicas, section.replica);
                   })});
}

Fault check(const message::Heartbeat& heartbeat) {
  if (heartbeat.heard.size() > limits::replicas_max) return "too many regions";
  return each(heartbeat.heard,
              [](const auto& heard) { return unless(is_name(heard.region), "a region's name"); });
}

Fault check(const message::VersionVector& vector) {
  return check_replicas(vector.entries, &message::VersionVector::Entry::replica);
}

Fault check(const message::Rows& rows) {
  std::size_t count = 0;
  for (const auto& section : rows.sections) count += section.rows.size();
  return first_of({unless(rows.sections.size() <= sections_max && count <= rows_max, "too many rows"),
                   check_replicas(rows.replicas), each(rows.sections, [&](const auto& section) {
                     return check_section(section, rows.replicas.size());
                   })});
}

template <class AskOrAnswer>
Fault check_parties(const AskOrAnswer& ask) {
  return first_of({check_replica(ask.asker), check_replica(ask.giver),
                   unless(ask.asker != ask.giver, "an ask of a replica to itself"), check_sku(ask.sku),
                   unless(is_field(ask.target), "a target out of range")});
}

Fault check(const message::Ask& ask) {
  return first_of(
      {check_parties(ask), unless(is_field(ask.known), "units out of range"),
       unless(is_gauge(ask.demand), "gauges out of range"),
       unless(ask.kind != record::TransferKind::by_hand, "an ask that is neither urgent nor cover")});
}

Fault check(const message::AskAnswer& answer) { return check_parties(answer); }

Fault check(const message::Summary& summary) {
  const auto& refused = summary.refused_per_1000_s;
  const std::int64_t gauges[] = {
      summary.rights.count(), summary.reserved.count(), summary.sold_per_1000_s,    refused.sold_out,
      refused.not_enough,     refused.all_reserved,     refused.rights_unreachable, refused.insufficient_here,
      summary.reserve_us_p50, summary.reserve_us_p99,
  };
  return first_of({check_replica(summary.replica),
                   unless(std::ranges::all_of(gauges, is_gauge) && summary.skus <= std::uint64_t{gauge_max},
                          "gauges out of range"),
                   unless(summary.alarms.size() <= alarms_max, "too many alarms"),
                   each(summary.alarms, check_remark)});
}

Fault check(const message::Accusation& accusation) {
  return first_of(
      {check_replica(accusation.accused), check_boots(accusation.boots), check_replicas(accusation.replicas),
       accusation.row ? check_row(*accusation.row, accusation.replicas.size(), std::nullopt) : nullptr,
       check_remark(accusation.reason)});
}

std::optional<DecodeError> as_error(Fault fault) {
  if (fault == nullptr) return std::nullopt;
  return DecodeError{DecodeFault::out_of_range, fault};
}

}  // namespace

std::optional<DecodeError> fault_of(const Hello& hello) {
  return as_error(
      first_of({unless(is_name(hello.cluster), "a cluster's name"), check_replica(hello.replica),
                unless(!hello.boots.empty(), "a daemon that never started"), check_boots(hello.boots)}));
}

std::optional<DecodeError> fault_of(const Message& message) {
  return as_error(std::visit([](const auto& content) { return check(content); }, message));
}

}  // namespace holdfast::wire
