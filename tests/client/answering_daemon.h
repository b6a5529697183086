// AnsweringDaemon: a native port that takes one connection only, and answers so many calls on it. Whoever
// connects besides, or asks for more, hears nothing; or it dies of being asked for more, or after its last
// answer; or it lets whoever asks for more wait, and hangs up.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>

namespace holdfast {

class AnsweringDaemon {
 public:
  enum class Then { be_silent, die_of_the_next, die, hang_up_late };
  static constexpr std::chrono::milliseconds late{800};

  explicit AnsweringDaemon(int answers, Then then = Then::be_silent);

  ~AnsweringDaemon();  // also where nobody came

  [[nodiscard]] std::string endpoint() const;

 private:
  void serve(int answers, Then then);

  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_;
  const std::uint16_t port_;
  std::jthread serving_;
};

}  // namespace holdfast
