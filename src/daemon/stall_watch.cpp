#include "daemon/stall_watch.h"

#include <algorithm>

namespace holdfast {

void StallWatch::start() {
  timer_.expires_after(period);
  wait();
}

void StallWatch::wait() {
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    const auto late =
        std::chrono::duration_cast<Millis>(boost::asio::steady_timer::clock_type::now() - timer_.expiry());
    longest_ = std::max(longest_, late);
    if (late >= told_from) ++stalls_;
    start();
  });
}

}  // namespace holdfast
