#include "sim/swarm/swarm.h"

#include <algorithm>

#include "core/limits.h"
#include "sim/swarm/convergence.h"

namespace holdfast::sim {

namespace {

constexpr std::array names{"ap", "eu", "us", "af", "sa"};

// After the healing: baskets lapse, links are dialled (the longest backoff, and a silent link noticed), rows
// spread.
constexpr Micros converge_max = 60 * second;
constexpr int still_tries_max = 5;
constexpr Micros sell_out_max = 90 * second;

std::vector<std::string> names_of(const Plan& plan) { return {names.begin(), names.begin() + plan.regions}; }

RoundTrips round_trips_of(const Plan& plan, Random random) {
  RoundTrips table = equal_round_trips(plan.regions, Micros(0));
  for (std::size_t a = 0; a < plan.regions; ++a)
    for (std::size_t b = 0; b < a; ++b)
      table[a][b] = table[b][a] = between(random, plan.round_trip_min, plan.round_trip_max);
  return table;
}

// What a disk says that the writer wrote: empty rows are none.
std::map<std::string, BookRow> rows_of(const Books& books, const ReplicaId& writer) {
  const auto known = books.rows().find(writer);
  if (known == books.rows().end()) return {};
  std::map<std::string, BookRow> rows = known->second;
  std::erase_if(rows, [](const auto& row) { return row.second == BookRow{}; });
  return rows;
}

}  // namespace

SwarmStats& SwarmStats::operator+=(const SwarmStats& other) {
  sales += other.sales;
  units_sold += other.units_sold;
  crashes += other.crashes;
  cuts += other.cuts;
  transfers += other.transfers;
  operations += other.operations;
  events += other.events;
  with_sqlite += other.with_sqlite;
  simulated += other.simulated;
  return *this;
}

Swarm::Swarm(std::uint64_t seed, const Restriction& restriction, std::FILE* lines)
    : streams_(seed),
      plan_(draw_plan(streams_, restriction)),
      stage_(lines),
      paths_(names_of(plan_), round_trips_of(plan_, streams_.stream("round trips")), 0.05,
             streams_.stream("delays")),
      network_(stage_, paths_, streams_.stream("network")),
      told_(stage_),
      oversell_(stage_, verdict_),
      asks_(stage_, verdict_, plan_.pause_max),
      hearing_(stage_, names_of(plan_)),
      nemesis_(stage_, network_, regions_, plan_, streams_),
      shoppers_(stage_, told_, regions_, plan_, streams_),
      office_(stage_, told_, regions_, plan_, streams_),
      inquiry_({told_, verdict_, regions_, living_, [this](Micros time) { run_for(time); }}) {
  nemesis_.on_fork([this](std::size_t region) { return fork(region); });
  told_.on_change([this](const Operation& operation) {
    oversell_.heard(operation);
    asks_.heard(operation);
  });
  make_regions();
}

Swarm::~Swarm() = default;

void Swarm::run_for(Micros time) {
  const SimTime end = stage_.queue.now() + time;
  while (verdict_.sound() && stage_.queue.run_next_until(end)) {
  }
}

void Swarm::make_regions() {
  for (std::size_t i = 0; i < plan_.regions; ++i) make_region(i);
}

void Swarm::make_region(std::size_t number) {
  RegionOptions options;
  options.core.cluster = "swarm";
  options.core.own = {paths_.region(number), {1, streams_.stream("incarnation", number)()}};
  options.core.hash_seed = streams_.stream("hash seed", number)();
  options.core.heartbeat = plan_.heartbeat;
  options.core.cut_off_after = plan_.cut_off_after;
  options.core.levers.otherwise.move = plan_.move;
  options.limits = plan_.limits;
  options.ledger = plan_.ledger;
  options.number = number;
  options.silence_max = plan_.cut_off_after;
  for (std::size_t peer = 0; peer < plan_.regions; ++peer) {
    if (peer == number) continue;
    options.core.peers.push_back(paths_.region(peer));
    if (!plan_.one_side_dials || peer < number) options.dials.push_back(peer);
  }
  options.said = [this, number, own = options.core.own](LinkId link, const Message& message) {
    if (const auto* ask = std::get_if<message::Ask>(&message)) asks_.said(number, own, *ask);
    hearing_.said(number, link, message);
  };
  options.heard = [this, number](const Input& input) { hearing_.heard(number, input); };
  regions_.push_back(
      std::make_unique<Region>(stage_, network_, std::move(options), streams_.fork("region", number)));
  regions_.back()->storage().set_speed(plan_.disk);
}

void Swarm::live() {
  safety();
  if (verdict_.sound() && !plan_.lies.on()) liveness();  // who was lied to need not trust the others again
  audit();
}

void Swarm::safety() {
  for (const auto& region : regions_) region->start();
  run_for(second);
  office_.stock();
  nemesis_.begin();
  shoppers_.open();
  office_.open();
  run_for(plan_.safety);
  nemesis_.end();
  shoppers_.close();
  office_.close();
}

void Swarm::liveness() {
  living_ = nemesis_.heal(2);
  wait_for_convergence();
  check_answered();
  const bool trusted = forked_.empty();  // else some may know of what others may not be asked for any more
  if (verdict_.sound() && trusted) inquiry_.about_what_is_reserved(sku_name(0));
  if (verdict_.sound()) sell_out();
  if (!verdict_.sound() || !trusted) return;
  std::vector<std::string> skus;
  for (std::size_t sku = 0; sku < plan_.skus; ++sku) skus.push_back(sku_name(sku));
  inquiry_.about_what_is_sold_out(skus);
}

void Swarm::wait_for_convergence() {
  const SimTime latest = stage_.queue.now() + plan_.ttl_max + converge_max;
  run_for(plan_.ttl_max + 2 * second);
  while (verdict_.sound() && !converged(regions_, living_) && stage_.queue.now() < latest) run_for(second);
  check_rows_are_equal(converged(regions_, living_) ? wait_for_transfers_to_stop() : read_disks());
}

// What is wanted is forgotten within seconds of node time, which stands still while a clock that was set back
// catches up.
std::vector<Books> Swarm::wait_for_transfers_to_stop() {
  std::string giver = "nobody";
  std::vector<Books> books = read_disks();
  for (int tries = 0; tries < still_tries_max && !giver.empty(); ++tries) {
    run_for(5 * second);
    std::vector<Books> after = read_disks();
    giver.clear();
    for (const std::size_t i : living_)
      if (after[i].transfers() != books[i].transfers()) giver = regions_[i]->name();
    books = std::move(after);
  }
  if (!giver.empty())
    verdict_.violated("O5", "convergence: " + giver + " still gives rights away, although nobody wants any");
  return books;
}

// Also those of writers that are cut off for good; but not those of a region with two histories: whoever has
// seen proof of that takes no more of its rows, nor passes them on.
void Swarm::check_rows_are_equal(const std::vector<Books>& books) {
  const auto rows_at = [&](std::size_t region) {
    std::map<ReplicaId, std::map<std::string, BookRow>> rows;
    for (const auto& [writer, known] : books[region].rows())
      if (auto all = rows_of(books[region], writer); !all.empty()) rows[writer] = std::move(all);
    for (const std::size_t writer : forked_) rows.erase(books[writer].own());
    return rows;
  };
  const std::size_t first = *living_.begin();
  for (const std::size_t other : living_)
    if (rows_at(other) != rows_at(first))
      verdict_.violated("O5", "convergence: long after the healing " + regions_[first]->name() + " and " +
                                  regions_[other]->name() + " still hold different rows");
}

// Everyone who asked has an answer, or knows that there will be none.
void Swarm::check_answered() {
  for (const Operation& operation : told_.all())
    if (operation.end == Operation::End::open)
      return verdict_.violated("O8",
                               "truth: a request in " + regions_[operation.region]->name() +
                                   " was neither answered by its deadline nor was its connection closed");
}

Units Swarm::left(const std::string& sku) const {
  Units units;
  for (const std::size_t i : living_) {
    const Stock& stock = regions_[i]->state().stock();
    if (const auto known = stock.find(sku)) units += stock.rights(*known);
  }
  return units;
}

Units Swarm::left() const {
  Units units;
  for (std::size_t sku = 0; sku < plan_.skus; ++sku) units += left(sku_name(sku));
  return units;
}

// Who has seen proof that a region has two histories takes no more of its rows, and others may know more of
// them: they cannot see all that it sent to one another.
bool Swarm::forked_rows_are_equal() const {
  const std::vector<Books> books = read_disks();
  const std::size_t first = *living_.begin();
  return std::ranges::all_of(forked_, [&](std::size_t writer) {
    return std::ranges::all_of(living_, [&](std::size_t other) {
      return rows_of(books[other], books[writer].own()) == rows_of(books[first], books[writer].own());
    });
  });
}

// Demand in one region of those that are whole: every unit that any of them holds is sold there; unless some
// came from a region with two histories.
void Swarm::sell_out() {
  Random random = streams_.stream("sell out");
  const std::vector<std::size_t> whole(living_.begin(), living_.end());
  const std::size_t region = whole[random.below(whole.size())];
  const Units to_sell = left();
  selling_ = true;
  for (std::size_t sku = 0; sku < plan_.skus; ++sku) sell(region, sku, 0, 0);
  const SimTime latest = stage_.queue.now() + sell_out_max;
  // Units on their way are nobody's for a moment: only when nothing is left for a while is nothing left.
  for (int gone = 0; verdict_.sound() && gone < 3 && stage_.queue.now() < latest;) {
    run_for(second);
    gone = left() > no_units ? 0 : gone + 1;
  }
  selling_ = false;
  if (left() > no_units && forked_rows_are_equal())
    verdict_.violated("O6", "nothing stranded: " + std::to_string(left().count()) + " of " +
                                std::to_string(to_sell.count()) + " units were not sold, although " +
                                regions_[region]->name() + " wants them and can reach their holders");
}

// Half of what is left, and less with each refusal, until the last ones are bought singly.
void Swarm::sell(std::size_t region, std::size_t sku, std::size_t attempt, int refused) {
  if (!selling_) return;
  const std::string name = sku_name(sku);
  const Units remaining = left(name);
  if (remaining <= no_units)
    return stage_.queue.after(second, [this, region, sku, attempt] { sell(region, sku, attempt, 0); });
  request::Reserve reserve;
  reserve.id = "last-" + std::to_string(sku) + "-" + std::to_string(attempt);
  const Units part(std::max<std::int64_t>(1, remaining.count() >> std::min(refused + 1, 40)));
  reserve.lines = {{name, std::min(part, limits::quantity_max)}};
  reserve.wait = Millis(3'000);
  told_.ask(*regions_[region], reserve, [this, region, sku, attempt, refused](const Operation& operation) {
    if (operation.succeeded()) return pay(region, sku, attempt);
    stage_.queue.after(second / 5, [=, this] { sell(region, sku, attempt + 1, refused + 1); });
  });
}

void Swarm::pay(std::size_t region, std::size_t sku, std::size_t attempt) {
  const std::string id = "last-" + std::to_string(sku) + "-" + std::to_string(attempt);
  told_.ask(*regions_[region], request::Purchase{id, "", {}},
            [this, region, sku, attempt](const Operation& paid) {
              if (paid.succeeded()) return sell(region, sku, attempt + 1, 0);
              stage_.queue.after(second / 5, [this, region, sku, attempt] { pay(region, sku, attempt); });
            });
}

// An append that is under way and one more, and what is read of the past, in two rounds at most.
Patience Swarm::patience() const {
  Patience patience;
  if (!plan_.pauses.on()) patience.local = 4 * (plan_.disk.slowest + plan_.disk.stall_max) + Micros(2'000);
  patience.clocks_run = !plan_.clock_jumps.on();
  patience.cut_off_after = plan_.cut_off_after;
  return patience;
}

std::vector<Books> Swarm::read_disks() const {
  std::vector<Books> books;
  for (const auto& region : regions_) books.emplace_back(region->config().own, region->storage().content());
  return books;
}

// Until a peer shows it the evidence, a region that went back to an older copy may sell once more what it
// held then, and what was sent to it since, wherever it went after that.
Nemesis::Forked Swarm::fork(std::size_t number) {
  forked_.insert(number);
  return [this, number, books = read_disks()] {
    const ReplicaId& own = regions_[number]->config().own;
    const Books copy(own, regions_[number]->storage().content());
    oversell_.forked(number);
    for (std::size_t sku = 0; sku < plan_.skus; ++sku) {
      const std::string name = sku_name(sku);
      Units again = copy.rights(name);
      for (const Books& giver : books)
        if (giver.own() != own)
          again += giver.sent(giver.own(), name, own) - copy.sent(giver.own(), name, own);
      oversell_.allow(name, again);
    }
  };
}

// What the ledgers said of themselves, whenever they were opened and read.
void Swarm::audit_ledgers() {
  for (const auto& region : regions_) {
    Platter& platter = region->storage().platter();
    platter.check_history();
    for (const std::string& what : platter.contradictions())
      verdict_.violated("O3", region->name() + ": " + what);
  }
}

void Swarm::audit() {
  audit_ledgers();
  const std::vector<Books> books = read_disks();
  std::vector<const Timeline*> timelines;
  for (const auto& region : regions_) timelines.push_back(&region->storage().timeline());
  const AuditInput input{told_,      books,   timelines, asks_.highest(),
                         patience(), forked_, &hearing_, plan_.lies.on()};
  audit_books(input, verdict_);
  audit_gaps(input, verdict_);
  audit_supply(input, verdict_);
  audit_shortage(input, verdict_);
  audit_durability(input, verdict_);
  audit_truth(input, verdict_);
  audit_asks(input, verdict_);
  for (const Books& one : books) {
    transfers_ += one.transfers();
    for (const auto& [position, record] : one.records()) stage_.reached.count(record);
  }
  check_transfers();
}

// Rights that move cost little, and must not go round in circles: a few for each attempt to buy at the most.
void Swarm::check_transfers() {
  if (transfers_ <= 20 + 4 * told_.all().size()) return;
  verdict_.violated("O7", "no ping-pong: " + std::to_string(transfers_) + " transfers for " +
                              std::to_string(told_.all().size()) + " requests");
}

SwarmStats Swarm::stats() const {
  return {.sales = shoppers_.purchases(),
          .units_sold = static_cast<std::uint64_t>(oversell_.sold().count()),
          .crashes = nemesis_.crashes(),
          .cuts = nemesis_.cuts(),
          .transfers = transfers_,
          .operations = told_.all().size(),
          .events = stage_.queue.events_done(),
          .with_sqlite = plan_.ledger == LedgerKind::sqlite ? 1u : 0u,
          .simulated = stage_.queue.now().time_since_epoch()};
}

}  // namespace holdfast::sim
