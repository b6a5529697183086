#include "sim/region.h"

#include "base/assert.h"
#include "core/invariants.h"
#include "ledger/encoded.h"
#include "node/recovery.h"
#include "sim/sqlite_platter.h"
#include "sim/words.h"
#include "wire/codec.h"

namespace holdfast::sim {

namespace {

constexpr std::uint64_t kept_checked_every = 16;  // records
constexpr Millis answer_grace{5'000};             // as the daemon's gateway: after it, the outcome is unknown

Answer too_late(bool changes) {
  Refusal refusal;
  refusal.code = changes ? RefusalCode::outcome_unknown : RefusalCode::overloaded;
  refusal.detail = "no answer in time";
  return failure(refusal);
}

std::unique_ptr<Platter> make_platter(Stage& stage, LedgerKind kind, const Streams& streams) {
  if (kind == LedgerKind::memory) return std::make_unique<MemoryPlatter>();
  return std::make_unique<SqlitePlatter>(stage, streams.stream("platter"));
}

}  // namespace

Millis wait_of(const Request& request) {
  if (const auto* reserve = std::get_if<request::Reserve>(&request)) return reserve->wait;
  if (const auto* adjust = std::get_if<request::Adjust>(&request)) return adjust->wait;
  return Millis(0);
}

// What dies with the process.
struct Region::Process {
  explicit Process(const CoreConfig& core) : replica(core) {}

  Replica replica;
  ProcessClock clock;
  std::optional<Links> links;
  std::optional<node::Node> node;
  std::optional<NodeTime> armed;
  Position checked;  // the state after this record keeps all invariants
  bool listens = false;
  bool opened_fenced = false;  // it has nothing to say to peers that they could believe
};

Region::Region(Stage& stage, Network& network, RegionOptions options, Streams streams)
    : stage_(stage),
      network_(network),
      options_(std::move(options)),
      streams_(streams),
      random_(streams.stream("region")),
      storage_(stage, streams.stream("disk"), make_platter(stage, options_.ledger, streams)),
      machine_(random_()) {}

Region::~Region() = default;

template <class Action>
void Region::later(Micros delay, Action action) {
  stage_.queue.after(delay, [this, boot = boots_, action = std::move(action)]() mutable {
    if (process_ && boot == boots_) inside(std::move(action));
  });
}

// Every way into the process: one that is paused takes what came in the order in which it came.
template <class Action>
void Region::inside(Action action) {
  if (paused_until_ > stage_.queue.now() || !waiting_.empty()) {
    waiting_.push_back(std::move(action));
    if (waiting_.size() == 1) go_on_later();
    return;
  }
  action();
  if (process_) settled();
}

// It may be told to stand still once more in the meantime.
void Region::go_on_later() {
  stage_.queue.after(paused_until_ - stage_.queue.now(), [this, boot = boots_] {
    if (!process_ || boot != boots_) return;
    if (paused_until_ > stage_.queue.now()) return go_on_later();
    for (auto& action : std::exchange(waiting_, {})) {
      if (!process_ || boot != boots_) return;
      action();
      if (process_) settled();
    }
  });
}

void Region::settled() {
  check_invariants_once();
  if (!process_->listens && process_->node->ready()) {
    process_->listens = true;
    if (!process_->opened_fenced) process_->links->start();
  }
  for (const output::Notice& notice : process_->node->take_notices())
    stage_.note(name(), 2, [&] { return "notes: " + notice.text; });
  schedule();
}

// Only a record changes what they speak of.
void Region::check_invariants_once() {
  const State& state = process_->replica.state();
  if (!options_.checks_all_invariants || state.position() == process_->checked) return;
  check_promises(state);
  if (state.position().value() / kept_checked_every != process_->checked.value() / kept_checked_every)
    check_kept(state);
  process_->checked = state.position();
}

void Region::start() {
  HF_ASSERT(!process_);
  ++boots_;
  const auto opened =
      storage_.open({options_.core.cluster, options_.core.own, options_.core.hash_seed}, disk_events());
  if (!opened) return did_not_start(opened.error());
  process_ = std::make_unique<Process>(options_.core);
  recover(*opened);
  serve(*opened);
}

void Region::did_not_start(const ledger::Error& error) {
  stage_.note(name(), 10, [&] { return "does not start: " + error.detail; });
  storage_.die(Death::process, Tail::lost);
  if (error.trouble == ledger::Trouble::failed && died_) died_();
}

void Region::serve(const ledger::Opened& opened) {
  Process& process = *process_;
  process.clock = ProcessClock(machine_, stage_.queue.now(), process.replica.state().time(),
                               process.replica.state().clock());
  process.links.emplace(stage_, network_,
                        Links::Options{options_.number, options_.dials, options_.silence_max, options_.said},
                        streams_.stream("links", boots_), link_events());
  process.opened_fenced = opened.fenced.has_value();
  process.node.emplace(process.replica, wire::codec(), options_.limits, *this, *process.links, *this);
  stage_.note(name(), opened.last.value(), [&] {
    return "starts at record " + std::to_string(opened.last.value()) + ", node time " +
           std::to_string(ms_of(process.replica.state().time()));
  });
  inside([this, fenced = opened.fenced] {
    if (fenced)
      process_->node->start_fenced(*fenced);
    else
      process_->node->start(now(), random_(), process_->clock.machine());
  });
  every_second();
}

void Region::recover(const ledger::Opened& opened) {
  const Codec codec = wire::codec();
  node::Recovery recovery(process_->replica, codec);
  storage_.load({
      [&](const ledger::Slice& slice) {
        recovery.slice({static_cast<SliceKind>(slice.key.kind), slice.key.number}, slice.includes,
                       slice.bytes);
      },
      [&](const ledger::JournalBatch& batch) { recovery.batch(batch.first, batch.count, batch.bytes); },
  });
  const auto failed = recovery.finish(opened.last);
  HF_ASSERT(!failed);
  if (!opened.made) note_recovery();
}

void Region::note_recovery() {
  const ledger::MemoryDisk& found = storage_.content();
  stage_.reached.count(found.checkpoint_began == Position{} ? Event::recovered_from_journal
                                                            : Event::recovered_from_checkpoint);
  if (storage_.in_mid_checkpoint()) stage_.reached.count(Event::recovered_in_mid_checkpoint);
  if (process_->replica.state().clock().machine_boot != machine_.boot_id())
    stage_.reached.count(Event::machine_rebooted);
}

Now Region::now() { return process_->clock.now(machine_, stage_.queue.now()); }

bool Region::ready() const { return process_ && process_->node->ready(); }
bool Region::fenced() const { return process_ && !process_->node->fenced().empty(); }
const State& Region::state() const { return process_->replica.state(); }
bool Region::linked(std::size_t peer) const { return process_ && process_->links->linked(peer); }

bool Region::hears_all() {
  const auto readings = process_->replica.readings(now().node);
  return std::ranges::all_of(readings.regions, &Readings::Region::up);
}

void Region::schedule() {
  const auto next = process_->node->next_deadline();
  if (next == process_->armed) return;
  process_->armed = next;
  if (!next) return;
  const Millis left = std::max(Millis(1), *next - now().node);
  stage_.queue.after(left, [this, boot = boots_, due = *next] {
    if (!process_ || boot != boots_ || process_->armed != due) return;
    inside([this] {
      process_->armed.reset();
      process_->node->tick(now());
    });
  });
}

// As the daemon does: what is measured, and a full disk asked for room.
void Region::every_second() {
  later(Millis(1'000), [this] {
    process_->node->step(now(), input::Measured{});
    if (!process_->node->has_room() && storage_.regain_room()) {
      stage_.reached.count(Event::disk_has_room_again);
      stage_.note(name(), 3, [] { return std::string("has room on its disk again"); });
      process_->node->regained_room();
    }
    every_second();
  });
}

void Region::kill(Tail tail) {
  if (process_) die(Death::process, tail);
}

void Region::lose_power(Tail tail) {
  if (process_) die(Death::machine, tail);
  machine_.reboot(stage_.queue.now(), random_());
}

void Region::die(Death death, Tail tail) {
  stage_.reached.count(death == Death::process ? Event::killed : Event::power_lost);
  if (!process_->node->ready()) stage_.reached.count(Event::killed_while_starting);
  stage_.note(name(), 4, [&] {
    return std::string(death == Death::process ? "is killed" : "loses power") +
           (storage_.writing() ? tail == Tail::kept ? ", right after its append" : ", in its append" : "");
  });
  process_->links->die(death);
  storage_.die(death, tail);
  process_.reset();
  paused_until_ = {};
  waiting_.clear();
  close_all();
  if (died_) died_();
}

void Region::pause(Micros time) {
  if (!process_) return;
  stage_.reached.count(Event::paused);
  stage_.note(name(), 5, [&] { return "stands still for " + std::to_string(time.count() / 1000) + " ms"; });
  paused_until_ = std::max(paused_until_, stage_.queue.now() + time);
}

void Region::forge(std::size_t peer, Bytes bytes) {
  if (!process_) return;
  inside([this, peer, bytes = std::move(bytes)] { process_->links->forge(peer, bytes); });
}

Region::Ticket Region::submit(Request request, Answered answered) {
  HF_ASSERT(validate(request).empty());
  const Ticket ticket = next_ticket_++;
  stage_.note(name(), ticket, [&] { return "#" + std::to_string(ticket) + " " + in_words(request); });
  if (!process_) {
    reply(std::move(answered), std::nullopt);
    return ticket;
  }
  open_[ticket] = {std::move(answered), changes_state(request)};
  stage_.queue.after(wait_of(request) + answer_grace, [this, ticket] { give_up(ticket); });
  later(Micros(0), [this, ticket, request = std::move(request)]() mutable {
    if (open_.contains(ticket)) process_->node->submit(now(), RequestToken(ticket), std::move(request));
  });
  return ticket;
}

void Region::cancel(Ticket ticket) {
  if (open_.erase(ticket) == 0) return;
  stage_.reached.count(Event::cancelled);
  stage_.note(name(), ticket, [&] { return "#" + std::to_string(ticket) + " is cancelled"; });
  later(Micros(0), [this, ticket] { process_->node->cancel(now(), RequestToken(ticket)); });
}

void Region::give_up(Ticket ticket) {
  const auto found = open_.find(ticket);
  if (found == open_.end()) return;
  Open open = std::move(found->second);
  open_.erase(found);
  stage_.reached.count(Event::outcome_unknown);
  stage_.note(name(), ticket, [&] { return "#" + std::to_string(ticket) + " gets no answer in time"; });
  const Answer late = too_late(open.changes);
  stage_.reached.count(late.error().code);
  reply(std::move(open.answered), late);
  later(Micros(0), [this, ticket] { process_->node->cancel(now(), RequestToken(ticket)); });
}

void Region::close_all() {
  for (auto& [ticket, open] : std::exchange(open_, {})) reply(std::move(open.answered), std::nullopt);
}

void Region::reply(Answered answered, std::optional<Answer> answer) {
  stage_.reached.count(answer ? Event::answered : Event::connection_closed);
  stage_.queue.after(Micros(0),
                     [answered = std::move(answered), answer = std::move(answer)] { answered(answer); });
}

// A late answer finds nobody: whoever asked was told that the outcome is unknown, or is gone.
void Region::answer(RequestToken token, const Answer& answer) {
  const auto found = open_.find(token.value());
  if (found == open_.end()) return;
  if (!answer) stage_.reached.count(answer.error().code);
  stage_.note(name(), token.value() << 8 | (answer ? 0 : static_cast<std::uint64_t>(answer.error().code) + 1),
              [&] { return "#" + std::to_string(token.value()) + " " + in_words(answer); });
  Answered answered = std::move(found->second.answered);
  open_.erase(found);
  reply(std::move(answered), answer);
}

// Encoded at once: what was handed over is what it was then, whenever the process dies.
void Region::append(node::JournalAppend append) {
  ledger::Append what = ledger::encoded(std::move(append), wire::codec());
  for (const ledger::JournalBatch& batch : what.batches)
    stage_.note(name(), checksum(batch.bytes), [&] {
      return "writes " + std::to_string(batch.count) + " records from " + std::to_string(batch.first.value());
    });
  if (!what.slices.empty())
    stage_.note(name(), what.slices.size(),
                [&] { return "writes " + std::to_string(what.slices.size()) + " slices"; });
  storage_.append(std::move(what));
}

void Region::read(Position at) { storage_.read(at); }

Storage::Events Region::disk_events() {
  return {
      [this](const ledger::Appended& appended) {
        inside([this, appended] {
          if (process_->node->has_room() && !appended.room) stage_.reached.count(Event::disk_full);
          process_->node->appended({appended.durable, appended.room, appended.journal_bytes});
        });
      },
      [this](Position asked, const std::optional<ledger::JournalBatch>& found) {
        inside([this, asked, found] {
          if (found)
            process_->node->history_read(now(), asked, found->first, found->bytes);
          else
            process_->node->history_lost(now(), asked);
        });
      },
      [this] {
        stage_.reached.count(Event::disk_failed);
        die(Death::process, random_.one_in(2) ? Tail::kept : Tail::lost);
      },
  };
}

Links::Events Region::link_events() {
  const auto step = [this](Input input) {
    inside([this, input = std::move(input)] {
      if (options_.heard) options_.heard(input);
      process_->node->step(now(), input);
    });
  };
  return {
      [this] { return process_->node->hello(); },
      [step](LinkId link, input::DialledBy by, Hello hello) {
        step(input::LinkUp{link, by, std::move(hello)});
      },
      [step](LinkId link, Message message) {
        step(input::Received{link, std::move(message)});
      },
      [step](LinkId link) { step(input::LinkDown{link}); },
  };
}

}  // namespace holdfast::sim
