// Rows: a reservation as rows of the shop's tables, and what to do so that they are as an event says.
//
// Two ways to each event. The quick one changes what must be there, and says how many rows that are; if they
// are not there (deleted under our feet, an expired basket that was paid after all, an earlier event that was
// set aside), or are and should not be (history that is told again), nothing happens, and the event is
// written afresh: what there is of the reservation goes, and it is written as it is after the event. So ids
// of rows stay, where they can. Pure.
#pragma once

#include "store/change.h"
#include "store/database.h"
#include "store/schema.h"

namespace holdfast::store {

// What rows say of a reservation of another region begins with its name: ids are one region's own.
[[nodiscard]] std::string key_of(std::string_view region, std::string_view home, std::string_view id);

// What became of the reservation's event before this one.
enum class Before { written, set_aside };

class RowWriter {
 public:
  // More rows than this for one line are not written (one row a unit): 54000, as for other limits.
  static constexpr std::int64_t rows_per_line_max = 10'000;

  RowWriter(const Schema& schema, Dialect dialect);

  // Appended to `statements`.
  void quick(const Change& change, const std::string& key, std::vector<Statement>& statements) const;
  void afresh(const Change& change, const std::string& key, Before before,
              std::vector<Statement>& statements) const;
  // Before a reservation under an id that was taken before: what was sold under it goes by another.
  void keep_sold(const std::string& key, const std::string& other, std::vector<Statement>& statements) const;
  // Why no statement could write it.
  [[nodiscard]] std::optional<Trouble> hopeless(const Change& change) const;

 private:
  void insert(const Reservation& reservation, const std::string& key, std::vector<Statement>& out) const;
  void insert_line(const Reservation& reservation, const Line& line, const std::string& status,
                   std::int64_t quantity, const std::string& key, std::vector<Statement>& out) const;
  void confirm(const Reservation& reservation, const std::string& key, std::vector<Statement>& out) const;
  void erase(const std::string& key, std::vector<Statement>& out, std::optional<std::int64_t> rows) const;
  void restate(const std::string& key, const std::string& status, std::int64_t rows,
               std::vector<Statement>& out) const;
  void resell(const Reservation& reservation, const std::string& key, std::vector<Statement>& out) const;
  void take_back(const Reservation& reservation, const std::string& key, Before before,
                 std::vector<Statement>& out) const;
  [[nodiscard]] bool inventory_falls() const;
  [[nodiscard]] std::string status_of(State state) const;
  [[nodiscard]] std::int64_t rows_of(const Reservation& reservation) const;

  const Schema& schema_;
  std::string insert_sql_, mapping_sql_, restate_sql_, same_sql_, erase_sql_, unmap_sql_, resold_sql_,
      not_open_sql_, returned_sql_, adjust_sql_, keep_sql_;
};

}  // namespace holdfast::store
