#include "base/time_text.h"

#include <chrono>
#include <cstdint>

namespace holdfast {

namespace {

// The last `width` decimal digits, with zeros in front.
void append_padded(std::string& out, std::int64_t value, int width) {
  const std::size_t at = out.size();
  out.append(static_cast<std::size_t>(width), '0');
  for (int i = width; i-- > 0; value /= 10)
    out[at + static_cast<std::size_t>(i)] = static_cast<char>('0' + value % 10);
}

}  // namespace

void append_time(std::string& out, WallTime at) {
  using namespace std::chrono;
  const sys_time<Millis> time{at.time_since_epoch()};
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const std::int64_t ms = (time - day).count();
  append_padded(out, static_cast<int>(date.year()), 4);
  out += '-', append_padded(out, static_cast<unsigned>(date.month()), 2);
  out += '-', append_padded(out, static_cast<unsigned>(date.day()), 2);
  out += 'T', append_padded(out, ms / 3'600'000, 2);
  out += ':', append_padded(out, ms / 60'000 % 60, 2);
  out += ':', append_padded(out, ms / 1000 % 60, 2);
  out += '.', append_padded(out, ms % 1000, 3);
  out += 'Z';
}

}  // namespace holdfast
