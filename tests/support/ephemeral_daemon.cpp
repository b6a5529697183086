#include "support/ephemeral_daemon.h"

#include "support/daemon_process.h"

namespace holdfast::e2e {

// Its one line on stdout: {"http":"127.0.0.1:8420","gossip":"127.0.0.1:8421","pid":123}
EphemeralDaemon::EphemeralDaemon(const std::vector<std::string>& arguments, const std::string& region) {
  std::vector<std::string> command{holdfastd(), "run", "--ephemeral", "--region", region};
  command.insert(command.end(), arguments.begin(), arguments.end());
  process_.emplace(command, dir_ / "log");
  const std::string before = "{\"http\":\"";
  static_cast<void>(eventually([&] {
    const std::string log = process_->log();
    const auto from = log.find(before);
    if (from == std::string::npos || log.find("}\n", from) == std::string::npos)
      return process_->exit_code().has_value();
    const auto text_at = [&](std::size_t begin) { return log.substr(begin, log.find('"', begin) - begin); };
    http_ = text_at(from + before.size());
    const std::string native = "\"native\":\"";
    if (const auto at = log.find(native, from); at != std::string::npos)
      native_ = text_at(at + native.size());
    return true;
  }));
}

}  // namespace holdfast::e2e
