#include "core/past.h"

#include <algorithm>

#include "base/assert.h"
#include "base/overloaded.h"
#include "core/fingerprint.h"

namespace holdfast {

Few<Digest> names_in(const Request& request, std::uint64_t hash_seed) {
  Few<Digest> names;
  const auto id = [&](std::string_view text) {
    if (!text.empty()) names.push_back(name_of_reservation(text, hash_seed));
  };
  const auto key = [&](std::string_view text) {
    if (text.empty()) return;
    names.push_back(name_of_key(text, hash_seed));
    id(id_from_key(text,
                   hash_seed));  // keys are one space: one that made a reservation cannot do anything else
  };
  std::visit(Overloaded{
                 [&](const request::Reserve& r) { id(r.id), id(r.replaces), key(r.key); },
                 [&](const request::GetReservation& r) { id(r.id); },
                 [&](const request::Purchase& r) { id(r.id); },
                 [&](const request::Release& r) { id(r.id); },
                 [&](const request::Extend& r) { id(r.id); },
                 [&](const request::Change& r) { id(r.id); },
                 [&](const request::Return& r) { id(r.id), key(r.key); },
                 [&](const request::Adjust& r) { key(r.key); },
                 [&](const request::Count& r) { key(r.key); },
                 [&](const request::Import& r) { key(r.key); },
                 [&](const request::MoveRights& r) { key(r.key); },
                 [](const auto&) {},
             },
             request);
  return names;
}

const Record* remembered(const State& state, const Digest& name, const std::vector<Past>& past) {
  const auto position = state.memories().find(name);
  if (!position) return nullptr;
  const auto found = std::ranges::find(past, *position, &Past::position);
  HF_ASSERT(found != past.end());
  return &found->record;
}

const Reservation* ended(const State& state, std::string_view id, const Digest& name,
                         const std::vector<Past>& past) {
  const Record* record = remembered(state, name, past);
  if (record == nullptr) return nullptr;
  const auto* changed = std::get_if<record::ReservationChanged>(&record->body);
  if (changed == nullptr) return nullptr;
  if (changed->after.id == id) return &changed->after;
  if (changed->replaced && changed->replaced->id == id) return &*changed->replaced;
  return nullptr;
}

const Reservation* ended(const State& state, std::string_view id, const std::vector<Past>& past) {
  return ended(state, id, name_of_reservation(id, state.hash_seed()), past);
}

std::optional<Reservation> known(const State& state, std::string_view id, const std::vector<Past>& past) {
  return known(state, id, name_of_reservation(id, state.hash_seed()), past);
}

std::optional<Reservation> look_up(const State& state, std::string_view id, const Digest& name,
                                   const std::vector<Past>& past) {
  auto found = state.reservations().find(id, name);
  if (found) return found;
  if (const Reservation* const past_one = ended(state, id, name, past); past_one != nullptr)
    found = *past_one;
  return found;
}

const KeyUse* key_use(const Record& record, std::string_view key) {
  const KeyUse* use = std::visit(
      Overloaded{
          [](const record::ReservationChanged& changed) { return changed.key ? &*changed.key : nullptr; },
          [](const record::RightsSent& sent) { return sent.key ? &*sent.key : nullptr; },
          [](const record::StockAdjusted& adjusted) { return &adjusted.key; },
          [](const record::StockImported& imported) { return &imported.key; },
          [](const auto&) { return static_cast<const KeyUse*>(nullptr); },
      },
      record.body);
  return use != nullptr && use->key == key ? use : nullptr;
}

}  // namespace holdfast
