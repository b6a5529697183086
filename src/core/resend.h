// Resend: when Rows that no acknowledgement came for are taken for lost, and sent again.
//
// A full queue drops messages, so that something must be sent again some time; but on a slow link an
// acknowledgement takes long, and sending all again each second would fill the link with what it has already.
// So the wait adapts: twice what the way there and back took when last measured, and twice as long with each
// time in vain; and while acknowledgements come, nothing is lost. After V. Jacobson, "Congestion avoidance
// and control", SIGCOMM 1988. Owner: a session. Threads: none.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/time.h"

namespace holdfast {

class Resend {
 public:
  static constexpr Millis least{1'000};
  static constexpr Millis most{30'000};

  void sent(std::uint64_t number, NodeTime now) {
    last_ = now;
    if (timed_ != 0) return;
    timed_ = number;
    timed_from_ = now;
  }
  void acknowledged(std::uint64_t number, NodeTime now) {
    last_ = now;
    if (timed_ == 0 || number < timed_) return;
    after_ = std::clamp(2 * (now - timed_from_), least, most);
    timed_ = 0;
  }
  void gave_up() {
    after_ = std::min(2 * after_, most);
    timed_ = 0;
  }

  // If something is not acknowledged yet.
  [[nodiscard]] NodeTime due() const { return last_ + after_; }

 private:
  NodeTime last_{};          // something was sent, or acknowledged
  std::uint64_t timed_ = 0;  // the Rows whose way there and back is being measured; 0: none
  NodeTime timed_from_{};
  Millis after_ = least;
};

}  // namespace holdfast
