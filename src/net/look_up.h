// LookUp: the addresses of a name, asked for on a thread of its own.
//
// A look-up cannot be called off, and takes as long as the name server lets it: half a minute, say. So its
// thread is left behind where nobody wants to know any more, and no other look-up waits for it. Owner: who
// asks. Threads: the loop's, but for the asking.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace holdfast::net {

class LookUp {
 public:
  using Addresses = std::vector<boost::asio::ip::tcp::endpoint>;
  using Found = std::function<void(const boost::system::error_code&, Addresses)>;

  // `found` is called once, on the loop, and not at all once this is gone.
  LookUp(boost::asio::io_context& io, std::string host, std::uint16_t port, Found found);
  ~LookUp();
  LookUp(LookUp&&) = delete;

 private:
  struct Asker;
  std::shared_ptr<Asker> asker_;
};

}  // namespace holdfast::net
