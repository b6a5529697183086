// What is kept in the store's database beside the shop's tables, in tables of our own, so that it is true of
// the shop's rows whenever they are: after a crash, and in a backup.
//
//   holdfast_home       the region whose reservations go by their plain ids
//   holdfast_position   how far each region's events have been written
//   holdfast_aside      changes that could not be written; people look here
//   holdfast_row        which rows are of which reservation, where the shop has no column for it
//   holdfast_adjustment what the back office brings in by SQL (adjustments.h)
//   holdfast_moved_product, holdfast_moved_row    what was moved in, and how far that is (move_in.h)
#pragma once

#include "store/change.h"
#include "store/database.h"
#include "store/schema.h"

namespace holdfast::store {

[[nodiscard]] Result<void, Trouble> make_own_tables(StoreDatabase& store);

// Which region's reservations go by their plain ids, since something was first written here. Nothing: none
// yet.
[[nodiscard]] Result<std::optional<std::string>, Trouble> read_home(StoreDatabase& store);
// The same; of a store that had none it is this one from now on.
[[nodiscard]] Result<std::string, Trouble> settle_home(StoreDatabase& store, const std::string& region);
// Of a store whose home is another than was given.
[[nodiscard]] std::string wrong_home(std::string_view is, std::string_view given);

// Whether the shop's rows are of this region's reservations already; where the home is not known, of any. One
// that has no position was followed then, and what was sold would be written again.
[[nodiscard]] Result<bool, Trouble> has_rows_of(StoreDatabase& store, const Schema& schema,
                                                const std::string& region,
                                                const std::optional<std::string>& home);

struct Position {
  std::string cursor;
  std::string at;  // when what was written last had happened; earlier than before where a clock was set back
  std::int64_t written = 0;  // changes, in all
};
// Nothing: the region was never followed.
[[nodiscard]] Result<std::optional<Position>, Trouble> read_position(StoreDatabase& store,
                                                                     const std::string& region);
[[nodiscard]] Statement first_position(const std::string& region, const Position& to);
// Touches one row only where the position is what it was: of two who follow, one has lost.
[[nodiscard]] Statement move_position(const std::string& region, const std::string& from, const Position& to);

// A change that could not be written. There is one for each subject, the newest: a change holds all there is
// to know of its reservation.
struct Aside {
  std::string subject, cursor, event, data, at;
};
// What a change is of; of stock each is a subject of its own.
[[nodiscard]] std::string subject_of(const Change& change);
[[nodiscard]] Statement set_aside(const std::string& region, const Change& change, const Trouble& why);
[[nodiscard]] Statement drop_aside(const std::string& region, const std::string& subject);
[[nodiscard]] Result<Rows, Trouble> subjects_aside(StoreDatabase& store, const std::string& region);
// It goes by another id from now on.
[[nodiscard]] Statement rename_aside(const std::string& region, const std::string& id,
                                     const std::string& other);
// Touches one row only while it is as it was read: of two who try it again, one has lost.
[[nodiscard]] Statement take_aside(const std::string& region, const Aside& aside);
// It could not be written this time either. Touches none that has been written meanwhile, or is another.
[[nodiscard]] Statement leave_aside(const std::string& region, const Aside& aside, const Trouble& why);
// Those that a person wants tried again (again = 1).
[[nodiscard]] Result<std::vector<Aside>, Trouble> released_asides(StoreDatabase& store,
                                                                  const std::string& region);

}  // namespace holdfast::store
