// FaultVfs: SQLite's own file system, one of whose calls fails when a test says so.
//
// While one lives it is registered under name(); what it counts and fails are the calls of every file.
#pragma once

#include <cstdint>
#include <string>

namespace holdfast::ledger {

struct FaultPlan {
  enum class Call { read, write, sync, truncate };
  Call call = Call::sync;
  std::uint64_t after = 0;  // this many succeed first
  bool for_ever = true;     // or once
};

class FaultVfs {
 public:
  FaultVfs();
  ~FaultVfs();
  FaultVfs(const FaultVfs&) = delete;
  FaultVfs& operator=(const FaultVfs&) = delete;

  [[nodiscard]] std::string name() const { return "holdfast-fault"; }
  void fail(FaultPlan plan);
  void heal();
  // Since the last fail() or heal(), with those that failed.
  [[nodiscard]] std::uint64_t calls(FaultPlan::Call call) const;
};

}  // namespace holdfast::ledger
