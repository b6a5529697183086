#include "support/small_world.h"

#include <algorithm>
#include <utility>

#include "base/overloaded.h"
#include "core/invariants.h"
#include "support/reply.h"

namespace holdfast::test {

namespace {

constexpr const char* sku = "x";
constexpr const char* names[SmallWorld::regions] = {"a", "b", "c"};
constexpr Millis act_takes{25};  // longer than the pause between two messages of rows
constexpr Millis basket_lives{1'000};
constexpr Millis shopper_waits{10'000};

CoreConfig config_of(std::size_t at) {
  CoreConfig config;
  config.cluster = "small";
  config.own = {names[at], {1, 1}};
  config.hash_seed = 7;
  for (const char* name : names)
    if (name != names[at]) config.peers.emplace_back(name);
  return config;
}

}  // namespace

SmallWorld::SmallWorld() {
  for (std::size_t at = 0; at < regions; ++at) {
    regions_[at] = std::make_shared<Region>(config_of(at));
    step(at, input::Started{++boots_, {}});
  }
  begin();
  link(0, 1);
  link(0, 2);
  link(1, 2);
  restock(0);
  restock(0);
  restock(1);
  for (int i = 0; i < 20; ++i) quiet_step();
  begin();
}

// What is shared is copied before it is changed.
SmallWorld::Region& SmallWorld::change(std::size_t at) {
  if (regions_[at].use_count() > 1) regions_[at] = std::make_shared<Region>(*regions_[at]);
  return *regions_[at];
}

// The disks have written; what waited for them leaves.
void SmallWorld::begin(std::size_t crashing) {
  now_.node += act_takes;
  now_.wall += act_takes;
  for (std::size_t at = 0; at < regions; ++at) {
    if (at == crashing) continue;
    durable_[at] = region(at).journal;
    route(at, std::exchange(held_[at], {}));
  }
}

void SmallWorld::step(std::size_t at, const Input& input) {
  Region& here = change(at);
  Effects& effects = here.outbox.effects();  // nothing collects here
  here.replica.step(now_, input, effects);
  for (const Record& record : effects.records)
    here.journal = std::make_shared<const Written>(Written{record, here.journal});
  here.outbox.stepped(now_.node);
  route(at, here.outbox.take_released());
  if (!here.outbox.has_records()) return;
  std::ignore = here.outbox.begin_write();
  here.outbox.durable_up_to(here.outbox.last());
  std::ranges::move(here.outbox.take_released(), std::back_inserter(held_[at]));
}

void SmallWorld::finish(std::size_t at) {
  step(at, input::Tick{});
  look(at);
}

void SmallWorld::route(std::size_t from, const std::vector<Outbound>& outbound) {
  for (const Outbound& out : outbound) {
    if (const auto reply = reply_in(out)) told(reply->token, reply->answer);
    const auto* send = std::get_if<output::Send>(&out);
    if (send == nullptr) continue;
    if (const auto* ask = std::get_if<message::Ask>(&*send->message)) {
      const auto number = [](const ReplicaId& id) { return static_cast<std::size_t>(id.region[0] - 'a'); };
      auto& highest = asked_[number(ask->giver)][number(ask->asker)];
      highest = std::max(highest, ask->target.count());
    }
    for (std::size_t to = 0; to < regions; ++to)
      if (links_[from][to] == send->link)
        queues_[from][to].push_back(std::make_shared<const Message>(*send->message));
  }
}

void SmallWorld::told(RequestToken token, const Answer& answer) {
  const auto found = waiting_.find(token);
  if (found == waiting_.end()) return;
  Basket& basket = baskets_[found->second];
  waiting_.erase(found);
  basket.told = Basket::Told::gone;
  if (!answer) return;
  const auto& reservation = std::get<answer::ReservationAnswer>(*answer).reservation;
  if (reservation.state == ReservationState::pending) basket.told = Basket::Told::held;
  if (reservation.state == ReservationState::purchased) basket.told = Basket::Told::purchased;
}

void SmallWorld::ask(std::size_t at, std::size_t basket, Request request) {
  const RequestToken token(++tokens_);
  waiting_[token] = basket;
  std::vector<Past> past;
  for (const Position position : region(at).replica.recall(request)) {
    const Written* written = region(at).journal.get();
    for (Position last = region(at).replica.state().position(); last != position;
         last = Position(last.value() - 1))
      written = written->before.get();
    past.push_back({position, written->record});
  }
  step(at, input::Asked{token, std::move(request), std::move(past)});
  finish(at);
}

bool SmallWorld::reserve(std::size_t at, std::int64_t units) {
  begin();
  request::Reserve request;
  request.id = "r" + std::to_string(baskets_.size());
  request.lines = {{sku, Units(units)}};
  request.ttl = basket_lives;
  request.wait = shopper_waits;
  baskets_.push_back({Basket::Told::asked, static_cast<std::uint8_t>(at), units, now_.node});
  ask(at, baskets_.size() - 1, std::move(request));
  return true;
}

bool SmallWorld::ask_of_oldest(std::size_t at, Request (*make)(std::string id)) {
  begin();
  const auto oldest = std::ranges::find_if(
      baskets_, [&](const Basket& basket) { return basket.at == at && basket.told == Basket::Told::held; });
  if (oldest == baskets_.end()) return false;
  const auto number = static_cast<std::size_t>(oldest - baskets_.begin());
  oldest->told = Basket::Told::unknown;  // until it is answered
  ask(at, number, make("r" + std::to_string(number)));
  return true;
}

bool SmallWorld::purchase(std::size_t at) {
  return ask_of_oldest(at, [](std::string id) -> Request {
    return request::Purchase{std::move(id), "", {}};
  });
}

bool SmallWorld::release(std::size_t at) {
  return ask_of_oldest(at, [](std::string id) -> Request { return request::Release{std::move(id)}; });
}

bool SmallWorld::restock(std::size_t at) {
  begin();
  ++stock_;
  step(at, input::Asked{RequestToken(++tokens_),
                        request::Adjust{sku, "k" + std::to_string(tokens_), Units(1), "in", "", Millis(0)},
                        {}});
  finish(at);
  return true;
}

bool SmallWorld::deliver(std::size_t from, std::size_t to) {
  begin();
  const Queue queue = std::exchange(queues_[from][to], {});
  if (queue.empty()) return false;
  const LinkId link = links_[from][to];
  for (const auto& message : queue)
    if (links_[from][to] == link) step(to, input::Received{link, *message});
  finish(to);
  return true;
}

bool SmallWorld::lose(std::size_t from, std::size_t to) {
  begin();
  return !std::exchange(queues_[from][to], {}).empty();
}

void SmallWorld::unlink(std::size_t a, std::size_t b) {
  const LinkId old = std::exchange(links_[a][b], LinkId());
  links_[b][a] = LinkId();
  queues_[a][b].clear();
  queues_[b][a].clear();
  for (const std::size_t side : {a, b}) step(side, input::LinkDown{old});
}

void SmallWorld::link(std::size_t a, std::size_t b) {
  links_[a][b] = links_[b][a] = LinkId(++next_link_);
  const Hello hello_of_a = region(a).replica.hello();
  const Hello hello_of_b = region(b).replica.hello();
  step(a, input::LinkUp{links_[a][b], input::DialledBy::us, hello_of_b});
  step(b, input::LinkUp{links_[a][b], input::DialledBy::peer, hello_of_a});
}

bool SmallWorld::relink(std::size_t a, std::size_t b) {
  begin();
  unlink(a, b);
  link(a, b);
  finish(a);
  finish(b);
  return true;
}

bool SmallWorld::crash(std::size_t at) {
  begin(at);
  held_[at].clear();
  regions_[at] = std::make_shared<Region>(config_of(at));
  Region& here = *regions_[at];
  here.journal = durable_[at];
  std::vector<const Record*> records;
  for (const Written* written = here.journal.get(); written != nullptr; written = written->before.get())
    records.push_back(&written->record);
  for (std::size_t i = 0; i < records.size(); ++i)
    here.replica.state().replay(Position(i + 1), {records[records.size() - 1 - i], 1});
  here.replica.state().recovered(Position(records.size()));
  here.outbox = node::Outbox(Position(records.size()), kept_records);
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    Basket& basket = baskets_[it->second];
    if (basket.at == at) basket.told = Basket::Told::unknown;
    it = basket.at == at ? waiting_.erase(it) : std::next(it);
  }
  step(at, input::Started{++boots_, {}});
  begin();  // its boot is durable before anything else
  for (std::size_t other = 0; other < regions; ++other)
    if (other != at) {
      unlink(at, other);
      link(at, other);
      finish(other);
    }
  finish(at);
  return true;
}

bool SmallWorld::wait() {
  begin();
  now_.node += basket_lives;
  now_.wall += basket_lives;
  for (std::size_t at = 0; at < regions; ++at) finish(at);
  return true;
}

void SmallWorld::expect(bool holds, const char* what) {
  if (!holds && wrong_.empty()) wrong_ = what;
}

const Row& SmallWorld::row(std::size_t viewer, std::size_t writer) const {
  static const Row none;
  const State& state = region(viewer).replica.state();
  const auto known = state.stock().find(sku);
  const auto replica = state.replicas().of_region(names[writer]);
  return known && replica ? state.stock().row(*replica, *known) : none;
}

std::int64_t SmallWorld::sent(std::size_t viewer, std::size_t from, std::size_t to) const {
  const auto replica = region(viewer).replica.state().replicas().of_region(names[to]);
  return replica ? sent_to(row(viewer, from), *replica).count() : 0;
}

// After an act in one region: its own invariants, what the others believe of it and it of them, and the
// books.
void SmallWorld::look(std::size_t at) {
  check_invariants(region(at).replica.state());
  std::int64_t rights = 0;
  std::int64_t sold = 0;
  std::int64_t held = 0;
  for (std::size_t i = 0; i < regions; ++i) {
    look_at_rows(at, i);
    look_at_rows(i, at);
    const Stock& stock = region(i).replica.state().stock();
    const auto known = stock.find(sku);
    if (known) rights += stock.rights(*known).count();
    if (known) held += stock.reserved(*known).count();
    sold += row(i, i).purchased.count();
  }
  expect(sold + held <= stock_, "O1: more is sold and held than there was");
  expect(sold + rights <= stock_, "rights were made from nothing");
  look_at_baskets();
}

// What is known of a writer is never ahead of it, and one version has one content (I3, I4).
void SmallWorld::look_at_rows(std::size_t viewer, std::size_t writer) {
  if (viewer == writer) return;
  const Row& seen = row(viewer, writer);
  const Row& own = row(writer, writer);
  expect(seen.version <= own.version, "I4: a row was seen that its writer has lost");
  expect(seen.received <= own.received && seen.purchased <= own.purchased, "a row was seen that never was");
  for (std::size_t to = 0; to < regions; ++to) {
    const std::int64_t seen_sent = sent(viewer, writer, to);
    expect(seen_sent <= sent(writer, writer, to), "rights were seen that were never sent");
    expect(seen.version != own.version || seen_sent == sent(writer, writer, to),
           "I3: one version has two contents");
  }
  expect(seen.version != own.version || (seen.received == own.received && seen.purchased == own.purchased &&
                                         seen.reserved == own.reserved),
         "I3: one version has two contents");
  expect(sent(writer, writer, viewer) <= asked_[writer][viewer], "O9: more was sent than was asked for");
}

// What shoppers were told stands (O3), and does not come to more than there was (O1).
void SmallWorld::look_at_baskets() {
  std::array<std::int64_t, regions> purchased{};
  std::int64_t promised = 0;
  for (std::size_t number = 0; number < baskets_.size(); ++number) {
    const Basket& basket = baskets_[number];
    if (basket.told == Basket::Told::purchased) {
      purchased[basket.at] += basket.units;
      promised += basket.units;
    }
    if (basket.told != Basket::Told::held) continue;
    const State& state = region(basket.at).replica.state();
    if (state.reservations().find("r" + std::to_string(number)))
      promised += basket.units;
    else
      expect(now_.node >= basket.asked_at + basket_lives, "O3: a basket is gone before its time");
  }
  for (std::size_t at = 0; at < regions; ++at)
    expect(purchased[at] <= row(at, at).purchased.count(), "O3: a purchase is gone");
  expect(promised <= stock_, "O1: shoppers were promised more than there was");
}

void SmallWorld::quiet_step() {
  begin();
  for (std::size_t from = 0; from < regions; ++from)
    for (std::size_t to = 0; to < regions; ++to)
      for (const auto& message : std::exchange(queues_[from][to], {}))
        step(to, input::Received{links_[from][to], *message});
  for (std::size_t at = 0; at < regions; ++at) finish(at);
}

bool SmallWorld::converges() {
  constexpr int all_over = 480;  // steps: 12 s, and nobody waits and no basket lives any more
  constexpr int steps_max = 800;
  for (int i = 0; i < steps_max; ++i) {
    quiet_step();
    const auto hash = [&](std::size_t at) { return region(at).replica.state().stock().state_hash(); };
    if (i > all_over && hash(0) == hash(1) && hash(1) == hash(2)) return true;
  }
  return false;
}

bool SmallWorld::sells_all(std::size_t at) {
  for (Basket& basket : baskets_)  // its shopper has left; if it is pending still, it will expire
    if (basket.told == Basket::Told::held) basket.told = Basket::Told::gone;
  std::int64_t free = 0;
  for (std::size_t i = 0; i < regions; ++i) {
    const Stock& stock = region(i).replica.state().stock();
    free += stock.available(*stock.find(sku)).count();
  }
  const auto outcome = [&] {
    reserve(at, 1);
    const std::size_t number = baskets_.size() - 1;
    for (int i = 0; i < 420 && baskets_[number].told == Basket::Told::asked; ++i) quiet_step();
    const bool got = baskets_[number].told == Basket::Told::held;
    if (got) purchase(at);
    begin();
    return got;
  };
  for (std::int64_t i = 0; i < free; ++i)
    if (!outcome()) return false;
  return true;
}

std::vector<SmallAct> small_acts() {
  std::vector<SmallAct> acts;
  const auto add = [&](std::string name, auto happens) { acts.push_back({std::move(name), happens}); };
  const auto region = [](std::size_t at) { return std::string(1, static_cast<char>('a' + at)); };
  for (std::size_t at = 0; at < SmallWorld::regions; ++at) {
    add("reserve at " + region(at), [at](SmallWorld& world) { return world.reserve(at, 1); });
    add("purchase at " + region(at), [at](SmallWorld& world) { return world.purchase(at); });
    add("release at " + region(at), [at](SmallWorld& world) { return world.release(at); });
    add("crash of " + region(at), [at](SmallWorld& world) { return world.crash(at); });
    for (std::size_t to = 0; to < SmallWorld::regions; ++to) {
      if (to == at) continue;
      const std::string link = region(at) + " to " + region(to);
      add("deliver " + link, [at, to](SmallWorld& world) { return world.deliver(at, to); });
      add("lose " + link, [at, to](SmallWorld& world) { return world.lose(at, to); });
      if (at < to) add("relink " + link, [at, to](SmallWorld& world) { return world.relink(at, to); });
    }
  }
  add("reserve 2 at c", [](SmallWorld& world) { return world.reserve(2, 2); });
  add("restock at b", [](SmallWorld& world) { return world.restock(1); });
  add("wait", [](SmallWorld& world) { return world.wait(); });
  return acts;
}

}  // namespace holdfast::test
