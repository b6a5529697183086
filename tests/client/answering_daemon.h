// AnsweringDaemon: a native port that takes one connection only, and answers so many calls on it. Whoever
// connects besides, or asks for more, hears nothing.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>
#include <thread>

namespace holdfast {

class AnsweringDaemon {
 public:
  explicit AnsweringDaemon(int answers);

  [[nodiscard]] std::string endpoint() const;

 private:
  void serve(int answers);

  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::jthread serving_;
};

}  // namespace holdfast
