// Supervisor: tells the service manager that started this daemon how it is, by the protocol of sd_notify(3).
//
// Without NOTIFY_SOCKET nobody asked, and nothing is said. What cannot be said is not tried again: the
// manager's own deadlines deal with a daemon that is silent.
#pragma once

#include <string>
#include <string_view>

namespace holdfast {

class Supervisor {
 public:
  Supervisor();  // by NOTIFY_SOCKET
  explicit Supervisor(std::string address) : address_(std::move(address)) {}

  void ready() const { say("READY=1"); }
  void alive() const { say("WATCHDOG=1"); }  // more often than WatchdogSec
  void stopping() const { say("STOPPING=1"); }

 private:
  void say(std::string_view state) const;

  std::string address_;  // of a Unix datagram socket; one that begins with @ is abstract; empty: nobody asked
};

}  // namespace holdfast
