// A recount that believes only the answers received. Pure.
//
// For each SKU, what was acknowledged as sold or written off, less what came back, must not be more than the
// stock that was acknowledged. What was asked and not answered may have happened: an unanswered return may
// explain units sold again, an unanswered sale proves nothing, so doubt widens one side only.
//
// The log is NDJSON, one answer a line:
//   {"answer":"stock","region":"eu","key":"…","lines":[{"sku":"85123A","quantity":100}]}
//   {"answer":"purchased","region":"eu","key":"o-536365","lines":[…]}   also returned, written_off
//   {"answer":"unknown_return","region":"eu","key":"…","lines":[…]}     also unknown_purchase,
//   unknown_write_off
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cli/arguments.h"

namespace holdfast::cli::replay {

struct Event {
  std::string answer;
  std::string region;
  std::string key;  // the reservation's id or the Idempotency-Key: told twice, it happened once
  std::vector<Line> lines;
};

[[nodiscard]] std::string event_text(const Event& event);  // without the line's end
[[nodiscard]] std::optional<Event> parse_event(std::string_view line);

struct Counted {
  std::int64_t stock = 0, purchased = 0, returned = 0, written_off = 0;
  std::int64_t unknown_purchased = 0, unknown_returned = 0;
};

struct Recount {
  std::map<std::string, std::map<std::string, Counted>> skus;  // SKU, region
  std::map<std::string, std::int64_t> oversold;                // SKUs with more sold than there was
  std::int64_t oversold_units = 0;
  std::vector<std::string> contradictions;  // answers that cannot both be true

  [[nodiscard]] bool good() const { return oversold_units == 0 && contradictions.empty(); }
};

[[nodiscard]] Recount recount(const std::vector<Event>& events);

// What a region's ledger says of a SKU.
struct Ledger {
  std::int64_t purchased = 0, returned = 0, held = 0;
};
using Ledgers = std::map<std::string, std::map<std::string, Ledger>>;  // SKU, region

// Where the ledgers say something else than the answers did; doubt widens what they may say.
[[nodiscard]] std::vector<std::string> differences(const Recount& counted, const Ledgers& ledgers);

}  // namespace holdfast::cli::replay
