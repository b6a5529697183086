// Backlog: how long what a connection reads has waited to be read, as far as can be seen from here.
//
// What had come and was not read at some moment is remembered as so many bytes. Once as many have been read,
// all that had come by that moment has, and what is read then came later.
#pragma once

#include <chrono>
#include <cstddef>

namespace holdfast::native {

class Backlog {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // So many bytes were read now, and `left` had come and are not read yet. At most how long they had waited:
  // between once and twice what it truly was where there is always more; 0 after there was none.
  std::chrono::nanoseconds read(std::size_t bytes, std::size_t left, Time now) {
    if (bytes < ahead_) {
      ahead_ -= bytes;
      return now - all_read_;
    }
    all_read_ = ahead_ > 0 ? marked_ : now;
    marked_ = now;
    ahead_ = left;
    return now - all_read_;
  }
  // What has waited until now is its client's own doing: it counts from now on.
  void forgive(Time now) { all_read_ = marked_ = now; }

 private:
  Time all_read_;          // what had come by then has been read
  Time marked_;            // when `left` was said last
  std::size_t ahead_ = 0;  // bytes of that, which are not read yet
};

}  // namespace holdfast::native
