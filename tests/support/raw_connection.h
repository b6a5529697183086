// RawConnection: bytes to a daemon and back, for what no HTTP client would send.
#pragma once

#include <string>
#include <string_view>

#include "support/http_shop.h"
#include "support/process.h"

namespace holdfast::e2e {

class RawConnection {
 public:
  // To "127.0.0.1:8420". Unconnected where nobody listens.
  explicit RawConnection(const std::string& address);
  ~RawConnection();
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  [[nodiscard]] bool connected() const { return fd_ >= 0; }
  void send(std::string_view bytes);
  // The next response; status 0: the daemon closed, or said nothing whole for so long.
  [[nodiscard]] Reply next(milliseconds within = 10s);
  // The same of a HEAD, whose response has no body.
  [[nodiscard]] Reply next_head(milliseconds within = 10s);
  // What stands before the next "\r\n\r\n", that included: "HTTP/1.1 100 Continue\r\n\r\n".
  [[nodiscard]] std::string head(milliseconds within = 10s);
  // What comes up to the first empty line after this text; what there is, if that does not come.
  [[nodiscard]] std::string until(std::string_view text, milliseconds within = 10s);
  // Whether it closes, with nothing more said.
  [[nodiscard]] bool closes(milliseconds within = 10s);

 private:
  enum class Body { follows, none };
  [[nodiscard]] Reply response(Body body, milliseconds within);
  // More of what comes; false: it closed, or the time is over.
  [[nodiscard]] bool receive(std::chrono::steady_clock::time_point deadline);

  int fd_ = -1;
  std::string got_;
  bool ended_ = false;
};

}  // namespace holdfast::e2e
