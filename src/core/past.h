// Past: how a request finds what was: the pending reservation, the ended one, the record of a used key.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/request.h"
#include "core/state.h"
#include "core/step.h"

namespace holdfast {

// The names that the request's outcome may rest on, each at most once.
[[nodiscard]] Few<Digest> names_in(const Request& request, std::uint64_t hash_seed);

// The record that is remembered under this name; nullptr: nothing is. `past` must hold it if it is
// remembered.
[[nodiscard]] const Record* remembered(const State& state, const Digest& name, const std::vector<Past>& past);

// An ended reservation, as its last record left it; nullptr: none of this id is remembered.
[[nodiscard]] const Reservation* ended(const State& state, std::string_view id,
                                       const std::vector<Past>& past);
// The same, of an id whose name is known already.
[[nodiscard]] const Reservation* ended(const State& state, std::string_view id, const Digest& name,
                                       const std::vector<Past>& past);

// Pending or ended.
[[nodiscard]] std::optional<Reservation> known(const State& state, std::string_view id,
                                               const std::vector<Past>& past);

// The same, of an id whose name is known already. Most names that are asked for are new: that is seen at
// once.
[[nodiscard]] std::optional<Reservation> look_up(const State& state, std::string_view id, const Digest& name,
                                                 const std::vector<Past>& past);
[[nodiscard]] inline std::optional<Reservation> known(const State& state, std::string_view id,
                                                      const Digest& name, const std::vector<Past>& past) {
  const bool is_new = !state.reservations().may_have(name) && !state.memories().has(name);
  return is_new ? std::nullopt : look_up(state, id, name, past);
}

// The key use in a record, if it is of this very key.
[[nodiscard]] const KeyUse* key_use(const Record& record, std::string_view key);

}  // namespace holdfast
