// Preloaded into a program, it lets the machine have run LATER_BY_S seconds longer than it has, and be so
// much later on its wall.
#include <dlfcn.h>
#include <time.h>

#include <cstdlib>

extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept {
  static const auto real = reinterpret_cast<int (*)(clockid_t, timespec*)>(dlsym(RTLD_NEXT, "clock_gettime"));
  static const char* const later_by = std::getenv("LATER_BY_S");
  const int result = real(clock, time);
  const bool is_later = clock == CLOCK_BOOTTIME || clock == CLOCK_REALTIME;
  if (result == 0 && is_later && later_by != nullptr) time->tv_sec += std::atoll(later_by);
  return result;
}
