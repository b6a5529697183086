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
bool Node::refuses(const Input& input) {
  if (room_) return false;
  if (const auto* up = std::get_if<input::LinkUp>(&input)) {
    peers_.close(up->link, "the disk is full");
    return true;
  }
  const auto* received = std::get_if<input::Received>(&input);
  return received != nullptr && (std::holds_alternative<message::Rows>(received->message) ||
                                 std::holds_alternative<message::Ask>(received->message) ||
                                 std::holds_alternative<message::Accusation>(received->message));
}

void Node::step(Now now, const Input& input) {
  if (refuses(input)) return;
  replica_.step(now, input, effects_);
  outbox_.take(effects_, now.node);
  pump();
  let_out();
}

void Node::submit(Now now, RequestToken token, Request request) {
  const auto* audited = std::get_if<request::Audit>(&request);
  if (audited == nullptr || !ready()) return proceed(now, {token, std::move(request), {}});
  audits_.push_back({token, Recount(audited->sku)});
  if (audits_.size() == 1) audit(now);
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

// Counts what is durable by reading it, and the rest from what waits to be written; then the core compares.
void Node::audit(Now now) {
  Auditing& auditing = audits_.front();
  if (auditing.next <= outbox_.durable()) return ledger_.read(auditing.next);
  for (; auditing.next <= outbox_.last(); auditing.next = auditing.next.next())
    auditing.counted.feed(auditing.next, *outbox_.find(auditing.next));
  const auto counted = std::make_shared<const Recount>(std::move(auditing.counted));
  const RequestToken token = auditing.token;
  audits_.pop_front();
  step(now, input::Recounted{token, counted});
  if (!audits_.empty()) audit(now);
}

void Node::count(Now now, Position asked, Position first, const std::vector<Record>& records) {
  if (audits_.empty() || audits_.front().next != asked) return;
  Auditing& auditing = audits_.front();
  for (std::uint64_t i = asked.value() - first.value(); i < records.size(); ++i)
    auditing.counted.feed(Position(first.value() + i), records[i]);
  auditing.next = Position(first.value() + records.size());
  audit(now);
}

void Node::cancel(Now now, RequestToken token) {
  const auto found = std::ranges::find(recalling_, token, &Recalling::token);
  const auto audit = std::ranges::find(audits_, token, &Auditing::token);
  if (found != recalling_.end())
    recalling_.erase(found);
  else if (audit != audits_.end() && audit != audits_.begin())
    audits_.erase(audit);
  else
    step(now, input::Cancelled{token});
}

// Through the door also whoever comes back from reading the past: the disk may have filled meanwhile.
void Node::proceed(Now now, Recalling recalling) {
  if (auto refused = refuse_at_door(now, recalling.request))
    return shops_.answer(recalling.token, failure(*std::move(refused)));
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
  auto decoded = codec_.decode_records(records);
  const std::uint64_t index = asked.value() - first.value();
  HF_ASSERT(decoded.has_value() &&
            index < decoded->size());  // its checksum fitted: what we wrote, we can read
  recalled(now, {asked, (*decoded)[index]});
  count(now, asked, first, *decoded);
}

// What was remembered is no longer kept: an empty record stands for it, which names no reservation. A key
// stays used.
void Node::history_lost(Now now, Position asked) { recalled(now, {asked, Record{}}); }

void Node::recalled(Now now, const Past& past) {
  std::erase(reading_, past.position);
  std::list<Recalling> waiting;
  waiting.swap(recalling_);
  for (Recalling& recalling : waiting) {
    const std::vector<Position> needed = replica_.recall(recalling.request);
    if (std::ranges::find(needed, past.position) != needed.end()) recalling.past.push_back(past);
    proceed(now, std::move(recalling));
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
  if (room_ && checkpointer_.due()) checkpointer_.begin(replica_.state());
  const bool with_slices = room_ && checkpointer_.writing();
  if (!outbox_.has_records() && !with_slices) return;
  JournalAppend append;
  append.first = outbox_.durable().next();
  const std::span<const Record> records = outbox_.begin_write();
  append.count = static_cast<std::uint32_t>(records.size());
  if (!records.empty()) codec_.encode_records(records, append.records);
  checkpointer_.journalled(append.records.size());
  if (with_slices) checkpointer_.add_to(append, replica_.state(), codec_);
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
