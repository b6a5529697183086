#include "daemon/running.h"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>

#include "daemon/listening.h"
#include "node/recovery.h"
#include "wire/codec.h"

namespace holdfast {

namespace {

using boost::system::error_code;

// Of the 10 s that a stop may take.
constexpr std::chrono::seconds drain_max{8};
constexpr std::chrono::milliseconds stop_max{9'500};

bool beyond_loopback(const Address& address) {
  return address.host != "localhost" && address.host != "::1" && !address.host.starts_with("127.");
}

}  // namespace

Daemon::Running::Running(Config config, ReadConfig read_config, Log& log, const ledger::Opened& opened,
                         CoreConfig core, Storage storage)
    : config_(std::move(config)),
      read_config_(std::move(read_config)),
      log_(log),
      opened_(opened),
      storage_(storage),
      replica_(std::move(core)),
      gateway_(config_.region, make_desk()),
      native_gateway_(make_native_desk()),
      shops_(gateway_, native_gateway_),
      http_(io_, gateway_),
      native_(io_, native_gateway_),
      deadline_(io_),
      second_(io_),
      stop_by_(io_),
      look_idle_(io_),
      stalls_(io_),
      signals_(io_),
      hangup_(io_, SIGHUP),
      started_us_(steady_us()) {}

std::optional<StartFailure> Daemon::Running::recover(ledger::Ledger& ledger) {
  const Codec codec = wire::codec();
  node::Recovery recovery(replica_, codec);
  const auto loaded = ledger.load({
      [&](const ledger::Slice& slice) {
        recovery.slice({static_cast<SliceKind>(slice.key.kind), slice.key.number}, slice.includes,
                       slice.bytes);
      },
      [&](const ledger::JournalBatch& batch) { recovery.batch(batch.first, batch.count, batch.bytes); },
  });
  if (!loaded) return start_failure(loaded.error());
  if (const auto failed = recovery.finish(opened_.last))
    return recovery.is_of_later_version()
               ? StartFailure{ExitCode::data_directory, *failed + ": start the later version"}
               : StartFailure{ExitCode::disk, *failed};
  (void)::malloc_trim(0);  // what recovery took beside the state that it made
  journal_bytes_ = recovery.journal_bytes();
  clock_.emplace(replica_.state().time(), replica_.state().clock(), machine_boot_id());
  return std::nullopt;
}

std::optional<StartFailure> Daemon::Running::serve(std::unique_ptr<ledger::Ledger> ledger) {
  ledger_ = std::make_unique<ledger::LedgerThread>(
      std::move(ledger),
      [this](ledger::LedgerThread::Completion done) { boost::asio::post(io_, std::move(done)); });
  ledger_port_.emplace(*ledger_, ledger_events());
  links_.emplace(io_, net::Links::Options{config_.cut_off_after, true_random()}, link_events());
  node::NodeLimits limits;
  limits.history.trim.keep = std::chrono::days(config_.history_keep_days);
  node_.emplace(replica_, wire::codec(), limits, shops_, *links_, *ledger_port_, journal_bytes_,
                &gateway_.feeds());
  if (auto failed = listen()) return failed;
  if (opened_.fenced)
    node_->start_fenced(*opened_.fenced);
  else
    node_->start(clock_->now(), true_random(), clock_->machine());
  http_.on_not_accepted([this](const std::string& why) { not_accepted(why); });
  native_.on_not_accepted([this](const std::string& why) { not_accepted(why); });
  signals_.add(SIGTERM);  // until here the process ends at once: recovery may take long
  signals_.add(SIGINT);
  wait_for_signal();
  wait_for_hangup();
  every_second();
  stalls_.start();
  schedule();
  if (opened_.fenced) {
    log_.error("fenced: " + *opened_.fenced);
    became_ready();
  }
  return std::nullopt;
}

std::optional<StartFailure> Daemon::Running::listen() {
  const Address& shops = config_.http_listen;
  if (const auto bound = http_.listen(shops.host, shops.port); !bound)
    return cannot_listen(bound.error(), shops);
  if (beyond_loopback(shops))
    log_.warn("http.listen is " + text_of(shops) +
              ": anyone who reaches it can sell this stock; there are no tokens yet");
  if (auto failed = listen_native()) return failed;
  if (opened_.fenced) return std::nullopt;  // it has nothing to say to peers that they could believe
  const Address& peers = config_.gossip_listen;
  if (const auto bound = links_->listen(peers.host, peers.port); !bound)
    return cannot_listen(bound.error(), peers);
  if (beyond_loopback(peers))
    log_.warn("gossip.listen is " + text_of(peers) +
              ": anyone who reaches it can say that it is a region; there are no tokens yet");
  for (const PeerConfig& peer : config_.peers)
    links_->add_peer(peer.region, peer.address
                                      ? std::optional(net::Endpoint{peer.address->host, peer.address->port})
                                      : std::nullopt);
  return std::nullopt;
}

std::optional<StartFailure> Daemon::Running::listen_native() {
  if (!config_.native_listen) return std::nullopt;
  const Address& address = *config_.native_listen;
  if (const auto bound = native_.listen(address.host, address.port); !bound)
    return cannot_listen(bound.error(), address);
  if (beyond_loopback(address))
    log_.warn("native.listen is " + text_of(address) +
              ": anyone who reaches it can sell this stock; there are no tokens yet");
  return std::nullopt;
}

// Its first record is durable: shops are served, peers are accepted and dialled, and told of this boot.
void Daemon::Running::became_ready() {
  ready_said_ = true;
  const auto failed = storage_ == Storage::disk
                          ? write_addresses(config_.data_dir / "addresses.json", addresses())
                          : print_addresses(addresses());
  if (failed) log_.warn(*failed);
  log_.info("region " + config_.region + " serves shops at http://" + addresses().http +
            (opened_.fenced ? ", reading only" : ", peers at " + addresses().gossip));
  supervisor_.ready();
  if (!opened_.fenced) links_->start();
}

Addresses Daemon::Running::addresses() const {
  const auto gossip_port = links_->port();
  return {text_of(Address{config_.http_listen.host, http_.port()}),
          gossip_port == 0 ? "" : text_of(Address{config_.gossip_listen.host, gossip_port}),
          config_.native_listen ? text_of(Address{config_.native_listen->host, native_.port()}) : ""};
}

LedgerPort::Events Daemon::Running::ledger_events() {
  return {
      [this](const ledger::Appended& appended, std::int64_t took_us) {
        if (finishing_) return;  // it is being closed: nothing may be appended behind that
        fsyncs_.count(took_us);
        longest_commit_us_ = std::max(longest_commit_us_, took_us);
        ++batches_;
        records_ += appended.durable.value() - node_->durable().value();
        written_since_ += appended.journal_bytes;
        if (node_->has_room() && !appended.room)
          log_.error("the disk is full: reading goes on, nothing is sold");
        node_->appended({appended.durable, appended.room, appended.journal_bytes});
        if (!ready_said_ && node_->ready()) became_ready();
        schedule();
      },
      [this](Position asked, const std::optional<ledger::JournalBatch>& found) {
        if (finishing_) return;
        if (found)
          node_->history_read(clock_->now(), asked, found->first, found->bytes);
        else
          node_->history_lost(clock_->now(), asked);
        schedule();
      },
      [this](const ledger::Sizes& sizes) {
        sizes_ = sizes;
        sizes_known_ = true;
        written_since_ = 0;
      },
      [this] {
        if (finishing_) return;
        log_.info("the disk has room again: selling goes on");
        node_->regained_room();
        schedule();
      },
      [this](const ledger::Error& error) { disk_failed(error.detail); },
  };
}

net::Links::Events Daemon::Running::link_events() {
  const auto step = [this](const Input& input) {
    node_->step(clock_->now(), input);
    schedule();
  };
  return {
      [this] { return node_->hello(); },
      [step](LinkId link, input::DialledBy dialled_by, Hello hello) {
        step(input::LinkUp{link, dialled_by, std::move(hello)});
      },
      [step](LinkId link, Message message) {
        step(input::Received{link, std::move(message)});
      },
      [step](LinkId link) { step(input::LinkDown{link}); },
      [this](const std::string& line) { log_.warn(line); },
  };
}

void Daemon::Running::not_accepted(const std::string& why) {
  const auto line = remarks_.remark("shops", "cannot be accepted: " + why, std::chrono::steady_clock::now());
  if (line) log_.warn(*line);
}

// What a failed ledger holds is not known, and nothing that rests on it was said: only a fresh start knows.
void Daemon::Running::disk_failed(const std::string& detail) {
  log_.error("the ledger failed, and the daemon stops: " + detail);
  std::_Exit(static_cast<int>(ExitCode::disk));
}

void Daemon::Running::schedule() {
  const auto next = node_->next_deadline();
  if (next == armed_) return;
  armed_ = next;
  if (!next) {
    deadline_.cancel();
    return;
  }
  // What is to be freed goes on at once, with whatever else has come in between.
  const NodeTime now = clock_->now().node;
  const Millis left = std::max(Millis(node_->has_expired(now) ? 0 : 1), *next - now);
  deadline_.expires_after(left);
  deadline_.async_wait([this](const error_code& error) {
    if (error || finishing_) return;
    armed_.reset();
    node_->tick(clock_->now());
    schedule();
  });
}

void Daemon::Running::every_second() {
  second_.expires_after(std::chrono::seconds(1));
  second_.async_wait([this](const error_code& error) {
    if (!error && !finishing_) every_second();
  });
  supervisor_.alive();
  const api::Tally& tally = gateway_.tally();
  const std::int64_t now_us = steady_us();
  node_->step(clock_->now(), input::Measured{tally.recent_us(now_us, 0.5), tally.recent_us(now_us, 0.99)});
  ledger_port_->ask_sizes();
  if (!node_->has_room()) ledger_port_->ask_room();
  average_batches();
  tell_of_stalls();
  log_notices();
  schedule();
}

void Daemon::Running::average_batches() {
  if (batches_ == 0) return;
  batch_records_ =
      static_cast<double>(std::exchange(records_, 0)) / static_cast<double>(std::exchange(batches_, 0));
}

void Daemon::Running::tell_of_stalls() {
  constexpr Millis long_commit{1'000};
  if (const Millis longest = stalls_.take_longest(); longest >= StallWatch::told_from)
    log_.warn("the loop stood still for " + std::to_string(longest.count()) + " ms: nobody was served");
  if (const Millis longest(std::exchange(longest_commit_us_, 0) / 1000);
      longest >= long_commit && !stalls_.explains(longest))
    log_.warn("a commit took " + std::to_string(longest.count()) + " ms: the disk is slow");
}

void Daemon::Running::log_notices() {
  for (const output::Notice& notice : node_->take_notices())
    notice.grave ? log_.error(notice.text) : log_.info(notice.text);
}

void Daemon::Running::wait_for_signal() {
  signals_.async_wait([this](const error_code& error, int) {
    if (error) return;
    wait_for_signal();
    if (!draining_) drain();
  });
}

// No new requests; those that wait are answered; what was recorded is committed; then the ledger is closed.
void Daemon::Running::drain() {
  log_.info("stopping: no new requests, what is under way is finished");
  draining_ = true;
  supervisor_.stopping();
  stop_began_ = std::chrono::steady_clock::now();
  node_->step(clock_->now(), input::Draining{});
  links_->stop();
  http_.drain([this] { native_.drain([this] { finish_when_idle(); }); });
  stop_by_.expires_at(stop_began_ + drain_max);
  stop_by_.async_wait([this](const error_code& error) {
    if (!error) finish();
  });
}

void Daemon::Running::finish_when_idle() {
  if (node_->idle()) return finish();
  look_idle_.expires_after(std::chrono::milliseconds(5));
  look_idle_.async_wait([this](const error_code& error) {
    if (!error) finish_when_idle();
  });
}

void Daemon::Running::finish() {
  if (std::exchange(finishing_, true)) return;
  http_.stop();
  native_.stop();
  for (boost::asio::steady_timer* timer : {&deadline_, &second_, &look_idle_}) timer->cancel();
  stalls_.stop();
  stop_by_.expires_at(stop_began_ + stop_max);
  stop_by_.async_wait([this](const error_code& error) {
    if (!error) end_without_the_disk();
  });
  ledger_->close([this](Result<void, ledger::Error> closed) {
    if (!closed) return disk_failed(closed.error().detail);
    log_.info("stopped");
    io_.stop();
  });
}

// A disk that hangs, or writes a very large import. As after a crash: what was told is there, what was under
// way is or is not.
void Daemon::Running::end_without_the_disk() {
  log_.warn("stopped while the disk was busy: what it was at nobody was told, and the next start settles it");
  std::_Exit(static_cast<int>(ExitCode::stopped));
}

ExitCode Daemon::Running::run() {
  io_.run();
  ledger_.reset();
  return ExitCode::stopped;
}

}  // namespace holdfast
