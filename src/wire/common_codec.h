// What records, slices and messages have in common, to Cap'n Proto and back. Inside this folder only.
//
// write_x(value, builder) fills a builder; read_x(reader) gives the value or throws Refused. Empty texts and
// lists are left as null pointers.
#pragma once

#include <capnp/list.h>
#include <capnp/schema.h>

#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "core/bounded_counter.h"
#include "core/record.h"
#include "proto/common.capnp.h"
#include "wire/capnp_io.h"

namespace holdfast::wire {

[[nodiscard]] inline capnp::Text::Reader text_in(const std::string& text) {
  return {text.c_str(), text.size()};
}
[[nodiscard]] inline std::string text_out(capnp::Text::Reader text) { return {text.begin(), text.size()}; }

// Enumerators are numbered alike on both sides, from 0 without a gap; the codecs assert the last one of each.
template <class Enum, class Proto>
[[nodiscard]] Enum enum_out(Proto value, Enum last) {
  require(static_cast<unsigned>(value) <= static_cast<unsigned>(last), DecodeFault::unknown_kind,
          "an enumerant that is not known");
  return static_cast<Enum>(value);
}
template <class Proto, class Enum>
[[nodiscard]] Proto enum_in(Enum value) {
  return static_cast<Proto>(value);
}

// Fills a list by write_one(element, builder), which the caller has made as long as the vector.
template <class Elements, class List, class WriteOne>
void write_all(const Elements& elements, List list, const WriteOne& write_one) {
  unsigned place = 0;
  for (const auto& element : elements) write_one(element, list[place++]);
}

// For init of a list.
template <class Elements>
[[nodiscard]] unsigned length(const Elements& elements) {
  HF_ASSERT(elements.size() < std::size_t{1} << 29);  // Cap'n Proto's own limit
  return static_cast<unsigned>(elements.size());
}

// Elements by read_one(element), of a list that may have up to `elements_max`: checked before they are made.
template <class Elements, class List, class ReadOne>
Elements read_as(List list, const ReadOne& read_one,
                 std::size_t elements_max = std::numeric_limits<unsigned>::max()) {
  require(list.size() <= elements_max, DecodeFault::out_of_range, "a list that is too long");
  Elements elements;
  elements.reserve(list.size());
  for (const auto& element : list) elements.push_back(read_one(element));
  return elements;
}

// The same as a vector.
template <class List, class ReadOne>
auto read_all(List list, const ReadOne& read_one,
              std::size_t elements_max = std::numeric_limits<unsigned>::max()) {
  return read_as<std::vector<std::invoke_result_t<ReadOne, decltype(list[0])>>>(list, read_one, elements_max);
}

void write_replica_id(const ReplicaId& id, proto::ReplicaId::Builder to);
[[nodiscard]] ReplicaId read_replica_id(proto::ReplicaId::Reader from);

void write_boot(const Boot& boot, proto::Boot::Builder to);
[[nodiscard]] Boot read_boot(proto::Boot::Reader from);

void write_clock(const MachineClock& clock, proto::MachineClock::Builder to);
[[nodiscard]] MachineClock read_clock(proto::MachineClock::Reader from);

void write_range(const record::VersionRange& range, proto::VersionRange::Builder to);
[[nodiscard]] record::VersionRange read_range(proto::VersionRange::Reader from);

void write_row(const Row& row, proto::Row::Builder to);
[[nodiscard]] Row read_row(proto::Row::Reader from,
                           std::size_t sent_max = std::numeric_limits<unsigned>::max());

}  // namespace holdfast::wire
