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

// So many requests at least are on their way from memory while one is decided, and as many are sent for at a
// time.
constexpr std::size_t expected_ahead = 16;

// What finishes a reservation goes before what begins one.
bool finishes(const Request& request) {
  return std::holds_alternative<request::Purchase>(request) ||
         std::holds_alternative<request::Release>(request);
}

// Word of a version of ours that is newer than ours is evidence, as an accusation is.
bool would_be_recorded(const Message& message, const Replica& replica) {
  if (const auto* vector = std::get_if<message::VersionVector>(&message))
    return std::ranges::any_of(vector->entries, [&](const message::VersionVector::Entry& said) {
      return said.replica == replica.config().own && said.version > replica.state().replicas().version(self);
    });
  return std::holds_alternative<message::Rows>(message) || std::holds_alternative<message::Ask>(message) ||
         std::holds_alternative<message::Accusation>(message);
}

// The first that these records take; nothing: they take none.
std::optional<Version> first_version(const std::vector<Record>& records) {
  std::optional<Version> first;
  for (auto record = records.begin(); !first && record != records.end(); ++record)
    for (const RowChange& change : record->rows)
      if (change.version != Version{}) first = std::min(first.value_or(change.version), change.version);
  return first;
}

}  // namespace

Node::Node(Replica& replica, Codec codec, NodeLimits limits, ShopsPort& shops, PeersPort& peers,
           LedgerPort& ledger, std::uint64_t journal_bytes, FeedPort* feed)
    : replica_(replica),
      codec_(codec),
      limits_(limits),
      shops_(shops),
      peers_(peers),
      ledger_(ledger),
      outbox_(replica.state().position(), codec.make_batch),
      checkpointer_(limits.checkpoint, journal_bytes, replica.state().time()),
      history_(replica, outbox_, ledger, limits.history),
      feed_(replica.state(), ledger, feed, replica.state().position()) {}

void Node::start(Now now, std::uint64_t boot_nonce, MachineClock clock) {
  booted_ = outbox_.last().next();
  step(now, input::Started{boot_nonce, clock});
}

// Where nothing can be recorded, nothing is taken from peers that would have to be: they send it again.
bool Node::refuses(const Input& input) {
  if (room_ && fenced_.empty()) return false;
  if (const auto* up = std::get_if<input::LinkUp>(&input)) {
    peers_.close(up->link, fenced_.empty() ? "the disk is full" : fenced_);
    return true;
  }
  const auto* received = std::get_if<input::Received>(&input);
  return received != nullptr && would_be_recorded(received->message, replica_);
}

void Node::step(Now now, const Input& input) {
  if (refuses(input)) return;
  decide(now, input);
  go_on();
}

template <class Input>
void Node::decide(Now now, Input&& input) {
  replica_.step(now, std::forward<Input>(input), outbox_.effects());
  outbox_.stepped(now.node);
  HF_ASSERT(outbox_.last() == replica_.state().position());  // all that was applied goes to the journal
}

// Once all that came together has been decided, so that it is written together.
void Node::go_on() {
  pump();
  let_out();
}

void Node::submit(Now now, RequestToken token, Request request) {
  take(now, {token, std::move(request), {}});
  go_on();
}

void Node::submit_in_order(Now now, InOrder requests) {
  take_in_order(now, requests);
  go_on();
}

void Node::take(Now now, input::Asked&& asked) {
  if (!History::serves(asked.request) || !ready()) return proceed(now, std::move(asked));
  if (!history_.submit(asked.token, asked.request))
    return shops_.answer(asked.token,
                         failure(refusal(RefusalCode::overloaded, "too many read the past already",
                                         limits_.overloaded_after)));
  step_ready(now);
}

void Node::take_in_order(Now now, std::span<input::Asked> requests) {
  std::size_t next = 0;
  const auto ahead = take_to_recall(now, requests, next, [](RequestToken) { return true; });
  if (ahead) stand_behind(*ahead, requests.subspan(next));
}

// In order from `next` on, up to one that has to read the past: that one.
template <class Stays>
std::optional<RequestToken> Node::take_to_recall(Now now, std::span<input::Asked> requests, std::size_t& next,
                                                 const Stays& stays) {
  std::size_t expected = next;
  while (next < requests.size()) {
    if (expected - next < expected_ahead) {
      const auto soon = requests.subspan(expected, std::min(requests.size() - expected, expected_ahead));
      if (!soon.empty() && !soon.front().name) replica_.expect(soon);  // or whoever hands them in has done so
      expected += soon.size();
    }
    input::Asked& one = requests[next++];
    const RequestToken token = one.token;
    if (!stays(token)) continue;
    take(now, std::move(one));
    if (recalling_.contains(token)) return token;
  }
  return std::nullopt;
}

// As many as may wait for the disk: they take the same room, and take it until the last of their line goes.
void Node::stand_behind(RequestToken token, std::span<input::Asked> requests) {
  Line line;
  for (input::Asked& one : requests) {
    if (behind_count_ >= held_max(one.request)) {
      shops_.answer(one.token, failure(refusal(RefusalCode::overloaded, "too many wait for the journal",
                                               limits_.overloaded_after)));
      continue;
    }
    ++behind_count_;
    standing_.insert(one.token);
    line.requests.push_back(std::move(one));
  }
  if (!line.requests.empty()) behind_.emplace(token, std::move(line));
}

// Whoever was recalling has been decided, or is gone: those behind it go on.
void Node::follow(Now now, RequestToken token) {
  auto behind = behind_.extract(token);
  if (!behind) return;
  Line& line = behind.mapped();
  const auto stays = [this](RequestToken one) { return standing_.erase(one) > 0; };
  if (const auto ahead = take_to_recall(now, line.requests, line.next, stays);
      ahead && line.next < line.requests.size()) {
    behind.key() = *ahead;
    behind_.insert(std::move(behind));
    return;
  }
  behind_count_ -= line.requests.size();
}

std::size_t Node::held_max(const Request& request) const {
  return finishes(request) ? limits_.finishing_held_max : limits_.held_max;
}

// It states nothing of this replica's rows, and so needs not wait for the disk.
std::optional<Refusal> Node::refuse_at_door(Now now, const Request& request) const {
  if (!ready()) return refusal(RefusalCode::starting, "this daemon is starting", limits_.room_retry);
  const bool changes = changes_state(request);
  if (std::holds_alternative<request::GetStatus>(request)) return std::nullopt;  // it says what is wrong
  if (changes && !fenced_.empty()) return refusal(RefusalCode::fenced, fenced_, limits_.room_retry);
  if (changes && !room_)
    return refusal(RefusalCode::disk_full, "the disk is full: reading goes on", limits_.room_retry);
  const Millis waited = outbox_.longest_wait(now.node);
  const Millis longest = finishes(request) ? limits_.finishing_overloaded_after : limits_.overloaded_after;
  if (changes && waited > longest)
    return refusal(RefusalCode::overloaded, "the disk is behind: " + std::to_string(waited.count()) + " ms",
                   std::max(waited, limits_.overloaded_after));
  if (outbox_.held() >= held_max(request))
    return refusal(RefusalCode::overloaded, "as many answers wait for the disk as may",
                   std::max(waited, limits_.overloaded_after));
  return std::nullopt;
}

// Readers of history that are up to date: stepped before anything else changes what they read.
void Node::step_ready(Now now) {
  while (const auto ready = history_.next_ready()) step(now, *ready);
}

// Wherever it is: being counted, waiting for the past, or a shopper who waits. One that is answered and held
// back is left there: to look for each would take the longest just after the disk stood still, when many go.
void Node::cancel(Now now, RequestToken token) {
  if (history_.cancel(token)) return step_ready(now);  // whoever waited for its turn
  if (recalling_.erase(token) > 0) {
    follow(now, token);
    return go_on();
  }
  if (standing_.erase(token) == 0) step(now, input::Cancelled{token});
}

// Through the door also whoever comes back from reading the past: the disk may have filled meanwhile.
void Node::proceed(Now now, input::Asked&& asked) {
  const RequestToken token = asked.token;
  if (auto refused = refuse_at_door(now, asked.request))
    return shops_.answer(token, failure(*std::move(refused)));
  if (!replica_.may_recall(asked)) return decide(now, std::move(asked));
  const std::vector<Position> missing = gather(asked);
  if (missing.empty()) return decide(now, std::move(asked));
  if (awaited_.size() >= limits_.recalling_max)
    return shops_.answer(token, failure(refusal(RefusalCode::overloaded, "too many wait for the journal",
                                                limits_.overloaded_after)));
  recalling_.emplace(token, std::move(asked));
  for (const Position position : missing) read_past(token, position);
}

// Takes the records at hand that the request rests on; what is left must be read.
std::vector<Position> Node::gather(input::Asked& asked) const {
  std::vector<Position> missing;
  for (const Position position : replica_.recall(asked)) {
    if (std::ranges::find(asked.past, position, &Past::position) != asked.past.end()) continue;
    if (auto record = outbox_.find(position))
      asked.past.push_back({position, *std::move(record)});
    else
      missing.push_back(position);
  }
  return missing;
}

// One read of a record, for all who rest on it.
void Node::read_past(RequestToken token, Position position) {
  if (!is_awaited(position)) to_read_.push_back(position);
  awaited_.emplace(position, token);
  ask_ledger();
}

bool Node::is_awaited(Position position) const {
  const auto first = awaited_.lower_bound({position, RequestToken{}});
  return first != awaited_.end() && first->first == position;
}

// Some may have come meanwhile, with what others read.
void Node::ask_ledger() {
  for (; reading_.size() < reads_at_once && !to_read_.empty(); to_read_.pop_front())
    if (is_awaited(to_read_.front()) && reading_.insert(to_read_.front()).second)
      ledger_.read(to_read_.front());
}

void Node::history_read(Now now, Position asked, Position first, BytesView records) {
  const std::uint64_t index = asked.value() - first.value();
  if (!history_.reads(asked) && !feed_.reads(asked, first)) {
    auto one = codec_.decode_record(records, index);
    HF_ASSERT(one.has_value());
    return recalled(now, asked, *one);
  }
  auto decoded = codec_.decode_records(records);
  HF_ASSERT(decoded.has_value() &&
            index < decoded->size());  // its checksum fitted: what we wrote, we can read
  recalled(now, asked, (*decoded)[index]);
  history_.read(asked, first, *decoded);
  step_ready(now);
  pump();
  feed_.read(asked, first, *std::move(decoded), disk());
}

// What was remembered is no longer kept: an empty record stands for it, which names no reservation. A key
// stays used. An audit cannot count on without it, and says so.
void Node::history_lost(Now now, Position asked) {
  recalled(now, asked, Record{});
  history_.lost(asked);
  step_ready(now);
  feed_.lost(asked);
}

void Node::recalled(Now now, Position asked, const Record& record) {
  const auto first = awaited_.lower_bound({asked, RequestToken{}});
  const auto last = awaited_.lower_bound({asked.next(), RequestToken{}});
  const std::vector<std::pair<Position, RequestToken>> read_for(first, last);
  awaited_.erase(first, last);
  reading_.erase(asked);
  for (const auto& [position, token] : read_for) {
    auto waiting = recalling_.extract(token);
    if (waiting.empty()) continue;  // it was cancelled, or came to its end another way
    waiting.mapped().past.push_back({asked, record});
    proceed(now, std::move(waiting.mapped()));
    if (!recalling_.contains(token)) follow(now, token);
  }
  ask_ledger();
  go_on();
}

void Node::tick(Now now) {
  step(now, input::Tick{room_ && fenced_.empty()});
  step_ready(now);
}

std::optional<NodeTime> Node::next_deadline() const {
  if (history_.goes_on()) return NodeTime{};  // the same until then: who waits for it begins once
  return replica_.next_deadline(room_ && fenced_.empty());
}

bool Node::has_expired(NodeTime now) const {
  const auto first = replica_.state().reservations().first_to_expire();
  return room_ && fenced_.empty() && first && first->at <= now;
}

void Node::appended(const Appended& done) {
  HF_ASSERT(writing_);
  writing_ = false;
  room_ = done.room;
  checkpointer_.journalled(done.journal_bytes);
  history_.keep_up();
  const Position first = outbox_.durable().next();
  std::vector<std::unique_ptr<RecordBatch>> written = outbox_.durable_up_to(done.durable);
  pump();
  let_out();
  feed_.committed(first, written, disk());
  for (std::unique_ptr<RecordBatch>& records : written) outbox_.reuse(std::move(records));
}

void Node::pump() {
  HF_ASSERT(fenced_.empty() || !outbox_.has_records());
  if (!fenced_.empty()) return;  // a checkpoint may be due, and history old: this ledger stays as it is
  if (history_.look_for_old(checkpointer_, feed_.oldest()))
    notices_.push_back({"history older than history.keep_days is kept for a consumer of events that lags"});
  if (writing_) return;
  if (room_ && checkpointer_.due(replica_.state().time())) checkpointer_.begin(replica_.state());
  const bool with_slices = room_ && checkpointer_.writing();
  const bool with_trim = room_ && history_.has_piece();
  if (!outbox_.has_records() && !with_slices && !with_trim) return;
  JournalAppend append;
  append.first = outbox_.durable().next();
  // All of them: a slice is as memory is, and so holds what every record made. Without, a crash would leave
  // it ahead of the journal.
  append.batches = outbox_.begin_write();
  if (with_slices) checkpointer_.add_to(append, replica_.state());
  if (with_trim) history_.add_to(append);
  writing_ = true;
  ledger_.append(std::move(append));
}

void Node::let_out() {
  for (auto released = outbox_.take_released(); !released.empty(); released = outbox_.take_released()) {
    for (Outbound& outbound : released) let_out(outbound);
    outbox_.reuse(std::move(released));
  }
}

void Node::let_out(Outbound& outbound) {
  std::visit(
      Overloaded{
          [&](const output::BriefReply& reply) { shops_.answer_briefly(reply.token, reply.reservation); },
          [&](const output::Reply& reply) { shops_.answer(reply.token, *reply.answer); },
          [&](const output::Send& send) { peers_.send(send.link, *send.message); },
          [&](const output::CloseLink& close) { peers_.close(close.link, close.reason); },
          [&](output::Notice& notice) { notices_.push_back(std::move(notice)); },
      },
      outbound);
}

bool Node::idle() const {
  return !writing_ && !outbox_.has_records() && outbox_.held() == 0 && recalling_.empty();
}

// Versions follow each other: what is durable ends before the first of those that are not.
Hello Node::hello() const {
  Hello hello = replica_.hello();
  std::optional<Version> first;
  for (Position at = outbox_.durable().next(); !first && at <= outbox_.last();) {
    const std::vector<Record> records = outbox_.from(at);
    first = first_version(records);
    at = Position(at.value() + records.size());
  }
  if (first) hello.version = Version(first->value() - 1);
  return hello;
}

}  // namespace holdfast::node
