#include "store/verify.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "store/compare.h"
#include "store/own_tables.h"
#include "store/plan.h"
#include "store/rows.h"

namespace holdfast::store {
namespace {

constexpr std::chrono::milliseconds follower_writes_within{1'000};

struct Known {
  Reservation reservation;
  bool seen = false;  // in the store
};

// A region's events that were yet to be written when this began, and those that came while it read.
struct Lag {
  struct Event {
    std::string cursor;
    bool is_of_interest = false;  // to a store
  };
  std::string position = {};    // at first
  std::string read_up_to = {};  // a cursor
  std::vector<Event> events = {};
  std::optional<std::size_t> at_first = {};  // how many of them there were
};

struct Product {
  std::int64_t inventory = 0, purchased = 0, purchased_before = 0;  // in the store
  std::int64_t rights = 0, sold = 0;                                // of all regions: sold less returned
  bool here = false, there = false;
};

class Verifier {
 public:
  Verifier(StoreDatabase& store, const Schema& schema, std::vector<Region>& regions)
      : store_(store), schema_(schema), regions_(regions) {}

  Result<Verified, std::string> run() {
    for (const auto step :
         {&Verifier::check_regions, &Verifier::begin_lags, &Verifier::read_events, &Verifier::list_aside,
          &Verifier::read_reservations, &Verifier::read_rows, &Verifier::read_products, &Verifier::read_skus,
          &Verifier::read_events, &Verifier::tell_lag})
      if (auto done = (this->*step)(); !done) return failure(done.error());
    for (const auto& [key, known] : known_)
      if (!known.seen) judge(key, known.reservation, {});
    for (Difference& one : of_rows_)
      if (!passed_over_.contains(one.subject)) verified_.differences.push_back(std::move(one));
    for (const auto& [sku, product] : products_)
      if (!moving_.contains(sku)) judge(sku, product);
    verified_.products = static_cast<std::int64_t>(products_.size());
    return std::move(verified_);
  }

 private:
  using Done = Result<void, std::string>;

  void tell(DifferenceKind kind, std::string subject, std::string detail) {
    verified_.differences.push_back({kind, std::move(subject), std::move(detail)});
  }

  void pass_over(const Region& region, const Change& change) {
    if (const auto* reservation = std::get_if<Reservation>(&change.what)) {
      passed_over_.insert(key_of(region.name(), regions_.front().name(), reservation->id));
      for (const Line& line : reservation->lines) moving_.insert(line.sku);
    } else if (const auto* adjusted = std::get_if<StockAdjusted>(&change.what)) {
      moving_.insert(adjusted->sku);
    } else if (const auto body = parse_json(change.data)) {  // units that went to another region, or came
      moving_.insert(string_at(*body, "sku").value_or(""));
    }
  }

  Done check_regions() {
    for (Region& region : regions_)
      if (auto checked = region.check_name(); !checked) return checked;
    const std::string& given = regions_.front().name();
    if (const auto home = read_home(store_); home && *home && **home != given)
      return failure(wrong_home(**home, given));
    return {};
  }

  Done begin_lags() {
    for (Region& region : regions_)
      if (auto begun = begin_lag(region); !begun) return begun;
    return {};
  }

  Done begin_lag(Region& region) {
    const auto position = read_position(store_, region.name());
    if (!position && position.error().kind == TroubleKind::schema)
      return failure("nothing was moved in or followed yet: " + told(position.error()));
    if (!position) return failure(told(position.error()));
    if (!*position)
      return tell(DifferenceKind::position_behind, region.name(), "it was never followed"), Done();
    Lag lag{.position = (*position)->cursor, .read_up_to = (*position)->cursor};
    const auto goes_on = region.check_cursor(lag.position);
    if (!goes_on && !region.has_no_such_history()) return goes_on;
    if (!goes_on) {
      tell(DifferenceKind::position_behind, region.name(),
           "what is yet to be written is in no event there: " + goes_on.error());
      const auto newest = region.newest_cursor();
      if (!newest) return failure(newest.error());
      lag.read_up_to = *newest;
    }
    lags_.emplace(region.name(), std::move(lag));
    return {};
  }

  // At first what is yet to be written, and then what happened meanwhile: all of it is passed over.
  Done read_events() {
    for (Region& region : regions_) {
      const auto found = lags_.find(region.name());
      if (found == lags_.end()) continue;
      Lag& lag = found->second;
      const auto read = region.events_after(lag.read_up_to, [&](const StreamEvent& event) {
        lag.read_up_to = event.id;
        const auto change = read_change(event.id, event.type, event.data);
        lag.events.push_back({event.id, change && change->what.index() != 0});
        if (change) pass_over(region, *change);
      });
      if (!read) return failure(read.error());
      if (!lag.at_first) lag.at_first = lag.events.size();
    }
    return {};
  }

  // Of those that there were at first, and are not written by now, nor a moment later by whoever follows.
  Done tell_lag() {
    const auto until = std::chrono::steady_clock::now() + follower_writes_within;
    for (const auto& [name, lag] : lags_) {
      auto behind = yet_to_be_written(name, lag);
      while (behind && *behind > 0 && std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(follower_writes_within / 10);
        behind = yet_to_be_written(name, lag);
      }
      if (!behind) return failure(told(behind.error()));
      if (*behind > 0)
        tell(DifferenceKind::position_behind, name,
             std::to_string(*behind) + " events are yet to be written; compare again when they are");
    }
    return {};
  }

  Result<std::int64_t, Trouble> yet_to_be_written(const std::string& region, const Lag& lag) {
    const auto position = read_position(store_, region);
    if (!position) return failure(position.error());
    auto left = std::span(lag.events).first(lag.at_first.value_or(0));
    const std::string reached = *position ? (*position)->cursor : std::string();
    if (reached != lag.position) {  // it may be further than all of them
      const auto written = std::ranges::find(left, reached, &Lag::Event::cursor) - left.begin();
      left = left.subspan(std::min(left.size(), static_cast<std::size_t>(written) + 1));
    }
    return std::ranges::count(left, true, &Lag::Event::is_of_interest);
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
      if (change && region != regions_.end()) pass_over(*region, *change);
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
        forgotten_[one.sku].push_back(key);
    return end;
  }

  void judge(const std::string& key, const Reservation& reservation, const std::vector<Held>& found) {
    auto differences = compare(reservation, key, expected(reservation, schema_), found);
    std::ranges::move(differences, std::back_inserter(of_rows_));
  }

  Done read_products() {
    const auto column = [](const std::string& name) { return "p." + sql_name(name); };
    const std::string inventory = schema_.product.inventory.empty() ? "0" : column(schema_.product.inventory);
    const auto rows =
        store_.read({.sql = "with " + held_sql(schema_) + " select " + as_text(column(schema_.product.sku)) +
                            ", " + inventory + ", held.purchased, held.pending, m.purchased from " +
                            sql_name(schema_.product.table) +
                            " p left join held on held.product = " + column(schema_.product.id) +
                            " left join holdfast_moved_product m on m.product_id = cast(" +
                            column(schema_.product.id) + " as text)",
                     .values = {schema_.status.purchased, schema_.status.pending}});
    if (!rows) return failure(told(rows.error()));
    for (const Row& row : *rows) {
      Product& product = products_[row[0].value_or("")];
      product.here = true;
      product.inventory = whole_of(row[1]);
      product.purchased = whole_of(row[2]);
      product.purchased_before = whole_of(row[4]);
    }
    return {};
  }

  Done read_skus() {
    for (Region& region : regions_) {
      const auto read = region.all("/v1/skus", "skus", [&](const json::value& row) {
        Product& product = products_[string_at(row, "sku").value_or("")];
        product.there = true;
        product.rights +=
            number(row, "available_here").value_or(0) + number(row, "reserved_here").value_or(0);
        product.sold += number(row, "purchased_here").value_or(0) - number(row, "returned_here").value_or(0);
      });
      if (!read) return failure(read.error());
    }
    return {};
  }

  void judge(const std::string& sku, const Product& product) {
    using enum DifferenceKind;
    if (!product.here) return tell(unknown_here, sku, "the store has no such product");
    const bool left = schema_.product.means == InventoryMeans::left;
    const std::int64_t stock = product.rights + (left ? 0 : product.sold + product.purchased_before);
    if (!product.there) {
      if (product.inventory != (left ? 0 : product.purchased_before))
        tell(unknown_there, sku,
             "no region knows it, and the store has " + std::to_string(product.inventory));
      return;
    }
    if (!schema_.product.inventory.empty() && product.inventory != stock)
      tell(stock_column, sku,
           std::to_string(product.inventory) + ", should be " + std::to_string(stock) +
               " by what the regions hold");
    const std::int64_t sold = product.purchased_before + product.sold;
    if (product.purchased == sold) return;
    tell(sold_units, sku,
         std::to_string(product.purchased) + " purchased by the rows, " + std::to_string(sold) +
             " by the regions");
    for (const std::string& key : forgotten_[sku])
      tell(extra_row, key, "of " + sku + ", and no such reservation is remembered: it may be one too many");
  }

  StoreDatabase& store_;
  const Schema& schema_;
  std::vector<Region>& regions_;
  Verified verified_;
  std::vector<Difference> of_rows_;     // until it is known what is passed over
  std::map<std::string, Lag> lags_;     // by region
  std::map<std::string, Known> known_;  // by what rows say they are of
  std::set<std::string> passed_over_, moving_;
  std::map<std::string, Product> products_;
  std::map<std::string, std::vector<std::string>> forgotten_;  // by product
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
