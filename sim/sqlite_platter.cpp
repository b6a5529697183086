#include "sim/sqlite_platter.h"

#include <chrono>

#include "base/assert.h"

namespace holdfast::sim {

namespace {

constexpr std::uint64_t one_recovery_dies_in = 12;
constexpr std::uint64_t calls_of_a_recovery = 60;
constexpr std::uint64_t bits_turned_max = 20;

}  // namespace

SqlitePlatter::SqlitePlatter(Stage& stage, Random random)
    : stage_(stage), random_(random), disk_(random_()) {}

ledger::SqliteOptions SqlitePlatter::options(const ledger::Identity& drawn) {
  ledger::SqliteOptions options;
  options.data_dir = scratch_.path() / "data";
  options.identity = drawn;
  options.reserve_mb = 1;
  options.vfs = vfs_.name();
  options.run_dir = scratch_.path() / "run";
  options.machine = "machine";
  options.clock = [this] {
    return std::chrono::steady_clock::time_point(stage_.queue.now().time_since_epoch());
  };
  return options;
}

Result<ledger::Opened, ledger::Error> SqlitePlatter::open(const ledger::Identity& drawn) {
  HF_ASSERT(!ledger_);
  let_calls_go_well();
  const bool dies = !broken_ && !calm_ && random_.one_in(one_recovery_dies_in);
  if (dies) disk_.plan({.kind = DiskFault::Kind::power_cut, .after = random_.below(calls_of_a_recovery)});
  auto opened = open_sound(drawn);
  if (dies && disk_.struck()) {
    stage_.reached.count(Event::killed_while_opening);
    ledger_.reset();
    let_calls_go_well();
    return failure(ledger::Error{ledger::Trouble::failed, "it was killed while it opened its ledger"});
  }
  if (!opened) {
    ledger_.reset();
    stage_.reached.count(tampered_with_ ? Event::rot_found : Event::ledger_did_not_open);
    return failure(explained(opened.error()));
  }
  stage_.reached.count(Event::opened_with_sqlite);
  return judge(*std::move(opened), drawn);
}

Result<ledger::Opened, ledger::Error> SqlitePlatter::open_sound(const ledger::Identity& drawn) {
  auto open = ledger::SqliteLedger::open(options(drawn));
  if (!open) return failure(open.error());
  auto loaded = load_all(*open->ledger);
  if (!loaded) return failure(loaded.error());
  ledger_ = std::move(open->ledger);
  loaded_ = *std::move(loaded);
  return std::move(open->opened);
}

// What it found, held against what was promised.
Result<ledger::Opened, ledger::Error> SqlitePlatter::judge(ledger::Opened opened,
                                                           const ledger::Identity& drawn) {
  set_twin(*twin_, drawn);
  room_ = true;
  has_failed_ = false;
  fenced_ = opened.fenced.has_value();
  const auto unresolved = std::exchange(unresolved_, std::nullopt);
  if (fenced_) {
    stage_.reached.count(Event::fenced_by_a_mark);
    if (!tampered_with_) contradiction("is fenced, although nothing befell its disk: " + *opened.fenced);
    return opened;
  }
  if (is_as_promised(loaded_, opened.last, drawn)) return opened;
  if (unresolved) promise(*unresolved);
  if (unresolved && is_as_promised(loaded_, opened.last, drawn)) return opened;
  contradiction("its ledger ends at " + std::to_string(opened.last.value()) + " and what was promised at " +
                std::to_string(twin_->last.value()) + ", or their contents differ, and it is not fenced");
  ledger_.reset();
  return failure(ledger::Error{ledger::Trouble::damaged, contradictions_.back()});
}

Result<SqlitePlatter::Loaded, ledger::Error> SqlitePlatter::load_all(ledger::Ledger& ledger) {
  Loaded loaded;
  const auto done = ledger.load({
      [&](const ledger::Slice& slice) { loaded.slices.emplace(slice.key, slice); },
      [&](const ledger::JournalBatch& batch) { loaded.batches.push_back(batch); },
  });
  if (!done) return failure(done.error());
  return loaded;
}

bool SqlitePlatter::is_as_promised(const Loaded& found, Position last, const ledger::Identity& drawn) {
  return says_what_the_twin_says(found, last) || (tampered_with_ && lacks_slices_alone(found, last, drawn));
}

bool SqlitePlatter::says_what_the_twin_says(const Loaded& found, Position last) {
  const auto promised = load_all(*twin_ledger_);
  return last == twin_->last && promised && found == *promised;
}

bool SqlitePlatter::lacks_slices_alone(const Loaded& found, Position last, const ledger::Identity& drawn) {
  if (!before_slices_ || last != twin_->last) return false;
  const ledger::MemoryDisk all = *twin_;
  set_twin(*before_slices_, drawn);
  for (std::size_t there = 0; there < slices_since_.size(); ++there) {
    if (says_what_the_twin_says(found, last)) {
      slices_since_.resize(there);
      return true;
    }
    std::ignore = twin_ledger_->append(slices_since_[there]);
  }
  set_twin(all, drawn);
  return false;
}

void SqlitePlatter::promise(const ledger::Append& what) {
  if (!what.batches.empty()) {
    before_slices_.reset();
    slices_since_.clear();
  } else {
    if (!before_slices_) before_slices_ = *twin_;
    slices_since_.push_back(what);
  }
  std::ignore = twin_ledger_->append(what);
}

void SqlitePlatter::set_twin(const ledger::MemoryDisk& content, const ledger::Identity& drawn) {
  twin_ = std::make_shared<ledger::MemoryDisk>(content);
  auto twin = ledger::MemoryLedger::open(twin_, drawn);
  HF_ASSERT(twin.has_value());
  twin_ledger_ = std::move(twin->ledger);
}

void SqlitePlatter::load(const ledger::LoadSink& sink) {
  for (const auto& [key, slice] : loaded_.slices) sink.slice(slice);
  for (const ledger::JournalBatch& batch : loaded_.batches) sink.batch(batch);
  loaded_ = {};
}

void SqlitePlatter::plan_the_next_append() {
  if (broken_) return;
  let_calls_go_well();
  if (failing_)
    disk_.plan({.kind = DiskFault::Kind::io_error, .after = random_.below(calls_of_an_append_)});
  else if (full_ && room_)
    disk_.plan({.kind = DiskFault::Kind::full, .after = random_.below(calls_of_an_append_)});
}

Result<ledger::Appended, ledger::Error> SqlitePlatter::append(const ledger::Append& what) {
  plan_the_next_append();
  const std::uint64_t before = disk_.calls();
  auto appended = write(what);
  calls_of_an_append_ = disk_.calls() - before + 1;
  if (failing_ && disk_.struck()) {
    failing_ = false;
    has_failed_ = true;
  }
  if (!appended) return failure(explained(appended.error()));
  let_calls_go_well();
  return appended;
}

Result<ledger::Appended, ledger::Error> SqlitePlatter::write(const ledger::Append& what) {
  auto appended = ledger_->append(what);
  if (!appended) {
    unresolved_ = what;
    return appended;
  }
  room_ = appended->room;
  promise(what);
  ledger_->settle();
  return appended;
}

Result<std::optional<ledger::JournalBatch>, ledger::Error> SqlitePlatter::read(Position at) {
  auto found = ledger_->read(at);
  if (!found) {
    if (tampered_with_) stage_.reached.count(Event::rot_found);
    return failure(explained(found.error()));
  }
  if (!fenced_ && *found != *twin_ledger_->read(at))
    contradiction("reads something else at " + std::to_string(at.value()) + " than was promised");
  return found;
}

Result<bool, ledger::Error> SqlitePlatter::regain_room() {
  if (full_) return false;
  auto room = ledger_->regain_room();
  if (room) room_ = *room;
  return room;
}

void SqlitePlatter::die(Death death, Tail tail, const ledger::Append* unfinished) {
  if (unfinished != nullptr && !unresolved_) write_at_last(*unfinished, tail);
  ledger_.reset();
  twin_ledger_.reset();
  let_calls_go_well();
  if (death == Death::process) return;
  disk_.lose_power();
  std::error_code ignored;
  std::filesystem::remove_all(scratch_.path() / "run", ignored);
  if (broken_) break_disk();
}

// In the middle of its last append, or right after it.
void SqlitePlatter::write_at_last(const ledger::Append& unfinished, Tail tail) {
  let_calls_go_well();
  if (!broken_ && tail == Tail::lost)
    disk_.plan({.kind = DiskFault::Kind::power_cut, .after = random_.below(calls_of_an_append_)});
  std::ignore = write(unfinished);
  if (disk_.struck()) stage_.reached.count(Event::append_torn);
}

void SqlitePlatter::fail(bool stays) {
  failing_ = true;
  if (!stays) return;
  stage_.reached.count(Event::disk_stays_broken);
  broken_ = true;
  calm_ = false;
  break_disk();
}

void SqlitePlatter::break_disk() {
  disk_.plan({.kind = DiskFault::Kind::io_error,
              .after = random_.below(10 * calls_of_an_append_),
              .for_ever = true});
}

void SqlitePlatter::mend() {
  full_ = failing_ = broken_ = false;
  calm_ = true;
  disk_.heal();
}

void SqlitePlatter::put_back() {
  HF_ASSERT(!ledger_);
  if (!copy_) return;
  disk_ = *copy_;
  let_calls_go_well();
  tampered_with_ = true;
}

bool SqlitePlatter::rot() {
  HF_ASSERT(!ledger_);
  const auto files = disk_.names();
  const std::string& file = files[random_.below(files.size())];
  const std::uint64_t size = disk_.size(file);
  if (size == 0) return false;
  for (std::uint64_t bits = 1 + random_.below(bits_turned_max); bits > 0; --bits)
    disk_.turn_bit(file, random_.below(size * 8));
  tampered_with_ = true;
  return true;
}

void SqlitePlatter::check_history() {
  if (broken_ || fenced_ || !ledger_) return;
  for (const auto& [first, batch] : twin_->batches) {
    const auto found = ledger_->read(first);
    if (!found && tampered_with_) return;
    if (!found || *found != batch)
      return contradiction("reads something else at " + std::to_string(first.value()) + " than was promised");
  }
}

void SqlitePlatter::let_calls_go_well() {
  if (!broken_) disk_.heal();
}

ledger::Error SqlitePlatter::explained(ledger::Error error) {
  if (!disk_.struck() && !has_failed_ && !tampered_with_ && !broken_)
    contradiction("fails, although nothing befell its disk: " + error.detail);
  return error;
}

void SqlitePlatter::contradiction(const std::string& what) {
  if (contradictions_.size() < 5) contradictions_.push_back(what);
}

}  // namespace holdfast::sim
