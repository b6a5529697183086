// MarkFile: how far a ledger has come, written where a copy or a loss of the ledger does not reach it.
//
// Two slots of 512 bytes, at 0 and 4096, written in turn and in place, so that a torn write spoils the older
// one only and no space is ever needed. The newest slot whose checksum fits is the mark.
//
//     0  magic     "HFMARK1\n"            40  directory  XXH3 of the data directory's path
//     8  sequence  of this write          48  machine    64 bytes, padded with zeros
//    16  position                        112  region     64 bytes, padded with zeros
//    24  made_ms   of the incarnation    176  zeros
//    32  nonce     of the incarnation    504  checksum   XXH3 of the first 504
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>

#include "ledger/files.h"

namespace holdfast::ledger {

struct Mark {
  ReplicaId replica;
  std::string machine;  // at most 63 bytes
  std::uint64_t directory = 0;
  Position position;
  bool operator==(const Mark&) const = default;
};

enum class Sync { no, yes };

class MarkFile {
 public:
  struct Found {
    std::optional<Mark> mark;
    bool unreadable = false;  // there is something, but it is no mark
  };
  // Changes nothing. A file that is not there, or empty, is no mark.
  [[nodiscard]] static Result<Found, Error> look(const std::filesystem::path& path);

  // For writing; makes the file if it is missing, its name durable with Sync::yes.
  [[nodiscard]] static Result<MarkFile, Error> open(const std::filesystem::path& path, Sync sync);

  // With Sync::yes it is on disk when this returns. Replaces the older slot.
  [[nodiscard]] Result<void, Error> write(const Mark& mark);

 private:
  MarkFile(std::filesystem::path path, File file, Sync sync)
      : path_(std::move(path)), file_(std::move(file)), sync_(sync) {}

  std::filesystem::path path_;
  File file_;
  Sync sync_;
  std::uint64_t sequence_ = 0;
};

}  // namespace holdfast::ledger
