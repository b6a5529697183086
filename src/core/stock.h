// Stock: every row that this replica knows, its own and its peers', and what its pending reservations hold.
//
// SKUs are numbered in the order in which they first appeared. The rows of one replica stand in an array by
// SKU, and are linked in version order, so that what is newer than a version is found without a log (I8).
//
// Owner: State. Changed by apply() only. Threads: none.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/chunks.h"
#include "base/digest.h"
#include "base/large_pages.h"
#include "core/bounded_counter.h"
#include "core/digest_table.h"
#include "core/record.h"
#include "core/slices.h"
#include "core/state_hash.h"

namespace holdfast {

// What a replica has rights to: how many units of how many SKUs. None is made up for by another that looks
// overdrawn.
struct Held {
  UnitsSum units;
  std::size_t skus = 0;
  bool operator==(const Held&) const = default;
};

class Stock {
 public:
  explicit Stock(std::uint64_t hash_seed) : hash_seed_(hash_seed) {}

  // SKUs
  [[nodiscard]] std::optional<SkuId> find(std::string_view name) const {
    const Place place = find_place(name);
    return place == Place{} ? std::nullopt : std::optional(SkuId(place.value() - 1));
  }
  [[nodiscard]] const std::string& name(SkuId sku) const { return names_[sku.value()]; }
  [[nodiscard]] std::size_t size() const { return skus_.size(); }
  [[nodiscard]] SkuId next_id() const { return SkuId(static_cast<std::uint32_t>(skus_.size())); }
  // A SKU of this name will be asked for soon: what tells of it is fetched meanwhile, in two rounds. The
  // second says which SKU it most likely is.
  [[nodiscard]] std::uint64_t hash(std::string_view name) const { return hash_of(name, hash_seed_); }
  [[gnu::always_inline]] void expect(std::uint64_t hash) const { places_.expect(hash); }
  [[nodiscard]] std::optional<SkuId> expect_numbers(std::uint64_t hash) const;
  [[gnu::always_inline]] void expect(SkuId sku) const {
    if (sku.value() < skus_.size()) __builtin_prefetch(&skus_[sku.value()]);
  }
  [[gnu::always_inline]] void expect_row(ReplicaIx replica, SkuId sku) const {
    const auto& rows = rows_[replica.value()].by_sku;
    if (sku.value() < rows.size()) __builtin_prefetch(&rows[sku.value()]);
  }
  // All SKUs in the byte order of their names.
  [[nodiscard]] const std::vector<SkuId>& in_byte_order() const;

  // What may be sold. All of this replica, by what it knows.
  [[nodiscard]] Units rights(SkuId sku) const { return skus_[sku.value()].rights; }
  [[nodiscard]] Units reserved(SkuId sku) const { return skus_[sku.value()].reserved; }
  [[nodiscard]] Units available(SkuId sku) const { return rights(sku) - reserved(sku); }
  [[nodiscard]] Units returned(SkuId sku) const { return skus_[sku.value()].returned; }

  // Rows
  [[nodiscard]] const Row& row(ReplicaIx replica, SkuId sku) const {
    const auto& rows = rows_[replica.value()].by_sku;
    return sku.value() < rows.size() ? rows[sku.value()].row : no_row;
  }
  // Summed up from the rows. May look overdrawn for a peer.
  [[nodiscard]] Units rights(ReplicaIx replica, SkuId sku) const;
  [[nodiscard]] std::size_t replicas() const { return rows_.size(); }

  // Sums over all SKUs, kept up to date as rows change.
  [[nodiscard]] UnitsSum rights_total(ReplicaIx replica) const { return rows_[replica.value()].rights_total; }
  [[nodiscard]] const Held& held(ReplicaIx replica) const {  // of any but this one
    return rows_[replica.value()].held;
  }
  [[nodiscard]] UnitsSum reserved_total(ReplicaIx replica) const;  // of a peer: as its rows last said
  [[nodiscard]] std::size_t rows_total(ReplicaIx replica) const { return rows_[replica.value()].rows_total; }
  [[nodiscard]] UnitsSum oversold() const { return oversold_; }  // sold beyond all stock, over all replicas
  // In all replicas; below 0: oversold.
  [[nodiscard]] Units left(SkuId sku) const { return left_[sku.value()]; }
  [[nodiscard]] std::uint64_t state_hash() const { return state_hash_; }
  [[nodiscard]] std::span<const ReplicaTag> tags() const { return tags_; }  // of all replicas, by number

  // SKUs in whose rows demand was ever stated: beside what is wanted here, only these can run dry.
  [[nodiscard]] const std::vector<SkuId>& in_demand() const { return in_demand_; }
  [[nodiscard]] bool is_in_demand(SkuId sku) const { return skus_[sku.value()].in_demand; }

  // Rows of a replica in version order: the oldest, the newest, and from one to the next.
  [[nodiscard]] std::optional<SkuId> oldest(ReplicaIx replica) const;
  [[nodiscard]] std::optional<SkuId> newest(ReplicaIx replica) const;
  [[nodiscard]] std::optional<SkuId> newer(ReplicaIx replica, SkuId than) const;
  [[nodiscard]] std::optional<SkuId> older(ReplicaIx replica, SkuId than) const;

  // Whose row has this version; none: no row has, any more.
  [[nodiscard]] std::optional<SkuId> with_version(ReplicaIx replica, Version version) const;

  // Changes, by apply() and restore() only.
  void expect_skus(std::size_t count);  // so many more will be added
  void add_sku(SkuId id, std::string_view name);
  void add_replica(ReplicaIx replica, const ReplicaId& id);
  void change(const RowChange& change) {
    Sku& sku = skus_[change.sku.value()];
    sku.reserved += change.reserved;
    reserved_total_ += change.reserved;
    sku.returned += change.returned;
    if (change.version != Version{}) change_row(change);
  }
  void put(ReplicaIx replica, SkuId sku, const Row& row);
  void restore(const SkuSlice& slice);
  // During recovery slices and records come in no order of versions: rows are linked when all are there.
  void links_are_off() { linked_ = false; }
  void link_all();

  void add_to(SkuSlice& slice, SkuId sku) const;

 private:
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  static inline const Row no_row{};

  // Half a line of the cache.
  struct alignas(32) Sku {
    Units reserved;
    Units returned;
    Units rights;  // of this replica, kept up to date as rows change
    bool in_demand = false;
  };
  struct LinkedRow {
    Row row;
    std::uint32_t older = none;
    std::uint32_t newer = none;
  };
  struct ReplicaRows {
    Chunks<LinkedRow> by_sku;
    std::uint32_t oldest = none;
    std::uint32_t newest = none;
    mutable std::uint32_t found = none;  // where a row was placed or looked for last, far from the newest
    std::size_t rows_total = 0;
    UnitsSum rights_total;  // what others sent it included
    Held held;
    UnitsSum reserved_total;  // of the gauges
  };
  using Place = Strong<struct SkuPlaceTag, std::uint32_t>;  // of a SKU, from 1

  [[nodiscard]] std::ptrdiff_t place_in_byte_order(SkuId sku, std::ptrdiff_t end) const;
  [[nodiscard]] Place find_place(std::string_view name) const;
  void restore(const SkuSlice::Entry& entry);
  void change_row(const RowChange& change);
  LinkedRow& linked(ReplicaIx replica, SkuId sku);
  void make_room(ReplicaIx replica);
  void replace(ReplicaIx replica, SkuId sku, Row& old, const Row& row);
  void change_held(ReplicaIx peer, SkuId sku, Units change);
  void sum_up(SkuId sku, Units change);
  // The last row that is not newer than this; none: there is none.
  [[nodiscard]] static std::uint32_t last_up_to(const ReplicaRows& rows, Version version);
  void link(ReplicaRows& rows, std::uint32_t sku);
  void unlink(ReplicaRows& rows, std::uint32_t sku);

  std::uint64_t hash_seed_;
  std::vector<Sku, LargePages<Sku>> skus_;
  std::vector<Units> left_;  // by SKU: of all that came in anywhere; what was sent cancels
  Chunks<std::string> names_;
  DigestTable<std::uint64_t, Place> places_;  // by the hash of the name
  std::map<std::string, Place> apart_;        // those whose hash stands there for another one
  std::vector<ReplicaRows> rows_;
  std::vector<ReplicaTag> tags_;
  UnitsSum reserved_total_;
  UnitsSum oversold_;
  std::uint64_t state_hash_ = 0;
  std::vector<SkuId> in_demand_;
  bool linked_ = true;
  mutable std::vector<SkuId> byte_order_;  // made when it is asked for
};

}  // namespace holdfast
