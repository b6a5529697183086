#include "client/look_up.h"

#include <netdb.h>

#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>

namespace holdfast {
namespace {

LookUp::Found look_up(const std::string& host, const std::string& port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  LookUp::Found found;
  found.error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &list);
  for (const auto* at = list; at; at = at->ai_next) {
    boost::asio::ip::tcp::endpoint place;
    if (at->ai_addrlen > place.capacity()) continue;
    std::memcpy(place.data(), at->ai_addr, at->ai_addrlen);
    place.resize(at->ai_addrlen);
    found.places.push_back(place);
  }
  if (list) ::freeaddrinfo(list);
  return found;
}

}  // namespace

// What the thread that is left behind has still.
struct LookUp::Asker {
  void tell_found(Found found) {
    const std::lock_guard lock(mutex);
    if (tell) tell(std::move(found));
  }

  std::mutex mutex;
  Tell tell;  // none: nobody waits for it
};

LookUp::LookUp(std::string host, std::string port, Tell tell) : asker_(std::make_shared<Asker>()) {
  asker_->tell = std::move(tell);
  try {
    std::thread([asker = asker_, host = std::move(host), port = std::move(port)] {
      asker->tell_found(look_up(host, port));
    }).detach();
  } catch (const std::system_error&) {  // there is no thread to be had
    asker_->tell_found({EAI_AGAIN, {}});
  }
}

LookUp::~LookUp() {
  const std::lock_guard lock(asker_->mutex);
  asker_->tell = nullptr;
}

}  // namespace holdfast
