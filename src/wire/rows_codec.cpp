#include "wire/rows_codec.h"

#include "wire/limits.h"

namespace holdfast::wire {

namespace {

void write_section(const message::Rows::Section& section, proto::Section::Builder to) {
  to.setReplica(section.replica);
  if (section.range) write_range(*section.range, to.initRange());
  if (!section.rows.empty()) write_all(section.rows, to.initRows(length(section.rows)), write_wire_row);
}

// `rows_left`: how many more this message may have, over all of its sections.
message::Rows::Section read_section(proto::Section::Reader from, std::size_t& rows_left) {
  message::Rows::Section section;
  section.replica = from.getReplica();
  if (from.hasRange()) section.range = read_range(from.getRange());
  section.rows = read_all(from.getRows(), read_wire_row, rows_left);
  rows_left -= section.rows.size();
  return section;
}

}  // namespace

void write_wire_row(const message::WireRow& row, proto::WireRow::Builder to) {
  to.setSku(text_in(row.sku));
  write_row(row.row, to.initRow());
}

message::WireRow read_wire_row(proto::WireRow::Reader from) {
  return {text_out(from.getSku()), read_row(from.getRow(), limits::replicas_max)};
}

void write_rows(const message::Rows& rows, proto::Rows::Builder to) {
  to.setNumber(rows.number);
  if (!rows.replicas.empty())
    write_all(rows.replicas, to.initReplicas(length(rows.replicas)), write_replica_id);
  if (!rows.sections.empty()) write_all(rows.sections, to.initSections(length(rows.sections)), write_section);
}

message::Rows read_rows(proto::Rows::Reader from) {
  std::size_t rows_left = rows_max;
  return {from.getNumber(), read_all(from.getReplicas(), read_replica_id, limits::replicas_max),
          read_all(
              from.getSections(), [&](proto::Section::Reader one) { return read_section(one, rows_left); },
              sections_max)};
}

std::size_t rows_bytes_guess(const message::Rows& rows) {
  constexpr std::size_t replica_bytes = 64;
  constexpr std::size_t row_bytes = 112;
  std::size_t bytes = rows.replicas.size() * replica_bytes;
  for (const auto& section : rows.sections) bytes += replica_bytes + section.rows.size() * row_bytes;
  return bytes;
}

}  // namespace holdfast::wire
