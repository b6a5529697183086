// Writer: one region's changes into the store, in order and each once: rows and position in one transaction.
//
//   write(changes)   all of them quickly ──row trouble──> those before it, then it alone: quickly, afresh,
//                    set aside
//
// Other trouble (down, a table missing) is the caller's: nothing of the batch it befell has happened, what
// was before it has. So it is with a position that is not where it was left: somebody else follows the same
// region, or a backup was restored. Open it anew then. Threads: one.
#pragma once

#include <set>
#include <span>

#include "store/own_tables.h"
#include "store/rows.h"

namespace holdfast::store {

class Writer {
 public:
  // Reads where it is. `home`: the region whose reservations go by their plain ids.
  [[nodiscard]] static Result<Writer, Trouble> open(StoreDatabase& store, const Schema& schema,
                                                    std::string region, std::string_view home);

  [[nodiscard]] Result<void, Trouble> write(std::span<const Change> changes);
  // What lies between is never written.
  [[nodiscard]] Result<void, Trouble> skip_to(const std::string& cursor);
  // Tries again what a person released. How many were written.
  [[nodiscard]] Result<std::size_t, Trouble> try_released();

  // Nothing: it was never followed, and begins with the first change.
  [[nodiscard]] const std::optional<Position>& position() const { return position_; }
  [[nodiscard]] std::size_t aside() const { return aside_.size(); }
  // What was set aside here last, and why; nothing: none was.
  struct SetAside {
    std::string subject;
    Trouble why;
  };
  [[nodiscard]] const std::optional<SetAside>& newest_aside() const { return newest_aside_; }

 private:
  Writer(StoreDatabase& store, const Schema& schema, std::string region, std::string_view home)
      : store_(&store), rows_(schema, store.dialect()), region_(std::move(region)), home_(home) {}

  enum class Way { quick, afresh };
  struct Batch {
    std::vector<Statement> statements;
    std::vector<std::size_t> ends;  // of each change's
  };
  [[nodiscard]] Result<void, Trouble> read_subjects();
  void add(const Change& change, Way way, Batch& batch) const;
  [[nodiscard]] std::string key_of(const Change& change) const;
  // It begins a reservation, whose id may have been taken before: ids are free again a day after its end, and
  // for a new daemon. History that is told again begins none.
  [[nodiscard]] bool begins(const Change& change) const;
  // So that it is not taken for what an earlier one of its id left in the tables.
  void keep_earlier(const Change& change, Batch& batch) const;
  [[nodiscard]] Result<void, Trouble> apply(Batch batch, std::span<const Change> changes);
  [[nodiscard]] Result<void, Trouble> write_alone(const Change& change);
  // The changes that may go into one batch.
  [[nodiscard]] std::span<const Change> up_to_hopeless(std::span<const Change> changes) const;

  StoreDatabase* store_;
  RowWriter rows_;
  std::string region_, home_;
  std::optional<Position> position_;
  std::set<std::string> aside_;  // subjects
  std::optional<SetAside> newest_aside_;
};

}  // namespace holdfast::store
