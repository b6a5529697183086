// Books: what one region's disk says, record by record. Read from the journal's bytes alone, by sums of its
// own: nothing of the core's state, checkpoint or recovery is used.
//
// The journal of a simulated disk is never cut, so that it holds the region's whole life. What no sound
// journal may hold (a reservation that ends twice, rights below what is reserved, one version with two
// contents) is noted as a fault while reading. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/record.h"
#include "ledger/memory_ledger.h"

namespace holdfast::sim {

// A row by names that mean the same in every region: its growing fields, and what was reserved as it was
// written.
struct BookRow {
  Units received;
  Units purchased;
  Units written_off;
  std::map<ReplicaId, Units> sent;
  Units reserved;
  bool operator==(const BookRow&) const = default;
};

struct ReservationBook {
  struct Entry {
    record::ReservationStep step;
    Position position;
    Reservation after;
    NodeTime at{};
    std::map<std::string, Units> lines;
  };
  std::vector<Entry> history;
  [[nodiscard]] ReservationState state() const { return history.back().after.state; }
};

// What a region's disk says of one SKU after some record: what it may sell, and what it has heard that others
// have.
struct Supply {
  struct Other {
    Units rights;    // at least none
    Units reserved;  // of those
  };
  Position since;
  Units available;
  Units reserved;
  std::vector<Other> others;  // by their place in Books::replicas(), from 1 on; those that were known by then
};

// What a region's disk says of another replica as a whole: from which record on it is so.
struct Acquaintance {
  std::optional<Position> named;
  std::optional<Position> has_rows;
  std::optional<Position> distrusted;
  std::vector<std::pair<Position, Version>> known_to;  // all of its rows are known so far
};

// Rows of one writer, as one record takes them.
struct TakenRows {
  Position position;
  std::optional<Version> known_to;  // from here on, all of its rows are known so far
  std::vector<std::pair<std::string, Version>> rows;
};

class Books {
 public:
  Books(const ReplicaId& own, const ledger::MemoryDisk& disk);

  [[nodiscard]] const ReplicaId& own() const { return own_; }
  // By SKU; a row that is not there is empty.
  [[nodiscard]] const std::map<std::string, BookRow>& own_rows() const { return rows_.at(own_); }
  [[nodiscard]] const std::map<ReplicaId, std::map<std::string, BookRow>>& rows() const { return rows_; }
  // Own rows by the versions that they ever had; and a peer's, as they were taken.
  using Versions = std::map<std::pair<std::string, Version>, BookRow>;
  [[nodiscard]] const std::map<ReplicaId, Versions>& versions() const { return versions_; }
  // Own rows in the order in which they were written, and peers' in the order in which they were taken.
  struct Written {
    Position position;
    std::string sku;
    Version version;
  };
  [[nodiscard]] const std::vector<Written>& written() const { return written_; }
  [[nodiscard]] const std::map<ReplicaId, std::vector<TakenRows>>& taken() const { return taken_; }
  // By SKU, from the first record that touches it on.
  [[nodiscard]] const std::map<std::string, std::vector<Supply>>& supplies() const { return supplies_; }
  // In the order in which they were heard of; the first is this one.
  [[nodiscard]] const std::vector<ReplicaId>& replicas() const { return replicas_; }
  [[nodiscard]] Acquaintance acquaintance(const ReplicaId& replica) const;
  // By the giver's row as it is held here.
  [[nodiscard]] Units sent(const ReplicaId& giver, const std::string& sku, const ReplicaId& to) const;
  [[nodiscard]] Units rights(const std::string& sku) const;
  [[nodiscard]] Units rights(const ReplicaId& replica, const std::string& sku) const;
  [[nodiscard]] Units pending(const std::string& sku) const;
  [[nodiscard]] Units given_by_hand(const std::string& sku, const ReplicaId& to) const;

  [[nodiscard]] const std::map<std::string, ReservationBook>& reservations() const { return reservations_; }
  // How often each idempotency key took effect.
  [[nodiscard]] const std::map<std::string, int>& keys() const { return keys_; }
  [[nodiscard]] const std::vector<std::pair<Position, Record>>& records() const { return records_; }
  [[nodiscard]] std::size_t transfers() const { return transfers_; }

  [[nodiscard]] const std::vector<std::string>& faults() const { return faults_; }

 private:
  void read(Position position, const Record& record);
  void read_row(Position position, const RowChange& change);
  void read_reservation(Position position, const Record& record, const record::ReservationChanged& changed);
  void read_peer_rows(Position position, const record::PeerRowsTaken& taken);
  void read_transfer(const record::RightsSent& sent);
  void use_key(const KeyUse& use);
  void check_rights(Position position, const Record& record);
  void check_baskets();
  void note_supply(Position position, const std::string& sku);
  [[nodiscard]] BookRow translated(const Row& row) const;
  void fault(Position position, const std::string& what);

  ReplicaId own_;
  std::vector<std::string> skus_;
  std::vector<ReplicaId> replicas_;
  std::map<ReplicaId, std::map<std::string, BookRow>> rows_;
  std::map<ReplicaId, std::map<std::string, Version>> newest_;
  std::map<ReplicaId, Versions> versions_;
  std::vector<Written> written_;
  std::map<ReplicaId, std::vector<TakenRows>> taken_;
  std::map<std::string, std::vector<Supply>> supplies_;
  std::map<ReplicaId, Version> vector_;
  std::map<ReplicaId, Acquaintance> acquaintances_;
  std::map<std::string, Units> reserved_;
  std::map<std::string, ReservationBook> reservations_;
  std::map<std::string, int> keys_;
  std::map<std::pair<std::string, ReplicaId>, Units> by_hand_;
  std::vector<std::pair<Position, Record>> records_;
  std::size_t transfers_ = 0;
  NodeTime time_{};
  Version version_;
  std::vector<std::string> faults_;
};

}  // namespace holdfast::sim
