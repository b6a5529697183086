#include "ledger/marks.h"

#include <algorithm>
#include <cstdio>

#include "base/assert.h"
#include "base/digest.h"
#include "ledger/machine.h"
#include "ledger/try.h"

namespace holdfast::ledger {
namespace {

// Half of what is promised, so that a change and the next call together stay within the second.
constexpr auto sync_period = std::chrono::milliseconds(500);

std::uint64_t digest_of(const std::filesystem::path& directory) {
  std::error_code ignored;
  return checksum(bytes_of(std::filesystem::weakly_canonical(directory, ignored).string()));
}

std::string number_of(Position position) { return std::to_string(position.value()); }

std::string behind(Position last, Position marked) {
  return "ledger ends at " + number_of(last) + ", its mark says " + number_of(marked) +
         ": this directory was restored from an older copy, or its end was lost; what it sold since is unknown "
         "here: put the newest copy back, or start this region anew with an empty data_dir";
}

constexpr const char* copied =
    "ledger has records, but no mark of this machine: the directory was copied or moved here; make sure that "
    "it runs nowhere else, then start it with --moved";

constexpr const char* gone =
    "ledger has records, but the mark beside it is gone: if the directory was taken from another place, make "
    "sure that it runs nowhere else, then start it with --moved";

constexpr const char* not_closed =
    "--moved was given, but this ledger was not stopped cleanly where it last ran, so that its end may be "
    "missing: start it once more there, stop it with SIGTERM, and move it again";

}  // namespace

std::optional<std::string> judge(const LedgerFacts& ledger, const MarkFindings& found,
                                 const std::string& machine, std::uint64_t directory) {
  const auto ours = [&](const std::optional<Mark>& mark) { return mark && mark->replica == ledger.replica; };
  Position marked;
  if (ours(found.beside)) marked = std::max(marked, found.beside->position);
  if (ours(found.run)) marked = std::max(marked, found.run->position);
  if (ledger.last < marked) return behind(ledger.last, marked);

  const bool known_beside = ours(found.beside) && found.beside->machine == machine;
  // The run mark goes by replica: it also stands for a copy on this machine, in another place.
  const bool known_running =
      ours(found.run) && found.run->machine == machine && found.run->directory == directory;
  // The one beside is made before the first record: where it is gone, somebody has had the directory in hand.
  const bool is_beside = found.beside || found.beside_is_damaged;
  if (ledger.last == Position() || known_beside || (known_running && is_beside)) return std::nullopt;
  if (!ledger.moved) return is_beside || !known_running ? copied : gone;
  return ledger.closed || known_running ? std::nullopt : std::optional<std::string>(not_closed);
}

Marks::Marks(const MarkPlaces& places, const ReplicaId& replica, SteadyClock clock)
    : data_dir_(places.data_dir),
      run_dir_(places.run_dir ? *places.run_dir : run_directory()),
      machine_(places.machine ? *places.machine : machine_id()),
      directory_(digest_of(places.data_dir)),
      replica_(replica),
      clock_(std::move(clock)) {
  HF_ASSERT(data_dir_.is_absolute());
}

std::filesystem::path Marks::beside_path() const { return data_dir_.string() + ".mark"; }

std::filesystem::path Marks::run_path(const char* kind) const {
  char nonce[20];
  std::snprintf(nonce, sizeof nonce, "%016llx", static_cast<unsigned long long>(replica_.incarnation.nonce));
  return run_dir_ / (replica_.region + "-" + nonce + "." + kind);
}

Mark Marks::mark(Position position) const {
  return {.replica = replica_, .machine = machine_, .directory = directory_, .position = position};
}

Result<ProcessLock, Error> Marks::take_lock() const {
  HF_TRY(make_directory(run_dir_));
  return ProcessLock::take(
      run_path("lock"),
      {.in_use = data_dir_.string() + " is a copy: the ledger of " + replica_.region + " is in use",
       .to_do = "both would sell the same units; give this one a data_dir of its own, or, if this is the one "
                "to go on with, stop that process first"});
}

Result<Marks::Findings, Error> Marks::look(const LedgerFacts& ledger) {
  Findings findings;
  MarkFindings found;
  auto lock = take_lock();  // before anything is judged: whoever had it may just have written
  HF_LET(beside, MarkFile::look(beside_path()));
  found.beside = beside.mark;
  found.beside_is_damaged = beside.unreadable;
  if (beside.unreadable) findings.warnings.push_back(beside_path().string() + " is damaged, and is ignored");
  if (auto run = MarkFile::look(run_path("mark"))) {
    found.run = run->mark;
    if (run->unreadable)
      findings.warnings.push_back(run_path("mark").string() + " is damaged, and is ignored");
  }
  if (ledger.made && beside.mark && beside.mark->replica != replica_)
    findings.warnings.push_back(data_dir_.string() + " is new, but a mark says that " +
                                beside.mark->replica.region + " kept a ledger of " +
                                number_of(beside.mark->position) +
                                " records there: what it had sold and told nobody is lost");
  if (machine_.empty())
    findings.warnings.push_back("this machine has no /etc/machine-id: a copied disk is not noticed");
  findings.fenced = judge(ledger, found, machine_, directory_);
  if (findings.fenced) {  // sells nothing: it may be looked at beside the one that does
    if (const auto kept = outlive_a_power_cut(found); !kept) findings.warnings.push_back(kept.error().detail);
  } else if (lock) {
    lock_ = std::move(*lock);
  } else if (lock.error().trouble == Trouble::locked) {
    return failure(lock.error());
  }  // otherwise there is no run mark either, and begin() warns of that
  return findings;
}

// What the mark in memory alone knows, and what fences, would be forgotten when the machine starts again: a
// ledger that has lost its end would then be taken for whole.
Result<void, Error> Marks::outlive_a_power_cut(const MarkFindings& found) const {
  const bool both = found.run && found.beside && found.run->replica == replica_ &&
                    found.beside->replica == replica_ && found.beside->machine == machine_;
  if (!both || found.beside->position >= found.run->position) return {};
  HF_LET(file, MarkFile::open(beside_path(), Sync::yes));
  Mark kept = *found.beside;
  kept.position = found.run->position;
  return file.write(kept);
}

Result<std::vector<std::string>, Error> Marks::begin(Position last) {
  HF_LET(file, MarkFile::open(beside_path(), Sync::yes));
  beside_ = std::move(file);
  durable_ = last;
  HF_TRY(finish());
  HF_TRY(finish());  // both slots: so that no later mark needs space, and none of another ledger is left
  if (auto begun = begin_run_mark(last); !begun)
    return std::vector{begun.error().detail +
                       ": a ledger that loses its last second of records in a crash may not be noticed"};
  return std::vector<std::string>();
}

Result<void, Error> Marks::begin_run_mark(Position last) {
  HF_TRY(make_directory(run_dir_));
  HF_LET(file, MarkFile::open(run_path("mark"), Sync::no));
  HF_TRY(file.write(mark(last)));
  run_ = std::move(file);
  return {};
}

Result<void, Error> Marks::advance(Position durable) {
  HF_ASSERT(durable >= durable_);
  if (durable == durable_) return settle();
  durable_ = durable;
  if (run_) HF_TRY(run_->write(mark(durable)));
  return settle();
}

Result<void, Error> Marks::settle() {
  if (synced_ == durable_ || clock_() - synced_at_ < sync_period) return {};
  return finish();
}

Result<void, Error> Marks::finish() {
  HF_TRY(beside_->write(mark(durable_)));
  synced_ = durable_;
  synced_at_ = clock_();
  return {};
}

}  // namespace holdfast::ledger
