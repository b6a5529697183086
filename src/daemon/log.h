// The log: lines on stderr that a person can read, or JSON objects that a machine can. Nobody ever waits for
// whoever reads it: what is not taken at once is lost, and a later line says how many were.
#pragma once

#include <memory>
#include <string_view>

#include "daemon/config.h"

namespace spdlog {
class logger;
}

namespace holdfast {

class Log {
 public:
  Log(LogLevel level, LogFormat format);
  ~Log();

  void set(LogLevel level, LogFormat format);

  void debug(std::string_view text);
  void info(std::string_view text);
  void warn(std::string_view text);
  void error(std::string_view text);

 private:
  LogFormat format_{};
  std::unique_ptr<spdlog::logger> logger_;
};

}  // namespace holdfast
