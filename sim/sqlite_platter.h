// SqlitePlatter: the ledger that ships (ledger/sqlite_ledger.h), on a simulated disk (disk/).
//
// A process may die at any call that an append, or the recovery, makes of the disk; with the power goes any
// part of what was not synced. A twin in memory holds what was promised, and each time the ledger is opened
// it must say what the twin says, with or without the append that nobody was told of. Whatever else it says
// without being fenced is a contradiction, which the audit reports. Owner: Storage.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/sqlite_ledger.h"
#include "sim/disk/disk_vfs.h"
#include "sim/platter.h"
#include "sim/scratch.h"
#include "sim/stage.h"

namespace holdfast::sim {

class SqlitePlatter final : public Platter {
 public:
  SqlitePlatter(Stage& stage, Random random);

  [[nodiscard]] Result<ledger::Opened, ledger::Error> open(const ledger::Identity& drawn) override;
  void load(const ledger::LoadSink& sink) override;
  [[nodiscard]] Result<ledger::Appended, ledger::Error> append(const ledger::Append& what) override;
  [[nodiscard]] Result<std::optional<ledger::JournalBatch>, ledger::Error> read(Position at) override;
  [[nodiscard]] Result<bool, ledger::Error> regain_room() override;
  void settle() override { ledger_->settle(); }
  void die(Death death, Tail tail, const ledger::Append* unfinished) override;

  void set_full(bool full) override { full_ = full; }
  void fail(bool stays) override;
  void mend() override;
  void keep_copy() override { copy_ = disk_; }
  void put_back() override;
  bool rot() override;
  void check_history() override;

  [[nodiscard]] const ledger::MemoryDisk& content() const override { return *twin_; }
  [[nodiscard]] bool tampered_with() const override { return tampered_with_; }
  [[nodiscard]] std::vector<std::string> contradictions() const override { return contradictions_; }

 private:
  struct Loaded {
    std::map<ledger::SliceKey, ledger::Slice> slices;
    std::vector<ledger::JournalBatch> batches;
    bool operator==(const Loaded&) const = default;
  };

  [[nodiscard]] ledger::SqliteOptions options(const ledger::Identity& drawn);
  [[nodiscard]] Result<ledger::Opened, ledger::Error> open_sound(const ledger::Identity& drawn);
  [[nodiscard]] Result<ledger::Opened, ledger::Error> judge(ledger::Opened opened,
                                                            const ledger::Identity& drawn);
  [[nodiscard]] static Result<Loaded, ledger::Error> load_all(ledger::Ledger& ledger);
  [[nodiscard]] bool is_as_promised(const Loaded& found, Position last, const ledger::Identity& drawn);
  [[nodiscard]] bool says_what_the_twin_says(const Loaded& found, Position last);
  // An older copy, or a log whose end has rotted away, may end where it was promised to, and lack slices that
  // were written since: its records say the same. It is what the twin goes on from.
  [[nodiscard]] bool lacks_slices_alone(const Loaded& found, Position last, const ledger::Identity& drawn);
  void promise(const ledger::Append& what);
  void set_twin(const ledger::MemoryDisk& content, const ledger::Identity& drawn);
  [[nodiscard]] Result<ledger::Appended, ledger::Error> write(const ledger::Append& what);
  void plan_the_next_append();
  void write_at_last(const ledger::Append& unfinished, Tail tail);
  void break_disk();
  // Nothing is planned, or what stays.
  void let_calls_go_well();
  // A failure that nothing explains is a contradiction.
  ledger::Error explained(ledger::Error error);
  void contradiction(const std::string& what);

  Stage& stage_;
  Random random_;
  Disk disk_;
  DiskVfs vfs_{disk_};
  Scratch scratch_;
  std::optional<Disk> copy_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::shared_ptr<ledger::MemoryDisk> twin_ = std::make_shared<ledger::MemoryDisk>();
  std::unique_ptr<ledger::Ledger> twin_ledger_;
  // What the twin held before the appends since the last record, which wrote slices alone.
  std::optional<ledger::MemoryDisk> before_slices_;
  std::vector<ledger::Append> slices_since_;
  Loaded loaded_;
  std::optional<ledger::Append> unresolved_;  // nobody was told whether it is there
  std::uint64_t calls_of_an_append_ = 8;
  bool full_ = false;
  bool room_ = true;
  bool failing_ = false;     // once
  bool has_failed_ = false;  // so, since it was opened
  bool broken_ = false;      // for ever, until it is mended
  bool calm_ = false;        // mended: the next recovery is not cut short
  bool fenced_ = false;
  bool tampered_with_ = false;  // rot, or an older copy
  std::vector<std::string> contradictions_;
};

}  // namespace holdfast::sim
