#include "daemon/supervisor.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace holdfast {
namespace {

std::string notify_socket() {
  const char* address = std::getenv("NOTIFY_SOCKET");
  return address ? address : "";
}

}  // namespace

Supervisor::Supervisor() : Supervisor(notify_socket()) {}

void Supervisor::say(std::string_view state) const {
  sockaddr_un to{};
  if (address_.empty() || address_.size() >= sizeof(to.sun_path)) return;
  to.sun_family = AF_UNIX;
  std::memcpy(to.sun_path, address_.data(), address_.size());
  if (address_.front() == '@') to.sun_path[0] = '\0';
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket < 0) return;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  (void)::sendto(socket, state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&to),
                 size);
  ::close(socket);
}

}  // namespace holdfast
