#include "base/time_text.h"

#include <chrono>
#include <cstdint>

namespace holdfast {

namespace {

// Writes the last `width` decimal digits, with zeros in front, and what comes behind them; returns its end.
char* write_padded(char* at, std::int64_t value, int width, char behind) {
  for (int i = width; i-- > 0; value /= 10) at[i] = static_cast<char>('0' + value % 10);
  at[width] = behind;
  return at + width + 1;
}

}  // namespace

void append_time(std::string& out, WallTime at) {
  using namespace std::chrono;
  const sys_time<Millis> time{at.time_since_epoch()};
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const std::int64_t ms = (time - day).count();
  char text[sizeof "2026-11-28T09:37:10.123Z"];
  char* end = write_padded(text, static_cast<int>(date.year()), 4, '-');
  end = write_padded(end, static_cast<unsigned>(date.month()), 2, '-');
  end = write_padded(end, static_cast<unsigned>(date.day()), 2, 'T');
  end = write_padded(end, ms / 3'600'000, 2, ':');
  end = write_padded(end, ms / 60'000 % 60, 2, ':');
  end = write_padded(end, ms / 1000 % 60, 2, '.');
  end = write_padded(end, ms % 1000, 3, 'Z');
  out.append(text, end);
}

}  // namespace holdfast
