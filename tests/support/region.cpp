#include "support/region.h"

#include <gtest/gtest.h>

#include "ledger/encoded.h"
#include "node/recovery.h"
#include "wire/codec.h"

namespace holdfast::test {

TestRegion::TestRegion(std::string region, std::vector<std::string> peers, node::NodeLimits limits)
    : limits_(limits), disk_(std::make_shared<ledger::MemoryDisk>()) {
  config_.cluster = "test";
  config_.own = {std::move(region), {1, 1}};
  config_.hash_seed = 7;
  config_.peers = std::move(peers);
  boot();
}

void TestRegion::crash() {
  appends_.clear();
  reads_.clear();
  answers_.clear();
  sent_.clear();
  boot();
}

void TestRegion::wait(Millis time) {
  const NodeTime end = now_.node + time;
  while (const auto due = node_->next_deadline()) {
    if (*due > end) break;
    advance_to(std::max(*due, now_.node + Millis(1)));
    if (now_.node > end) break;
    node_->tick(now_);
    settle();
  }
  advance_to(end);
  node_->tick(now_);
  settle();
}

RequestToken TestRegion::submit(Request request) {
  for (const FieldError& error : validate(request)) ADD_FAILURE() << error.pointer << ": " << error.detail;
  const RequestToken token(next_token_++);
  node_->submit(now_, token, std::move(request));
  settle();
  return token;
}

std::vector<RequestToken> TestRegion::submit_in_order(std::vector<Request> requests) {
  std::vector<RequestToken> tokens;
  node::InOrder in_order;
  for (Request& request : requests) {
    tokens.emplace_back(next_token_++);
    in_order.push_back({tokens.back(), std::move(request)});
  }
  node_->submit_in_order(now_, std::move(in_order));
  settle();
  return tokens;
}

Answer TestRegion::answer_to(RequestToken token) {
  EXPECT_TRUE(answers_.contains(token)) << "no answer yet";
  return answers_.at(token);
}

Answer TestRegion::stock(const std::string& sku, std::int64_t delta) {
  return ask(
      request::Adjust{sku, "key-" + std::to_string(next_token_), Units(delta), "delivery", "", Millis(0)});
}
request::Reserve TestRegion::basket(const std::string& id, Few<Line> lines, Millis wait) {
  request::Reserve reserve;
  reserve.id = id;
  reserve.lines = std::move(lines);
  reserve.wait = wait;
  return reserve;
}
request::Reserve TestRegion::basket(const std::string& id, const std::string& sku, std::int64_t quantity,
                                    Millis wait) {
  return basket(id, {{sku, Units(quantity)}}, wait);
}
Answer TestRegion::reserve(const std::string& id, const std::string& sku, std::int64_t quantity) {
  return ask(basket(id, sku, quantity));
}
Answer TestRegion::purchase(const std::string& id, const std::string& order) {
  return ask(request::Purchase{id, order, {}});
}
std::int64_t TestRegion::available(const std::string& sku) const {
  return state().stock().available(*state().stock().find(sku)).count();
}

void TestRegion::release_ledger() {
  held_ = false;
  settle();
}

bool TestRegion::complete_append() {
  if (appends_.empty()) return false;
  const ledger::Append append = std::move(appends_.front());
  appends_.pop_front();
  const auto done = ledger_->append(append);
  EXPECT_TRUE(done.has_value());
  node_->appended({done->durable, done->room, done->journal_bytes});
  return true;
}

void TestRegion::append(node::JournalAppend append) {
  appends_.push_back(ledger::encoded(std::move(append), wire::codec()));
}

void TestRegion::answer(RequestToken token, const Answer& answer) {
  EXPECT_TRUE(answers_.emplace(token, answer).second) << "answered twice";
}

std::optional<EventCursor> TestRegion::follow(std::uint64_t consumer, std::optional<EventCursor> from) {
  return node_->open_feed(node::ConsumerId(consumer), from);
}

void TestRegion::want(std::uint64_t consumer) {
  node_->want_events(node::ConsumerId(consumer));
  settle();
}

void TestRegion::events(std::span<const node::ConsumerId> consumers, std::span<const Event> events) {
  for (const node::ConsumerId consumer : consumers) {
    std::vector<Event>& told = told_[consumer.value()];
    told.insert(told.end(), events.begin(), events.end());
    ++chunks_[consumer.value()];
  }
}

void TestRegion::settle() {
  while (!held_ && (complete_append() || complete_read())) {
  }
}

void TestRegion::input(const Input& input) {
  node_->step(now_, input);
  settle();
}

void TestRegion::advance_to(NodeTime at) {
  now_.wall += at - now_.node;
  now_.node = at;
}

bool TestRegion::complete_read() {
  if (reads_.empty()) return false;
  const Position at = reads_.front();
  reads_.pop_front();
  ++reads_done_;
  const auto found = ledger_->read(at);
  EXPECT_TRUE(found.has_value() && found->has_value());
  node_->history_read(now_, at, (*found)->first, (*found)->bytes);
  return true;
}

void TestRegion::boot() {
  auto opened = ledger::MemoryLedger::open(disk_, {config_.cluster, config_.own, config_.hash_seed});
  EXPECT_TRUE(opened.has_value());
  ledger_ = std::move(opened->ledger);
  replica_ = std::make_unique<Replica>(config_);
  const Codec with = wire::codec();
  node::Recovery recovery(*replica_, with);
  EXPECT_TRUE(ledger_->load(
      {[&](const ledger::Slice& slice) {
         recovery.slice({static_cast<SliceKind>(slice.key.kind), slice.key.number}, slice.includes,
                        slice.bytes);
       },
       [&](const ledger::JournalBatch& batch) { recovery.batch(batch.first, batch.count, batch.bytes); }}));
  EXPECT_EQ(recovery.finish(opened->opened.last), std::nullopt);
  advance_to(std::max(now_.node, replica_->state().time()));
  node_ = std::make_unique<node::Node>(*replica_, with, limits_, *this, *this, *this,
                                       recovery.journal_bytes(), this);
  node_->start(now_, ++boots_, {1, Millis(0)});
  settle();
}

std::string in_short(const Answer& answer) {
  if (!answer) return name(answer.error().code);
  if (const auto* reservation = std::get_if<answer::ReservationAnswer>(&*answer))
    return reservation->created ? "created" : reservation->replayed ? "replayed" : "ok";
  return "ok";
}

ReservationState state_in(const Answer& answer) {
  return std::get<answer::ReservationAnswer>(*answer).reservation.state;
}

}  // namespace holdfast::test
