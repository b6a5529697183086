// Disk: a simulated disk in memory, and what becomes of it when the power goes or the medium fails.
//
// Each file has what a process reads of it (its page cache) and what is on the medium; between the two stand
// the changes since the last successful sync. lose_power() decides for each sector of each of those changes
// whether it had reached the medium: any subset survives, a write may be torn at the borders of sectors, and
// a sector that the file grew by without its content holds junk. Names are durable once their directory is
// synced; before, a new file may be gone and a removed one may be back.
//
// A failed sync is Linux's: of what it should have written any part may be on the medium, and no later sync
// writes the rest of it, although a process still reads it. A Disk is a value: a copy of it is the same disk
// at that moment. Owner: a test, or the world of a simulation. Threads: none.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/random.h"

namespace holdfast::sim {

enum class DiskAnswer { done, short_read, io_error, full, missing };

struct DiskFault {
  enum class Kind {
    power_cut,   // this call may or may not reach the medium; every later one fails. Or the process is
                 // killed in it, if no power is lost afterwards
    io_error,    // the call fails; a write or a sync has done some of its work or none
    full,        // a write finds no space; other calls succeed
    short_read,  // a read that gets half of what is there; other calls succeed
    lying_sync,  // a sync that says so and does nothing; other calls succeed
  };
  Kind kind = Kind::power_cut;
  std::uint64_t after = 0;  // this many calls come first
  bool for_ever = false;    // or for one call; a power cut is for ever
};

class Disk {
 public:
  static constexpr std::uint64_t sector_bytes = 512;

  explicit Disk(std::uint64_t seed) : random_(seed) {}

  // Counts calls from here on, and lets them fail as planned.
  void plan(const DiskFault& fault);
  void heal();
  [[nodiscard]] std::uint64_t calls() const { return calls_; }
  // True if the planned fault has struck.
  [[nodiscard]] bool struck() const { return struck_; }

  // The machine starts again: what was not on the medium is gone. No fault is planned afterwards.
  void lose_power();

  // The calls. One that makes a name, removes one or changes a file counts; so do reads and syncs.
  [[nodiscard]] DiskAnswer make(const std::string& name);  // nothing happens if it is there
  [[nodiscard]] DiskAnswer remove(const std::string& name);
  [[nodiscard]] DiskAnswer read(const std::string& name, std::uint64_t at, std::span<std::byte> to);
  [[nodiscard]] DiskAnswer write(const std::string& name, std::uint64_t at, BytesView bytes);
  [[nodiscard]] DiskAnswer truncate(const std::string& name, std::uint64_t size);
  [[nodiscard]] DiskAnswer sync(const std::string& name);
  [[nodiscard]] DiskAnswer sync_names();

  [[nodiscard]] bool exists(const std::string& name) const;
  [[nodiscard]] std::uint64_t size(const std::string& name) const;

  [[nodiscard]] std::vector<std::string> names() const;

  // The bytes as a process reads them, to be looked at or spoilt by a test.
  [[nodiscard]] Bytes& content(const std::string& name);
  // Rot: on the medium, and as it is read.
  void turn_bit(const std::string& name, std::uint64_t bit);

  // What is drawn for whoever runs on this machine.
  [[nodiscard]] std::uint64_t draw() { return random_(); }

 private:
  // A write of `bytes` at `at`, or a new size.
  struct Change {
    std::uint64_t at = 0;
    Bytes bytes;
    bool truncates = false;
  };
  struct File {
    Bytes seen;
    Bytes medium;
    std::vector<Change> unsynced;
    bool name_is_durable = false;
  };
  enum class Call { read, write, sync, other };

  // What the plan says of this call; nothing: it goes well.
  [[nodiscard]] std::optional<DiskFault::Kind> count(Call call);
  // What comes of a call that fails in the middle of its work.
  [[nodiscard]] DiskAnswer fail(DiskFault::Kind kind, File& file, Change change);
  void change(File& file, Change change);
  static void apply(Bytes& to, const Change& change);
  void apply_torn(Bytes& to, const Change& change);
  void lose_power(File& file);

  Random random_;
  std::map<std::string, File> files_;    // as a process sees them
  std::map<std::string, File> removed_;  // back, perhaps, when the power goes
  std::optional<DiskFault> fault_;
  std::uint64_t calls_ = 0;
  bool struck_ = false;
};

}  // namespace holdfast::sim
