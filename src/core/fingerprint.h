// The fingerprint of a request: equal for requests that mean the same, so that a repeat is told from a
// mistake.
//
// Taken after defaults are filled in and lines are summed and sorted. How long a client waits does not count,
// nor does the id (or key) under which it asks: that is what the fingerprint is kept with.
#pragma once

#include "base/digest.h"
#include "core/request.h"

namespace holdfast {

[[nodiscard]] Digest fingerprint(const request::Reserve& request, std::uint64_t hash_seed);
// As earlier versions took it, in words as those of all other requests: ledgers keep some of them.
[[nodiscard]] Digest fingerprint_in_words(const request::Reserve& request, std::uint64_t hash_seed);
[[nodiscard]] Digest fingerprint(const request::Return& request, std::uint64_t hash_seed);
[[nodiscard]] Digest fingerprint(const request::Change& request, std::uint64_t hash_seed);
[[nodiscard]] Digest fingerprint(const request::Adjust& request, std::uint64_t hash_seed);
[[nodiscard]] Digest fingerprint(const request::Count& request, std::uint64_t hash_seed);
[[nodiscard]] Digest fingerprint(const request::Import& request, std::uint64_t hash_seed);
[[nodiscard]] Digest fingerprint(const request::MoveRights& request, std::uint64_t hash_seed);

// Lines of one SKU summed, in the order first named.
[[nodiscard]] Few<Line> summed(const Few<Line>& lines);

// The id of a reservation that is made here, from its key: a repeat finds it again, and needs no second
// memory.
[[nodiscard]] std::string id_from_key(std::string_view key, std::uint64_t hash_seed);

}  // namespace holdfast
