// "Backup": what the names of the files say.
#include "support/one_daemon.h"

namespace holdfast::e2e {
namespace {

using Backup = OneDaemon;

TEST_F(Backup, is_named_after_those_that_are_there_also_when_the_clock_was_ahead_once) {
  const auto folder = daemon().data_dir() / "backups";
  std::filesystem::create_directories(folder);
  for (const std::string name :
       {"eu-20990101-000000-999.db", "eu-21000101-000000-000.txt", "us-21000101-000000-000.db"})
    write_file(folder / name, "");
  EXPECT_TRUE(shop().post("/v1/backup").at("file").ends_with("/eu-20990101-000001-000.db"));
}

}  // namespace
}  // namespace holdfast::e2e
