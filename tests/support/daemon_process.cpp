#include "support/daemon_process.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <csignal>

#include "support/paths.h"

namespace holdfast::e2e {

namespace fs = std::filesystem;

namespace {

// The mark that a daemon leaves in the machine's memory goes with its directory.
void forget_run_mark(const std::string& region, const std::string& incarnation) {
  const auto dash = incarnation.find('-');
  if (dash == std::string::npos) return;
  std::error_code ignored;
  fs::remove("/run/holdfast/" + region + incarnation.substr(dash) + ".mark", ignored);
}

}  // namespace

const std::string& holdfastd() {
  static const std::string program = test::bin_dir() + "/holdfastd";
  return program;
}

std::string toml(const DaemonConfig& config) {
  std::string text =
      "cluster = \"" + config.cluster + "\"\nregion = \"" + config.region + "\"\ndata_dir = \"data\"\n";
  text += "[http]\nlisten = \"127.0.0.1:0\"\n[gossip]\nlisten = \"127.0.0.1:" +
          std::to_string(config.gossip_port);
  text += "\"\nheartbeat_ms = " + std::to_string(config.heartbeat_ms);
  text += "\ncut_off_after_ms = " + std::to_string(config.cut_off_after_ms) + "\n[disk]\nreserve_mb = 1\n";
  text += config.more;
  for (const DaemonConfig::Peer& peer : config.peers) {
    text += "[[peer]]\nregion = \"" + peer.region + "\"\n";
    if (!peer.address.empty()) text += "address = \"" + peer.address + "\"\n";
  }
  return text;
}

DaemonProcess::DaemonProcess(fs::path dir, DaemonConfig config)
    : dir_(std::move(dir)), config_(std::move(config)) {
  fs::create_directories(dir_);
  write_file(config_file(), toml(config_));
}

DaemonProcess::~DaemonProcess() {
  process_.reset();
  const std::string said = log();
  for (const char* complaint : {"Sanitizer", "runtime error:", "broken promise"})
    EXPECT_EQ(said.find(complaint), std::string::npos) << said;
  forget_run_mark(config_.region, incarnation_);
}

void DaemonProcess::launch(const std::vector<std::string>& arguments) {
  process_.reset();
  fs::remove(data_dir() / "addresses.json");
  std::vector<std::string> command = under_;
  for (const std::string& word : {holdfastd(), std::string("run"), std::string("--config")})
    command.push_back(word);
  command.push_back(config_file().string());
  command.insert(command.end(), arguments.begin(), arguments.end());
  process_.emplace(command, dir_ / "log");
}

bool DaemonProcess::serves(milliseconds within) {
  const bool serving = eventually(
      [&] {
        if (process_->exit_code()) return true;
        if (http().empty()) return false;
        const int status = shop(1s).get("/readyz").status;
        return status == 200;
      },
      within);
  if (!serving || process_->exit_code()) return false;
  incarnation_ = shop().get("/v1/status").at("incarnation");
  return true;
}

bool DaemonProcess::start(const std::vector<std::string>& arguments) {
  launch(arguments);
  return serves();
}

void DaemonProcess::kill() {
  process_->signal(SIGKILL);
  static_cast<void>(process_->exit_code(10s));
}

std::optional<int> DaemonProcess::stop() {
  process_->signal(SIGTERM);
  const auto code = process_->exit_code(12s);
  if (!code) kill();
  return code;
}

std::optional<int> DaemonProcess::exit_code(milliseconds within) { return process_->exit_code(within); }

std::string DaemonProcess::address(const char* whose) const {
  boost::system::error_code error;
  const auto json = boost::json::parse(read_file(data_dir() / "addresses.json"), error);
  const auto* object = json.if_object();
  const auto* found = object == nullptr ? nullptr : object->if_contains(whose);
  return found == nullptr ? std::string() : std::string(found->as_string());
}

bool DaemonProcess::logged(const std::string& text, milliseconds within) const {
  return eventually([&] { return log().find(text) != std::string::npos; }, within);
}

}  // namespace holdfast::e2e
