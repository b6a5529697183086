// Platter: what a machine keeps beyond the life of a process, and the ledger that is open on it.
//
//   open() --> load() --> append()* / read()* --> die()             open() again finds what became of it
//
// MemoryPlatter is the ledger's twin in memory: an append is on it whole or not at all. SqlitePlatter
// (sqlite_platter.h) is the ledger that ships, on a disk that may do worse. Both say what they hold as a
// MemoryDisk, which is never cut, so that it has the region's whole life. Owner: Storage.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "ledger/memory_ledger.h"
#include "sim/machine.h"

namespace holdfast::sim {

// What becomes of the append that was under way.
enum class Tail { lost, kept };

class Platter {
 public:
  virtual ~Platter() = default;

  [[nodiscard]] virtual Result<ledger::Opened, ledger::Error> open(const ledger::Identity& drawn) = 0;
  virtual void load(const ledger::LoadSink& sink) = 0;
  // After an error the process must die.
  [[nodiscard]] virtual Result<ledger::Appended, ledger::Error> append(const ledger::Append& what) = 0;
  [[nodiscard]] virtual Result<std::optional<ledger::JournalBatch>, ledger::Error> read(Position at) = 0;
  [[nodiscard]] virtual Result<bool, ledger::Error> regain_room() = 0;
  virtual void settle() {}
  virtual void die(Death death, Tail tail, const ledger::Append* unfinished) = 0;

  // Faults
  virtual void set_full(bool full) = 0;
  // A call that one of the next appends makes of the disk fails; `stays`: and all calls after it.
  virtual void fail(bool stays) = 0;
  virtual void mend() = 0;
  // An older copy takes the place of what there is; only while nothing runs on it.
  virtual void keep_copy() = 0;
  virtual void put_back() = 0;
  // Bits of what lies on it turn over; false: there is nothing that could.
  virtual bool rot() { return false; }

  // What it holds, by what was promised.
  [[nodiscard]] virtual const ledger::MemoryDisk& content() const = 0;
  // Nothing may be expected of it any more but that it says so.
  [[nodiscard]] virtual bool tampered_with() const { return false; }
  // At the end: history, too, is what was promised; of a ledger that is open.
  virtual void check_history() {}
  // What its ledger said that it must not say, in words.
  [[nodiscard]] virtual std::vector<std::string> contradictions() const { return {}; }
};

class MemoryPlatter final : public Platter {
 public:
  [[nodiscard]] Result<ledger::Opened, ledger::Error> open(const ledger::Identity& drawn) override;
  void load(const ledger::LoadSink& sink) override;
  [[nodiscard]] Result<ledger::Appended, ledger::Error> append(const ledger::Append& what) override;
  [[nodiscard]] Result<std::optional<ledger::JournalBatch>, ledger::Error> read(Position at) override;
  [[nodiscard]] Result<bool, ledger::Error> regain_room() override { return !full_; }
  void die(Death death, Tail tail, const ledger::Append* unfinished) override;

  void set_full(bool full) override { full_ = full; }
  void fail(bool) override { failing_ = true; }
  void mend() override { full_ = failing_ = false; }
  void keep_copy() override { copy_ = *disk_; }
  void put_back() override;
  [[nodiscard]] bool tampered_with() const override { return tampered_with_; }

  [[nodiscard]] const ledger::MemoryDisk& content() const override { return *disk_; }

 private:
  std::shared_ptr<ledger::MemoryDisk> disk_ = std::make_shared<ledger::MemoryDisk>();
  ledger::MemoryDisk copy_;
  std::unique_ptr<ledger::Ledger> ledger_;
  bool full_ = false;
  bool failing_ = false;
  bool tampered_with_ = false;
};

}  // namespace holdfast::sim
