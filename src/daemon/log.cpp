#include "daemon/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <string>

namespace holdfast {

namespace {

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warn: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
  }
  return spdlog::level::info;
}

// spdlog puts the text into a pattern as it is: what JSON needs escaped is escaped here.
std::string escaped(std::string_view text) {
  constexpr char hex[] = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      (out += '\\') += c;
    else if (byte < 0x20)
      ((out += "\\u00") += hex[byte >> 4]) += hex[byte & 15];
    else
      out += c;
  }
  return out;
}

}  // namespace

Log::Log(LogLevel level, LogFormat format)
    : logger_(
          std::make_unique<spdlog::logger>("holdfastd", std::make_shared<spdlog::sinks::stderr_sink_st>())) {
  set(level, format);
  logger_->flush_on(spdlog::level::debug);
}

void Log::set(LogLevel level, LogFormat format) {
  format_ = format;
  logger_->set_level(spdlog_level(level));
  const bool json = format == LogFormat::json;
  logger_->set_pattern(
      json ? R"({"at":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","text":"%v"})" : "%Y-%m-%dT%H:%M:%S.%eZ %-7l %v",
      spdlog::pattern_time_type::utc);
}

Log::~Log() = default;

void Log::debug(std::string_view text) {
  logger_->debug("{}", format_ == LogFormat::json ? escaped(text) : std::string(text));
}
void Log::info(std::string_view text) {
  logger_->info("{}", format_ == LogFormat::json ? escaped(text) : std::string(text));
}
void Log::warn(std::string_view text) {
  logger_->warn("{}", format_ == LogFormat::json ? escaped(text) : std::string(text));
}
void Log::error(std::string_view text) {
  logger_->error("{}", format_ == LogFormat::json ? escaped(text) : std::string(text));
}

}  // namespace holdfast
