// LookUp: the addresses of a name, asked for on a thread of its own.
//
// A look-up cannot be called off, and takes as long as the name server lets it: half a minute, say. So its
// thread is left behind where nobody waits for it any more.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace holdfast {

class LookUp {
 public:
  struct Found {
    int error = 0;  // of getaddrinfo; 0: none
    std::vector<boost::asio::ip::tcp::endpoint> places;
  };
  using Tell = std::function<void(Found)>;

  // `tell` is called once, on the thread that asks, and not at all once this is gone.
  LookUp(std::string host, std::string port, Tell tell);
  ~LookUp();
  LookUp(LookUp&&) = delete;

 private:
  struct Asker;
  std::shared_ptr<Asker> asker_;
};

}  // namespace holdfast
