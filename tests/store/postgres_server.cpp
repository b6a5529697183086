#include "store/postgres_server.h"

#include <pwd.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "store/database.h"

namespace holdfast::store {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

std::string PostgresServer::programs() {
  for (const auto* version : {"15", "16", "17"}) {
    const std::string bin = std::string("/usr/lib/postgresql/") + version + "/bin";
    if (fs::exists(bin + "/initdb") && (::geteuid() != 0 || ::getpwnam("postgres"))) return bin;
  }
  return {};
}

PostgresServer::PostgresServer() {
  fs::create_directory(data());
  if (::geteuid() == 0) {
    const passwd* user = ::getpwnam("postgres");
    fs::permissions(dir_.path(), fs::perms::owner_all | fs::perms::others_exec | fs::perms::others_read);
    made_ = user && ::chown(data().c_str(), user->pw_uid, user->pw_gid) == 0;
    if (!made_) return;
  }
  const auto ran =
      e2e::run(unprivileged({programs() + "/initdb", "--pgdata", data(), "--username", "postgres", "--auth",
                             "trust", "--no-sync", "--encoding", "UTF8", "--locale", "C"}),
               120s);
  made_ = ran.code == 0;
  if (!made_) std::printf("%s\n", ran.printed.c_str());
}

PostgresServer::~PostgresServer() { kill(); }

bool PostgresServer::start() {
  return e2e::eventually(
      [&] {
        // One that was killed may hold the memory still: then it ends at once, and is started again.
        if (!process_ || process_->exit_code()) {
          fs::remove(data() + "/postmaster.pid");
          process_.emplace(
              unprivileged({programs() + "/postgres", "-D", data(), "-k", data(), "-c", "listen_addresses="}),
              dir_ / "log");
        }
        return open_store(url()).has_value();
      },
      60s);
}

// The server's children end when it is gone; its memory must be free before another may use the files.
void PostgresServer::kill() {
  if (!process_) return;
  process_->signal(SIGQUIT);  // without a checkpoint: the next start recovers
  if (!process_->exit_code(10s)) process_->signal(SIGKILL);
  std::ignore = process_->exit_code(10s);
  process_.reset();
}

std::vector<std::string> PostgresServer::unprivileged(std::vector<std::string> command) {
  if (::geteuid() != 0) return command;
  std::vector<std::string> words{"/usr/bin/setpriv", "--reuid",       "postgres",    "--regid",
                                 "postgres",         "--init-groups", "--pdeathsig", "KILL"};
  words.insert(words.end(), command.begin(), command.end());
  return words;
}

}  // namespace holdfast::store
