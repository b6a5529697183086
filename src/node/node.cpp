#include "node/node.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/overloaded.h"

namespace holdfast::node {

namespace {

Refusal refusal(RefusalCode code, std::string detail, Millis retry_after) {
  Refusal refusal;
  refusal.code = code;
  refusal.detail = std::move(detail);
  refusal.retry_after = retry_after;
  return refusal;
}

// What finishes a reservation goes before what begins one.
bool finishes(const Request& request) {
  return std::holds_alternative<request::Purchase>(request) ||
         std::holds_alternative<request::Release>(request);
}

}  // namespace

Node::Node(Replica& replica, Codec codec, NodeLimits limits, ShopsPort& shops, PeersPort& peers,
           LedgerPort& ledger)
    : replica_(replica),
      codec_(codec),
      limits_(limits),
      shops_(shops),
      peers_(peers),
      ledger_(ledger),
      outbox_(replica.state().position()),
      checkpointer_(limits.checkpoint),
      durable_version_(replica.state().replicas().version(self)) {}

void Node::start(Now now, std::uint64_t boot_nonce, MachineClock clock) {
  booted_ = outbox_.last().next();
  step(now, input::Started{boot_nonce, clock});
}

// With a full disk nothing is taken from peers that would have to be recorded: they send it again.
bool Node::refuses(const Input& input) const {
  const auto* received = std::get_if<input::Received>(&input);
  return !room_ && received != nullptr &&
         (std::holds_alternative<message::Rows>(received->message) ||
          std::holds_alternative<message::Ask>(received->message));
}

void Node::step(Now now, const Input& input) {
  if (refuses(input)) return;
  replica_.step(now, input, effects_);
  outbox_.take(effects_, now.node);
  pump();
  let_out();
}

void Node::submit(Now now, RequestToken token, Request request) {
  if (auto refused = refuse_at_door(now, request))
    shops_.answer(token, failure(*std::move(refused)));
  else
    proceed(now, {token, std::move(request), {}});
}

// It states nothing of this replica's rows, and so needs not wait for the disk.
std::optional<Refusal> Node::refuse_at_door(Now now, const Request& request) const {
  if (!ready()) return refusal(RefusalCode::starting, "this daemon is starting", limits_.room_retry);
  const auto oldest = outbox_.oldest_held();
  const Millis waited = oldest ? now.node - *oldest : Millis(0);
  const Millis longest = finishes(request) ? limits_.finishing_overloaded_after : limits_.overloaded_after;
  if (!changes_state(request)) return std::nullopt;
  if (!fenced_.empty()) return refusal(RefusalCode::fenced, fenced_, limits_.room_retry);
  if (!room_) return refusal(RefusalCode::disk_full, "the disk is full: reading goes on", limits_.room_retry);
  if (waited > longest || outbox_.held() >= limits_.held_max)
    return refusal(RefusalCode::overloaded, "the disk is behind: " + std::to_string(waited.count()) + " ms",
                   std::max(waited, limits_.overloaded_after));
  return std::nullopt;
}

void Node::cancel(Now now, RequestToken token) {
  const auto found = std::ranges::find(recalling_, token, &Recalling::token);
  if (found != recalling_.end())
    recalling_.erase(found);
  else
    step(now, input::Cancelled{token});
}

void Node::proceed(Now now, Recalling recalling) {
  if (!gather(recalling)) {
    recalling_.push_back(std::move(recalling));
    return;
  }
  step(now, input::Asked{recalling.token, std::move(recalling.request), std::move(recalling.past)});
}

// Whether every record that the request rests on is at hand; those that are not are being read.
bool Node::gather(Recalling& recalling) {
  bool complete = true;
  for (const Position position : replica_.recall(recalling.request)) {
    if (std::ranges::find(recalling.past, position, &Past::position) != recalling.past.end()) continue;
    if (const Record* record = outbox_.find(position)) {
      recalling.past.push_back({position, *record});
      continue;
    }
    complete = false;
    if (std::ranges::find(reading_, position) != reading_.end()) continue;
    reading_.push_back(position);
    ledger_.read(position);
  }
  return complete;
}

void Node::history_read(Now now, Position asked, Position first, BytesView records) {
  std::erase(reading_, asked);
  auto decoded = codec_.decode_records(records);
  const std::uint64_t index = asked.value() - first.value();
  HF_ASSERT(decoded.has_value() &&
            index < decoded->size());  // its checksum fitted: what we wrote, we can read
  std::list<Recalling> waiting;
  waiting.swap(recalling_);
  for (Recalling& recalling : waiting) {
    const std::vector<Position> needed = replica_.recall(recalling.request);
    if (std::ranges::find(needed, asked) != needed.end())
      recalling.past.push_back({asked, (*decoded)[index]});
    proceed(now, std::move(recalling));
  }
}

// What was remembered is no longer kept: whoever rests on it learns only that.
void Node::history_lost(Now, Position asked) {
  std::erase(reading_, asked);
  for (auto it = recalling_.begin(); it != recalling_.end();) {
    const std::vector<Position> needed = replica_.recall(it->request);
    if (std::ranges::find(needed, asked) == needed.end()) {
      ++it;
      continue;
    }
    shops_.answer(it->token,
                  failure(refusal(RefusalCode::reservation_unknown,
                                  "what is known of it is older than the history that is kept", Millis(0))));
    it = recalling_.erase(it);
  }
}

void Node::tick(Now now) { step(now, input::Tick{room_ && fenced_.empty()}); }

std::optional<NodeTime> Node::next_deadline() const {
  return replica_.next_deadline(room_ && fenced_.empty());
}

void Node::appended(Now now, Position durable, bool room) {
  HF_ASSERT(writing_);
  writing_ = false;
  room_ = room;
  durable_version_ = writing_version_;
  outbox_.durable_up_to(durable);
  pump();
  let_out();
  (void)now;
}

void Node::pump() {
  if (writing_) return;
  if (checkpointer_.due()) checkpointer_.begin(replica_.state());
  if (!outbox_.has_records() && !checkpointer_.writing()) return;
  JournalAppend append;
  append.first = outbox_.durable().next();
  const std::span<const Record> records = outbox_.begin_write();
  append.count = static_cast<std::uint32_t>(records.size());
  if (!records.empty()) codec_.encode_records(records, append.records);
  checkpointer_.journalled(append.records.size());
  checkpointer_.add_to(append, replica_.state(), codec_);
  writing_ = true;
  writing_version_ = replica_.state().replicas().version(self);
  ledger_.append(std::move(append));
}

void Node::let_out() {
  for (Outbound& outbound : outbox_.take_released())
    std::visit(Overloaded{
                   [&](const output::Reply& reply) { shops_.answer(reply.token, reply.answer); },
                   [&](const output::Send& send) { peers_.send(send.link, send.message); },
                   [&](const output::CloseLink& close) { peers_.close(close.link, close.reason); },
                   [&](output::Notice& notice) { notices_.push_back(std::move(notice.text)); },
               },
               outbound);
}

bool Node::idle() const {
  return !writing_ && !outbox_.has_records() && outbox_.held() == 0 && recalling_.empty();
}

Hello Node::hello() const {
  Hello hello = replica_.hello();
  hello.version = durable_version_;
  return hello;
}

}  // namespace holdfast::node
