// Ballast: space on the disk, set aside so that what waits can be committed when the disk is full.
//
//   standing --drop() when a commit finds no space--> gone --raise() once there is space again--> standing
//
// A ballast of 0 bytes is never needed and always stands. Owner: SqliteLedger.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/result.h"
#include "ledger/ledger.h"

namespace holdfast::ledger {

class Ballast {
 public:
  // Looks whether DATA_DIR/ballast stands; makes nothing. One of another size than asked for is taken down.
  [[nodiscard]] static Result<Ballast, Error> find(const std::filesystem::path& directory,
                                                   std::uint64_t bytes);

  [[nodiscard]] bool stands() const { return standing_ || bytes_ == 0; }

  // True if the space was given back to the disk; false if there was none to give.
  [[nodiscard]] Result<bool, Error> drop();

  // Stands afterwards if there is space for it, and a quarter more: else it would be dropped again at once.
  [[nodiscard]] Result<void, Error> raise();

 private:
  Ballast(std::filesystem::path directory, std::uint64_t bytes)
      : directory_(std::move(directory)), bytes_(bytes) {}
  [[nodiscard]] std::filesystem::path path() const { return directory_ / "ballast"; }
  [[nodiscard]] Result<void, Error> take_down();

  std::filesystem::path directory_;
  std::uint64_t bytes_;
  bool standing_ = false;
};

}  // namespace holdfast::ledger
