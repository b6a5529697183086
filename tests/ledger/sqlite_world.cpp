#include "ledger/sqlite_world.h"

#include "ledger/sqlite.h"

namespace holdfast::ledger {

SqliteWorld::SqliteWorld() : SqliteWorld(std::filesystem::path()) {}

SqliteWorld::SqliteWorld(const std::filesystem::path& data_dir) {
  options.data_dir = data_dir.empty() ? root() / "eu" : data_dir;
  options.identity = some_identity();
  options.reserve_mb = 0;
  options.run_dir = root() / "run";
  options.machine = "machine-a";
}

Result<OpenLedger, Error> SqliteWorld::open(const Identity& identity) {
  options.identity = identity;
  return SqliteLedger::open(options);
}

OpenLedger SqliteWorld::open() {
  auto opened = open(some_identity());
  if (opened) return std::move(*opened);
  ADD_FAILURE() << opened.error().detail;
  return {};
}

void SqliteWorld::keep_copy(const std::filesystem::path& to) const {
  std::filesystem::copy(data_dir(), to, std::filesystem::copy_options::recursive);
}

void SqliteWorld::put_back(const std::filesystem::path& from) const {
  std::filesystem::remove_all(data_dir());
  std::filesystem::copy(from, data_dir(), std::filesystem::copy_options::recursive);
}

void SqliteWorld::forget_run_marks() const { std::filesystem::remove_all(*options.run_dir); }

void SqliteWorld::tamper(const std::string& sql) const {
  auto connection = sql::Connection::open(database().string(), "");
  ASSERT_TRUE(connection);
  const auto done = connection->execute(sql.c_str());
  ASSERT_TRUE(done) << done.error().detail;
}

bool contains(const std::optional<std::string>& text, std::string_view part) {
  return text && text->find(part) != std::string::npos;
}

}  // namespace holdfast::ledger
