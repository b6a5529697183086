#include "core/import.h"

#include <algorithm>
#include <array>
#include <boost/container/static_vector.hpp>
#include <span>
#include <utility>

#include "core/limits.h"
#include "core/name_order.h"

namespace holdfast {

namespace {

using Lines = std::span<const request::ImportLine>;
using Order = std::span<const std::uint32_t>;  // lines, by their places

// What comes in of one SKU after the other. Lines of one make one change of its row, up to the cap.
class Incoming {
 public:
  Incoming(const StepContext& step, Draft& draft, Lines lines) : step_(step), draft_(draft), lines_(lines) {}

  void add(std::uint32_t place) {
    if (last_ == none || !continues(place)) begin(place);
    last_ = place;
    const Units more = lines_[place].quantity;
    if (received_ + more_ + more > limits::field_units_max) return over_cap_.push_back(place);
    more_ += more;
  }

  // Lines that were not taken, as they stand in the file.
  [[nodiscard]] std::vector<std::uint32_t> finish() {
    end();
    std::ranges::sort(over_cap_);
    return std::move(over_cap_);
  }
  [[nodiscard]] Units units() const { return units_; }
  [[nodiscard]] std::vector<Units> take_available() { return std::move(available_); }

 private:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  // Each line comes once: a name that comes later is greater, or the same in a later line.
  [[nodiscard]] bool continues(std::uint32_t place) const {
    const auto order = lines_[last_].sku <=> lines_[place].sku;
    HF_ASSERT(order < 0 || (order == 0 && last_ < place));
    return order == 0;
  }

  void begin(std::uint32_t place) {
    end();
    known_ = step_.stock().find(lines_[place].sku);
    received_ = known_ ? step_.stock().row(self, *known_).received : no_units;
  }

  void end() {
    if (more_ == no_units) return;
    available_.push_back((known_ ? step_.stock().available(*known_) : no_units) + more_);
    draft_.receive(known_ ? *known_ : draft_.introduce(lines_[last_].sku), more_);
    units_ += more_;
    more_ = no_units;
  }

  const StepContext& step_;
  Draft& draft_;
  const Lines lines_;
  std::uint32_t last_ = none;
  std::optional<SkuId> known_;
  Units received_;  // ever, of the SKU of the last line
  Units more_;
  Units units_;
  std::vector<Units> available_;
  std::vector<std::uint32_t> over_cap_;
};

// So many lines are looked up at once: what tells of one is fetched meanwhile.
constexpr std::size_t lines_at_once = 16;

// In line, always (core/digest_table.h).
[[gnu::always_inline]] inline void expect(const Stock& stock, Lines lines, Order some) {
  boost::container::static_vector<std::uint64_t, lines_at_once> hashes;
  for (const std::uint32_t place : some) stock.expect(hashes.emplace_back(stock.hash(lines[place].sku)));
  for (const std::uint64_t hash : hashes)
    if (const auto sku = stock.expect_numbers(hash)) stock.expect_row(self, *sku);
}

void add_all(Incoming& incoming, const Stock& stock, const request::Import& import) {
  for (Order rest = import.by_sku; !rest.empty();) {
    const Order some = rest.first(std::min(rest.size(), lines_at_once));
    rest = rest.subspan(some.size());
    for (const std::uint32_t place : rest.first(std::min(rest.size(), lines_at_once)))
      __builtin_prefetch(&import.lines[place]);
    expect(stock, import.lines, some);
    for (const std::uint32_t place : some) incoming.add(place);
  }
}

answer::Imported result_of(const request::Import& import, std::span<const std::uint32_t> over_cap) {
  const std::vector<request::ImportLine>& lines = import.lines;
  answer::Imported result;
  result.lines = lines.size();
  result.applied = import.by_sku.size() - over_cap.size();
  const bool only_refused = lines.size() > limits::list_limit_max;
  if (only_refused && result.applied == lines.size()) return result;
  for (std::size_t place = 0; place < lines.size(); ++place) {
    std::string fault = lines[place].fault;
    if (!over_cap.empty() && over_cap.front() == place) {
      fault = "the sum of all stock ever brought in would pass its cap";
      over_cap = over_cap.subspan(1);
    }
    const bool applied = fault.empty();
    if (!applied || !only_refused)
      result.results.push_back({lines[place].line, lines[place].sku, applied, std::move(fault)});
  }
  return result;
}

}  // namespace

void order_lines(request::Import& import) {
  import.by_sku.clear();
  import.by_sku.reserve(import.lines.size());
  for (std::uint32_t place = 0; place < import.lines.size(); ++place)
    if (import.lines[place].fault.empty()) import.by_sku.push_back(place);
  sort_by_name(import.by_sku, [&](std::uint32_t place) { return std::string_view(import.lines[place].sku); });
}

answer::Imported receive(StepContext& step, const request::Import& import, const KeyUse& use) {
  Draft draft = step.draft();
  draft.expect_rows(import.by_sku.size());
  Incoming incoming(step, draft, import.lines);
  add_all(incoming, step.stock(), import);
  const std::vector<std::uint32_t> over_cap = incoming.finish();
  answer::Imported result = result_of(import, over_cap);
  result.units = incoming.units();
  draft.remember_key(import.key);
  step.commit(draft.finish(record::StockImported{result, use, incoming.take_available()}));
  (void)step.stock()
      .in_byte_order();  // here, where it is expected to take long, and not for the first to ask
  return result;
}

}  // namespace holdfast
