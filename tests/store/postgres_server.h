// PostgresServer: a PostgreSQL of the test's own, on a socket in a directory of its own. Not as root, which
// it refuses: then as the user postgres. Nothing of it is left when the value ends.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "support/process.h"

namespace holdfast::store {

class PostgresServer {
 public:
  // Where the server's programs lie; empty: it is not installed.
  [[nodiscard]] static std::string programs();

  PostgresServer();
  ~PostgresServer();
  [[nodiscard]] bool start();
  void kill();  // as by kill -9, all of it
  [[nodiscard]] std::string url() const { return "postgres:///postgres?user=postgres&host=" + data(); }
  [[nodiscard]] std::string log() const { return e2e::read_file(dir_ / "log"); }
  [[nodiscard]] bool made() const { return made_; }

 private:
  [[nodiscard]] std::string data() const { return dir_ / "data"; }
  [[nodiscard]] static std::vector<std::string> unprivileged(std::vector<std::string> command);

  e2e::TempDir dir_;
  bool made_ = false;
  std::optional<e2e::Process> process_;
};

}  // namespace holdfast::store
