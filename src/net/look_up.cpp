#include "net/look_up.h"

#include <boost/asio/post.hpp>
#include <mutex>
#include <system_error>
#include <thread>

namespace holdfast::net {

using boost::asio::ip::tcp;
using boost::system::error_code;

// What the thread that is left behind has still.
struct LookUp::Asker {
  static void tell(const std::shared_ptr<Asker>& self, const error_code& error, const Addresses& addresses) {
    const std::lock_guard lock(self->mutex);
    if (!self->io) return;
    boost::asio::post(*self->io, [self, error, addresses] {
      if (self->io) self->found(error, addresses);
    });
  }

  std::mutex mutex;
  boost::asio::io_context* io;  // none: nobody wants to know. Changed on the loop only
  Found found;
};

LookUp::LookUp(boost::asio::io_context& io, std::string host, std::uint16_t port, Found found)
    : asker_(std::make_shared<Asker>()) {
  asker_->io = &io;
  asker_->found = std::move(found);
  const auto ask = [asker = asker_, host = std::move(host), port] {
    boost::asio::io_context own;
    error_code error;
    const auto results = tcp::resolver(own).resolve(host, std::to_string(port), error);
    if (!error && results.empty()) error = boost::asio::error::host_not_found;
    Asker::tell(asker, error, Addresses(results.begin(), results.end()));
  };
  try {
    std::thread(ask).detach();
  } catch (const std::system_error& no_thread) {
    Asker::tell(asker_, no_thread.code(), {});
  }
}

LookUp::~LookUp() {
  const std::lock_guard lock(asker_->mutex);
  asker_->io = nullptr;
}

}  // namespace holdfast::net
