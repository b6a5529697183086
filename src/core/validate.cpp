// The rules that a request's values must keep, one small function a kind of value.
#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>

#include "base/utf8.h"
#include "core/request.h"

namespace holdfast {
namespace {

using Errors = std::vector<FieldError>;

// What is wrong with a value, for a person.
using Fault = std::optional<std::string>;

bool is_plain(char c) { return c >= ' ' && c <= '~'; }

// Nearly all texts are ASCII, where a character is a byte.
bool is_plain_text(std::string_view text, std::size_t chars_max) {
  return !text.empty() && text.size() <= chars_max && std::all_of(text.begin(), text.end(), is_plain);
}

// Nearly all values may be: what puts a fault into words stands apart from what looks for one.
[[gnu::noinline]] Fault other_text_fault(std::string_view text, std::size_t chars_max) {
  const std::optional<std::size_t> characters = utf8_length(text);
  if (!characters) return "must be UTF-8";
  if (*characters < 1 || *characters > chars_max)
    return "must be 1 to " + std::to_string(chars_max) + " characters";
  for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(first_character(rest).bytes))
    if (is_control(first_character(rest).code)) return "must not hold control characters";
  return {};
}

Fault text_fault(std::string_view text, std::size_t chars_max) {
  return is_plain_text(text, chars_max) ? Fault() : other_text_fault(text, chars_max);
}

Fault sku_fault(std::string_view sku) {
  if (Fault fault = text_fault(sku, limits::sku_chars_max)) return fault;
  if (sku.front() == ' ' || sku.back() == ' ') return "must not begin or end with a space";
  return {};
}

constexpr auto id_characters = [] {
  std::array<bool, 256> is_one{};
  for (const char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"))
    is_one[static_cast<unsigned char>(c)] = true;
  return is_one;
}();
bool is_id_character(char c) { return id_characters[static_cast<unsigned char>(c)]; }

Fault id_fault(std::string_view id) {
  const bool fits = !id.empty() && id.size() <= limits::reservation_id_bytes_max;
  if (fits && std::all_of(id.begin(), id.end(), is_id_character)) return {};
  return "must be 1 to 64 of A-Z a-z 0-9 _ -";
}

Fault key_fault(std::string_view key) {
  const bool fits = !key.empty() && key.size() <= limits::idempotency_key_bytes_max;
  if (fits && std::ranges::all_of(key, [](char c) { return c > ' ' && c <= '~'; })) return {};
  return "must be 1 to 255 visible ASCII characters";
}

Fault region_fault(std::string_view region) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  const bool fits = !region.empty() && region.size() <= limits::region_bytes_max;
  if (fits && std::ranges::all_of(region, allowed)) return {};
  return "must be 1 to 32 of a-z 0-9 -";
}

[[gnu::noinline]] Fault not_in(std::int64_t least, std::int64_t most) {
  return "must be " + std::to_string(least) + " to " + std::to_string(most);
}

Fault range_fault(std::int64_t value, std::int64_t least, std::int64_t most) {
  return value >= least && value <= most ? Fault() : not_in(least, most);
}

Fault quantity_fault(Units quantity) {
  return range_fault(quantity.count(), 1, limits::quantity_max.count());
}

Fault delta_fault(Units delta) {
  if (delta == no_units) return "must not be 0";
  return range_fault(delta.count(), -limits::quantity_max.count(), limits::quantity_max.count());
}

[[gnu::noinline]] void add(Errors& errors, std::string_view pointer, Fault&& fault) {
  errors.push_back({std::string(pointer), *std::move(fault)});
}

void note(Errors& errors, std::string_view pointer, Fault&& fault) {
  if (fault) add(errors, pointer, std::move(fault));
}

void note_optional(Errors& errors, const char* pointer, const std::string& value,
                   Fault (*fault)(std::string_view)) {
  if (!value.empty()) note(errors, pointer, fault(value));
}

Fault person_text_fault(std::string_view text) { return text_fault(text, limits::text_chars_max); }

void check_ttl(Errors& errors, Millis ttl) {
  if (ttl >= limits::ttl_min && ttl <= limits::ttl_max && ttl.count() % 1000 == 0) return;
  note(errors, "/ttl_seconds", not_in(limits::ttl_min.count() / 1000, limits::ttl_max.count() / 1000));
}

void check_wait(Errors& errors, Millis wait) {
  note(errors, "/wait_ms", range_fault(wait.count(), 0, limits::wait_max.count()));
}

void check_limit(Errors& errors, std::size_t limit) {
  const bool fits = limit >= 1 && limit <= limits::list_limit_max;
  if (!fits) note(errors, "/limit", not_in(1, limits::list_limit_max));
}

// Lines of one SKU are one line to the core, so that their sum must be a quantity too.
void check_sums(Errors& errors, const Few<Line>& lines) {
  std::map<std::string_view, Units> sums;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    Units& sum = sums[lines[i].sku];
    if (sum > limits::quantity_max) continue;
    sum += lines[i].quantity;
    if (sum > limits::quantity_max)
      note(
          errors, "/lines/" + std::to_string(i) + "/quantity",
          "with the other lines of this SKU must be at most " + std::to_string(limits::quantity_max.count()));
  }
}

void check_lines(Errors& errors, const Few<Line>& lines) {
  if (lines.empty() || lines.size() > limits::lines_max)
    return note(errors, "/lines", "must be 1 to " + std::to_string(limits::lines_max) + " lines");
  const std::size_t errors_before = errors.size();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto pointer = [i](const char* member) { return "/lines/" + std::to_string(i) + member; };
    if (Fault fault = sku_fault(lines[i].sku)) note(errors, pointer("/sku"), std::move(fault));
    if (Fault fault = quantity_fault(lines[i].quantity)) note(errors, pointer("/quantity"), std::move(fault));
  }
  if (lines.size() > 1 && errors.size() == errors_before) check_sums(errors, lines);
}

void check(Errors& errors, const request::Reserve& reserve) {
  const bool made_by_client = reserve.key.empty();
  if (made_by_client)
    note(errors, "/id", id_fault(reserve.id));
  else
    note(errors, "/idempotency_key", key_fault(reserve.key));
  check_lines(errors, reserve.lines);
  note_optional(errors, "/customer", reserve.customer, person_text_fault);
  check_ttl(errors, reserve.ttl);
  check_wait(errors, reserve.wait);
  note_optional(errors, "/replaces", reserve.replaces, id_fault);
}

void check(Errors& errors, const request::GetReservation& get) { note(errors, "/id", id_fault(get.id)); }

void check(Errors& errors, const request::ListReservations& list) {
  note_optional(errors, "/customer", list.customer, person_text_fault);
  note_optional(errors, "/sku", list.sku, sku_fault);
  check_limit(errors, list.limit);
}

void check(Errors& errors, const request::Purchase& purchase) {
  note(errors, "/id", id_fault(purchase.id));
  note_optional(errors, "/order", purchase.order, person_text_fault);
}

void check(Errors& errors, const request::Release& release) { note(errors, "/id", id_fault(release.id)); }

void check(Errors& errors, const request::Extend& extend) {
  note(errors, "/id", id_fault(extend.id));
  check_ttl(errors, extend.ttl);
}

void check(Errors& errors, const request::Change& change) {
  note(errors, "/id", id_fault(change.id));
  check_lines(errors, change.lines);
}

void check(Errors& errors, const request::Return& back) {
  note(errors, "/id", id_fault(back.id));
  note(errors, "/idempotency_key", key_fault(back.key));
  if (!back.lines.empty()) check_lines(errors, back.lines);
}

void check(Errors& errors, const request::GetSku& get) { note(errors, "/sku", sku_fault(get.sku)); }

void check(Errors& errors, const request::ListSkus& list) { check_limit(errors, list.limit); }

void check(Errors& errors, const request::GetAvailability& get) {
  if (get.skus.empty() || get.skus.size() > limits::availability_skus_max)
    return note(errors, "/skus", "must be 1 to " + std::to_string(limits::availability_skus_max) + " SKUs");
  for (std::size_t i = 0; i < get.skus.size(); ++i)
    note(errors, "/skus/" + std::to_string(i), sku_fault(get.skus[i]));
}

void check(Errors& errors, const request::Adjust& adjust) {
  note(errors, "/sku", sku_fault(adjust.sku));
  note(errors, "/idempotency_key", key_fault(adjust.key));
  note(errors, "/delta", delta_fault(adjust.delta));
  note(errors, "/reason", person_text_fault(adjust.reason));
  note_optional(errors, "/region", adjust.region, region_fault);
  check_wait(errors, adjust.wait);
}

void check(Errors& errors, const request::Count& count) {
  note(errors, "/sku", sku_fault(count.sku));
  note(errors, "/idempotency_key", key_fault(count.key));
  note(errors, "/counted", range_fault(count.counted.count(), 0, limits::quantity_max.count()));
  note(errors, "/reason", person_text_fault(count.reason));
  note_optional(errors, "/region", count.region, region_fault);
}

void check(Errors& errors, const request::Import& import) {
  note(errors, "/idempotency_key", key_fault(import.key));
  note_optional(errors, "/region", import.region, region_fault);
  if (import.lines.size() > limits::import_lines_max)
    note(errors, "", "must be at most " + std::to_string(limits::import_lines_max) + " lines");
  for (const request::ImportLine& line : import.lines)
    if (line.fault.empty())
      if (std::string fault = import_line_fault(line.sku, line.quantity); !fault.empty())
        note(errors, "/" + std::to_string(line.line), std::move(fault));
}

void check(Errors& errors, const request::MoveRights& move) {
  note(errors, "/sku", sku_fault(move.sku));
  note(errors, "/idempotency_key", key_fault(move.key));
  note(errors, "/to", region_fault(move.to));
  note(errors, "/quantity", quantity_fault(move.quantity));
  note_optional(errors, "/region", move.region, region_fault);
}

void check(Errors& errors, const request::Audit& request) {
  note_optional(errors, "/sku", request.sku, sku_fault);
}
void check(Errors&, const request::GetStatus&) {}

void check(Errors& errors, const request::GetRights& get) {
  note_optional(errors, "/sku", get.sku, sku_fault);
  check_limit(errors, get.limit);
}

template <class... Kinds>
bool is_one_of(const Request& request) {
  return (std::holds_alternative<Kinds>(request) || ...);
}

}  // namespace

std::string import_line_fault(std::string_view sku, Units quantity) {
  if (const Fault fault = sku_fault(sku)) return "sku " + *fault;
  if (const Fault fault = quantity_fault(quantity)) return "quantity " + *fault;
  return {};
}

std::vector<FieldError> validate(const Request& request) {
  Errors errors;
  std::visit([&](const auto& kind) { check(errors, kind); }, request);
  return errors;
}

bool changes_state(const Request& request) {
  return !is_one_of<request::GetReservation, request::ListReservations, request::GetSku, request::ListSkus,
                    request::GetAvailability, request::Audit, request::GetStatus, request::GetRights>(
      request);
}

}  // namespace holdfast
