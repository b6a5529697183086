// `holdfast`: the shipped node, in a region's process each (region.h), with every message through the real
// encoders over a network of connections. Shops call it as they call the daemon; the watch reads its state.
#include <algorithm>
#include <deque>

#include "base/assert.h"
#include "core/limits.h"
#include "sim/network.h"
#include "sim/policies/policies.h"
#include "sim/policies/transfers.h"
#include "sim/region.h"

namespace holdfast::sim {
namespace {

using namespace std::chrono_literals;

constexpr DiskSpeed disk_speed{.fastest = 200us, .slowest = 300us};  // see local_commit.h
constexpr Micros heard_within = 30s, links_looked_at_every = 50ms;   // before the shop opens
constexpr std::size_t import_lines = 10'000;

Denial denial_of(RefusalCode code) {
  switch (code) {
    case RefusalCode::sold_out:
    case RefusalCode::not_enough: return Denial::sold_out;
    case RefusalCode::all_reserved: return Denial::in_baskets;
    case RefusalCode::rights_unreachable: return Denial::cut_off;
    case RefusalCode::insufficient_here: return Denial::short_here;
    default: return Denial::other;
  }
}

class Holdfast final : public StockPolicy {
 public:
  explicit Holdfast(const PolicyWorld& world)
      : stage_(world.stage),
        network_(world.stage, world.paths, world.streams.stream("network")),
        paths_(world.paths),
        random_(world.streams.stream("clients")) {
    for (std::size_t sku = 0; sku < world.skus; ++sku) names_.push_back("s" + std::to_string(sku));
    std::vector<ReplicaId> replicas;
    for (std::size_t region = 0; region < world.paths.size(); ++region)
      replicas.push_back({region_name(region), {1'800'000'000'000 + region, random_()}});
    for (std::size_t region = 0; region < world.paths.size(); ++region) add_region(world, replicas, region);
    transfers_ = Transfers(regions_.size());
  }

  void open(const Placement& placement, std::move_only_function<void()> ready) override {
    ready_ = std::move(ready);
    for (auto& region : regions_) region.start();
    when([this] { return std::ranges::all_of(regions_, &Region::ready); },
         [this, placement] { import(placement); });
  }

  void attempt(Attempt attempt, Done done) override {
    request::Reserve reserve;
    reserve.id = id_text(attempt.id);
    reserve.lines = lines_of(attempt.basket);
    reserve.ttl = std::chrono::ceil<Millis>(attempt.ttl);
    reserve.wait = std::min(std::chrono::ceil<Millis>(attempt.wait), limits::wait_max);
    reserve.partial = attempt.partial;
    const bool here = has(attempt.region, attempt.basket);
    auto& region = regions_[attempt.region];
    region_of_[attempt.id] = attempt.region;
    // The region's callbacks can be copied, and are called once.
    region.submit(
        std::move(reserve),
        [this, &region, here, partial = attempt.partial, id = attempt.id, began = stage_.queue.now(),
         done = std::make_shared<Done>(std::move(done))](const std::optional<Answer>& answer) {
          HF_ASSERT(answer);  // no process ends here
          if (!*answer) {
            region_of_.erase(id);
            return (*done)({denial_of(answer->error().code), false, {}, {}});
          }
          auto reply = granted(region, std::get<answer::ReservationAnswer>(**answer).reservation, partial);
          reply.remote = !here && !partial && stage_.queue.now() - began >= nearest(region.number());
          (*done)(reply);
        });
  }

  void finish(std::uint64_t id, Finish finish, Finished finished) override {
    const auto region = region_of_.at(id);
    Request request = request::Release{id_text(id)};
    if (finish == Finish::purchase) request = request::Purchase{id_text(id), {}, {}};
    regions_[region].submit(std::move(request), [finished = std::make_shared<Finished>(std::move(finished))](
                                                    const std::optional<Answer>& answer) {
      (*finished)(answer && answer->has_value());
    });
  }

  void stock_in(std::size_t region, const Basket& goods, std::optional<std::uint64_t> of_sale) override {
    if (of_sale) return submit(region, request::Return{id_text(*of_sale), next_key(), lines_of(goods)});
    for (const auto& [sku, quantity] : goods)
      submit(region, request::Adjust{names_[sku], next_key(), Units(quantity), "delivery", {}, {}});
  }

  [[nodiscard]] std::int64_t in_world(std::uint32_t sku) const override {
    std::int64_t units = 0;
    for (const auto& region : regions_) {
      const auto& stock = region.state().stock();
      const auto id = stock.find(names_[sku]);
      if (!id) continue;
      const auto& row = stock.row(self, *id);
      units += (row.received - row.purchased - row.written_off - stock.reserved(*id)).count();
    }
    return units;
  }

  [[nodiscard]] std::int64_t in_regions(const std::vector<bool>& which, std::uint32_t sku) const override {
    std::int64_t units = 0;
    for (std::size_t region = 0; region < regions_.size(); ++region)
      if (which[region]) units += available(region, sku);
    return units;
  }

  [[nodiscard]] std::int64_t rights(std::size_t region) const override {
    return regions_[region].state().stock().rights_total(self).within(limits::told_sum_max).count();
  }

  [[nodiscard]] Traffic traffic() override {
    for (std::size_t region = 0; region < regions_.size(); ++region)
      transfers_.read(region, regions_[region].storage().content());
    return {transfers_.count(), transfers_.units(), network_.bytes_sent(), transfers_.units_between()};
  }

  void mark() override {
    marked_.clear();
    for (const auto& region : regions_) marked_.push_back(region.state().replicas().version(self));
  }
  [[nodiscard]] std::optional<bool> mark_is_known() const override {
    for (const auto& knows : regions_)
      for (std::size_t of = 0; of < regions_.size(); ++of) {
        const auto& replicas = knows.state().replicas();
        const auto ix = replicas.of_region(region_name(of));
        if (marked_[of] != Version{} && (!ix || replicas.version(*ix) < marked_[of])) return false;
      }
    return true;
  }

 private:
  [[nodiscard]] std::string region_name(std::size_t region) const { return "r" + std::to_string(region); }
  [[nodiscard]] static std::string id_text(std::uint64_t id) { return "a" + std::to_string(id); }
  [[nodiscard]] std::string next_key() { return "k" + std::to_string(next_key_++); }

  void add_region(const PolicyWorld& world, const std::vector<ReplicaId>& replicas, std::size_t number) {
    RegionOptions options;
    options.core.cluster = "market";
    options.core.own = replicas[number];
    options.core.hash_seed = random_();
    options.number = number;
    options.ledger = world.node.ledger;
    options.checks_all_invariants = world.node.checks_all_invariants;
    for (std::size_t peer = 0; peer < replicas.size(); ++peer) {
      if (peer != number) options.core.peers.push_back(replicas[peer].region);
      if (peer > number) options.dials.push_back(peer);
    }
    regions_.emplace_back(stage_, network_, std::move(options), world.streams.fork("region", number));
    Region& region = regions_.back();
    region.storage().set_speed(disk_speed);
    // With a ledger on SQLite a process may be killed while it opens it.
    region.on_death([this, &region] { stage_.queue.after(Micros(0), [&region] { region.start(); }); });
  }

  // Looks until it is so, or has looked long enough.
  void when(std::function<bool()> so, std::function<void()> then) { look(heard_within, so, then); }
  void look(Micros left, const std::function<bool()>& so, const std::function<void()>& then) {
    if (left <= Micros(0) || so()) return then();
    stage_.queue.after(links_looked_at_every,
                       [this, left, so, then] { look(left - links_looked_at_every, so, then); });
  }

  void import(const Placement& placement) {
    for (std::size_t region = 0; region < regions_.size(); ++region) {
      request::Import import;
      const auto send = [&] {
        import.key = next_key();
        submit(region, std::exchange(import, {}));
      };
      for (std::size_t sku = 0; sku < names_.size(); ++sku) {
        for (Units left(placement[region][sku]); left > Units(0);) {
          const auto units = std::min(left, limits::quantity_max);
          left -= units;
          import.lines.push_back({import.lines.size() + 1, names_[sku], units, {}});
          if (import.lines.size() == import_lines) send();
        }
      }
      if (!import.lines.empty()) send();
    }
    when([this] { return importing_ == 0; },
         [this] {
           mark();
           when([this] { return *mark_is_known() && std::ranges::all_of(regions_, &Region::hears_all); },
                [this] { ready_(); });
         });
  }

  void submit(std::size_t region, Request request) {
    ++importing_;
    regions_[region].submit(std::move(request), [this](const std::optional<Answer>& answer) {
      HF_ASSERT(answer && answer->has_value());
      --importing_;
    });
  }

  [[nodiscard]] Few<Line> lines_of(const Basket& basket) const {
    Few<Line> lines;
    for (const auto& [sku, quantity] : basket) lines.push_back({names_[sku], Units(quantity)});
    return lines;
  }

  [[nodiscard]] std::int64_t available(std::size_t region, std::uint32_t sku) const {
    const auto& stock = regions_[region].state().stock();
    const auto id = stock.find(names_[sku]);
    return id ? stock.available(*id).count() : 0;
  }
  [[nodiscard]] bool has(std::size_t region, const Basket& basket) const {
    return std::ranges::all_of(
        basket, [&](const BasketLine& line) { return available(region, line.sku) >= line.quantity; });
  }

  // How soon units from elsewhere can be here at the earliest. What was not there when a shopper asked, and
  // was granted sooner, came back or was brought in here.
  [[nodiscard]] Micros nearest(std::size_t region) const {
    Micros soonest = Micros::max();
    for (std::size_t other = 0; other < regions_.size(); ++other)
      if (other != region) soonest = std::min(soonest, paths_.round_trip(other, region) * 9 / 20);
    return soonest;
  }

  Reply granted(Region& region, const answer::ReservationView& view, bool partial) {
    Reply reply;
    reply.expires_at = SimTime(*view.expires_at - region.machine().wall(SimTime{}));
    if (partial)
      for (const auto& line : view.lines)
        reply.got.push_back(
            {static_cast<std::uint32_t>(std::stoul(line.sku.substr(1))), line.quantity.count()});
    return reply;
  }

  Stage& stage_;
  Network network_;
  Paths& paths_;
  Random random_;
  std::vector<std::string> names_;  // of SKUs
  std::deque<Region> regions_;
  std::move_only_function<void()> ready_;
  boost::unordered_flat_map<std::uint64_t, std::size_t> region_of_;  // by attempt
  std::vector<Version> marked_;
  Transfers transfers_{0};
  std::size_t importing_ = 0;
  std::uint64_t next_key_ = 1;
};

}  // namespace

std::unique_ptr<StockPolicy> make_holdfast(const PolicyWorld& world) {
  return std::make_unique<Holdfast>(world);
}

}  // namespace holdfast::sim
