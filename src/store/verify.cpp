#include "store/verify.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "store/compare.h"
#include "store/lag.h"
#include "store/own_tables.h"
#include "store/plan.h"
#include "store/product_sums.h"
#include "store/rows.h"

namespace holdfast::store {
namespace {

struct Known {
  Reservation reservation;
  bool seen = false;  // in the store
};

class Verifier {
 public:
  Verifier(StoreDatabase& store, const Schema& schema, std::vector<Region>& regions)
      : store_(store), schema_(schema), regions_(regions), lags_(store, regions) {}

  Result<Verified, std::string> run() {
    for (const auto step : {&Verifier::check_regions, &Verifier::begin_lags, &Verifier::read_events,
                            &Verifier::list_aside, &Verifier::read_reservations, &Verifier::read_rows,
                            &Verifier::read_sums, &Verifier::read_events, &Verifier::tell_lags})
      if (auto done = (this->*step)(); !done) return failure(done.error());
    for (const auto& [key, known] : known_)
      if (!known.seen) judge(key, known.reservation, {});
    for (Difference& one : of_rows_)
      if (!lags_.has_reservation(one.subject)) verified_.differences.push_back(std::move(one));
    sums_.compare(schema_, lags_, verified_.differences);
    verified_.products = sums_.products();
    return std::move(verified_);
  }

 private:
  using Done = Result<void, std::string>;

  void tell(DifferenceKind kind, std::string subject, std::string detail) {
    verified_.differences.push_back({kind, std::move(subject), std::move(detail)});
  }

  Done check_regions() {
    for (Region& region : regions_)
      if (auto checked = region.check_name(); !checked) return checked;
    const std::string& given = regions_.front().name();
    if (const auto home = read_home(store_); home && *home && **home != given)
      return failure(wrong_home(**home, given));
    return {};
  }

  Done begin_lags() { return lags_.begin(verified_.differences); }
  Done read_events() { return lags_.read_events(); }
  Done tell_lags() { return lags_.tell(verified_.differences); }

  Done read_sums() {
    if (auto read = sums_.read_store(store_, schema_); !read) return read;
    return sums_.read_regions(regions_);
  }

  Done list_aside() {
    const auto aside =
        store_.read({.sql = "select region, subject, event, data, sqlstate, detail from holdfast_aside"});
    if (!aside) return failure(told(aside.error()));
    for (const Row& row : *aside) {
      tell(DifferenceKind::set_aside, row[1].value_or(""),
           row[2].value_or("") + " could not be written: " + row[5].value_or("") + " (SQL state " +
               row[4].value_or("") + ")");
      const auto change = read_change("aside", row[2].value_or(""), row[3].value_or(""));
      const auto region = std::ranges::find(regions_, row[0].value_or(""), &Region::name);
      if (change && region != regions_.end()) lags_.pass_over(*region, *change);
    }
    return list_stock_of_nobody();
  }

  Done list_stock_of_nobody() {
    const auto rows =
        store_.read({.sql = "select region, count(*) from holdfast_adjustment where state = 'open' "
                            "and region not in (select region from holdfast_position) "
                            "group by region"});
    if (!rows) return failure(told(rows.error()));
    for (const Row& row : *rows)
      tell(DifferenceKind::position_behind, row[0].value_or(""),
           row[1].value_or("") + " rows of holdfast_adjustment wait for it, and it was never followed");
    return {};
  }

  Done read_reservations() {
    for (Region& region : regions_) {
      const auto read = region.all("/v1/reservations", "reservations", [&](const json::value& row) {
        auto reservation = read_reservation(row);
        if (!reservation) return;
        std::string key = key_of(region.name(), regions_.front().name(), reservation->id);
        known_[std::move(key)] = {*std::move(reservation), false};
      });
      if (!read) return failure(read.error());
    }
    verified_.reservations = static_cast<std::int64_t>(known_.size());
    return {};
  }

  // By reservation and product, summed by the store.
  [[nodiscard]] Statement rows_by_key(const std::string& after) const {
    const auto column = [](const std::string& name) { return "r." + sql_name(name); };
    const std::string sku = as_text("p." + sql_name(schema_.product.sku)),
                      status = as_text(column(schema_.row.status));
    const bool own = schema_.row.reservation.empty();
    const std::string key = own ? "coalesce(o.reservation, '')"
                                : "coalesce(" + as_text(column(schema_.row.reservation)) + ", '')";
    const std::string units = schema_.row.quantity.empty() ? "1" : column(schema_.row.quantity);
    return {.sql = "select " + key + ", " + sku + ", " + status + ", sum(" + units + "), count(*) from " +
                   sql_name(schema_.row.table) + " r left join " + sql_name(schema_.product.table) +
                   " p on p." + sql_name(schema_.product.id) + " = " + column(schema_.row.product) +
                   (own ? " left join holdfast_row o on o.row_id = " + column(schema_.row.id) : "") +
                   " where " + key + " > $1 group by " + key + ", " + sku + ", " + status +
                   " order by 1, 2, 3 limit 100000",
            .values = {after}};
  }

  Done read_rows() {
    if (auto done = read_rows_of_nobody(); !done) return done;
    std::string after;
    while (true) {
      auto rows = store_.read(rows_by_key(after));
      if (!rows) return failure(told(rows.error()));
      const bool last = rows->size() < 100'000;
      // The last key of a page may go on in the next.
      if (!last) {
        const auto key = rows->back()[0];
        while (rows->size() > 1 && rows->back()[0] == key) rows->pop_back();
      }
      for (std::size_t i = 0; i < rows->size();) i = judge_key(*rows, i);
      if (last) return {};
      after = rows->back()[0].value_or("");
    }
  }

  Done read_rows_of_nobody() {
    const std::string which =
        schema_.row.reservation.empty()
            ? "not exists (select 1 from holdfast_row o where o.row_id = r." + sql_name(schema_.row.id) + ")"
            : "coalesce(r." + sql_name(schema_.row.reservation) + ", '') = ''";
    const auto rows =
        store_.read({.sql = "select r." + sql_name(schema_.row.id) + ", r." + sql_name(schema_.row.status) +
                            " from " + sql_name(schema_.row.table) + " r where " + which + " limit 1000"});
    if (!rows) return failure(told(rows.error()));
    for (const Row& row : *rows)
      tell(DifferenceKind::extra_row, "row " + row[0].value_or(""),
           row[1].value_or("") + ", and of no reservation: somebody else wrote it");
    return {};
  }

  std::size_t judge_key(const Rows& rows, std::size_t begin) {
    const std::string key = rows[begin][0].value_or("");
    std::vector<Held> found;
    std::size_t end = begin;
    for (; end < rows.size() && rows[end][0] == rows[begin][0]; ++end) {
      found.push_back(
          {rows[end][1].value_or("(no product)"), rows[end][2].value_or(""), whole_of(rows[end][3])});
      verified_.rows += whole_of(rows[end][4]);
    }
    std::ranges::sort(found);
    const auto known = known_.find(key);
    if (known != known_.end()) {
      known->second.seen = true;
      judge(key, known->second.reservation, found);
      return end;
    }
    for (const Held& one : found)
      if (one.status == schema_.status.pending)
        of_rows_.push_back({DifferenceKind::extra_row, key,
                            std::to_string(one.units) + " of " + one.sku + " " + one.status +
                                ", and there is no such reservation"});
      else if (one.status == schema_.status.purchased && !key.starts_with(adopted_prefix))
        sums_.forgotten(one.sku, key);
    return end;
  }

  void judge(const std::string& key, const Reservation& reservation, const std::vector<Held>& found) {
    auto differences = compare(reservation, key, expected(reservation, schema_), found);
    std::ranges::move(differences, std::back_inserter(of_rows_));
  }

  StoreDatabase& store_;
  const Schema& schema_;
  std::vector<Region>& regions_;
  Lags lags_;
  ProductSums sums_;
  Verified verified_;
  std::vector<Difference> of_rows_;     // until it is known what is passed over
  std::map<std::string, Known> known_;  // by what rows say they are of
};

}  // namespace

std::string_view name(DifferenceKind kind) {
  switch (kind) {
    case DifferenceKind::missing_row: return "missing row";
    case DifferenceKind::extra_row: return "extra row";
    case DifferenceKind::wrong_status: return "wrong status";
    case DifferenceKind::wrong_quantity: return "wrong quantity";
    case DifferenceKind::wrong_product: return "wrong product";
    case DifferenceKind::row_of_ended: return "row of an ended reservation";
    case DifferenceKind::stock_column: return "stock column";
    case DifferenceKind::sold_units: return "sold units";
    case DifferenceKind::unknown_here: return "product unknown here";
    case DifferenceKind::unknown_there: return "product unknown there";
    case DifferenceKind::position_behind: return "position behind";
    case DifferenceKind::set_aside: return "set aside";
  }
  std::unreachable();
}

Result<Verified, std::string> verify(StoreDatabase& store, const Schema& schema,
                                     std::vector<Region>& regions) {
  return Verifier(store, schema, regions).run();
}

}  // namespace holdfast::store
