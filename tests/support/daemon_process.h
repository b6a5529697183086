// DaemonProcess: one holdfastd with its configuration, its ledger and its log in a directory of the test's.
#pragma once

#include <csignal>
#include <optional>
#include <string>
#include <vector>

#include "support/http_shop.h"
#include "support/process.h"

namespace holdfast::e2e {

struct DaemonConfig {
  std::string cluster = "test";
  std::string region = "eu";
  std::uint16_t gossip_port = 0;
  struct Peer {
    std::string region;
    std::string address;  // empty: it is only accepted from
  };
  std::vector<Peer> peers = {};
  int heartbeat_ms = 100;
  int cut_off_after_ms = 800;
  std::string more = {};  // further sections
};
[[nodiscard]] std::string toml(const DaemonConfig& config);

[[nodiscard]] const std::string& holdfastd();

class DaemonProcess {
 public:
  // Writes DIR/holdfast.toml; the ledger is DIR/data. Starts nothing.
  DaemonProcess(std::filesystem::path dir, DaemonConfig config);
  ~DaemonProcess();
  DaemonProcess(DaemonProcess&&) = default;

  // True: it serves.
  [[nodiscard]] bool start(const std::vector<std::string>& arguments = {});
  // From the next start on it is run by this command, which becomes the daemon.
  void run_under(std::vector<std::string> command) { under_ = std::move(command); }
  // Without waiting for it.
  void launch(const std::vector<std::string>& arguments = {});
  [[nodiscard]] bool serves(milliseconds within = 20s);
  void kill();  // SIGKILL
  [[nodiscard]] pid_t pid() const { return process_->pid(); }
  void signal(int number) { process_->signal(number); }
  void freeze() { process_->signal(SIGSTOP); }
  void thaw() { process_->signal(SIGCONT); }
  // SIGTERM; the exit code, nothing: it had to be killed.
  std::optional<int> stop();
  // For one that is expected to end by itself.
  [[nodiscard]] std::optional<int> exit_code(milliseconds within = 10s);

  [[nodiscard]] Shop shop(milliseconds timeout = 10s) const { return Shop(http(), timeout); }
  [[nodiscard]] std::string http() const { return address("http"); }
  [[nodiscard]] std::string gossip() const { return address("gossip"); }
  [[nodiscard]] std::string native() const { return address("native"); }
  [[nodiscard]] std::string log() const { return read_file(dir_ / "log"); }
  [[nodiscard]] bool logged(const std::string& text, milliseconds within = 10s) const;
  [[nodiscard]] std::filesystem::path data_dir() const { return dir_ / "data"; }
  [[nodiscard]] std::filesystem::path config_file() const { return dir_ / "holdfast.toml"; }
  [[nodiscard]] const DaemonConfig& config() const { return config_; }

 private:
  [[nodiscard]] std::string address(const char* whose) const;

  std::filesystem::path dir_;
  DaemonConfig config_;
  std::optional<Process> process_;
  std::string incarnation_;
  std::vector<std::string> under_;
};

}  // namespace holdfast::e2e
