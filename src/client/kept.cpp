#include "client/kept.h"

#include <sys/socket.h>

#include <cerrno>

namespace holdfast {

bool is_over(int socket) {
  char ignored = 0;
  const auto bytes = ::recv(socket, &ignored, 1, MSG_PEEK | MSG_DONTWAIT);
  return bytes >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

}  // namespace holdfast
