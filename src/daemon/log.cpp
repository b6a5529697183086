#include "daemon/log.h"

#include <fcntl.h>
#include <poll.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <string>

namespace holdfast {

namespace {

// stderr, and never a wait for whoever reads it: what a stopped terminal or a full pipe does not take is
// lost, and counted. The loop writes its lines itself, and whoever waits with it serves nobody.
class StderrSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  // A terminal that takes some bytes may not take a line, and whoever writes it waits. So it is opened once
  // more, to be written without: what stands open is shared with others.
  StderrSink() {
    if (::isatty(STDERR_FILENO) != 1) return;
    const int own = ::open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (own >= 0) descriptor_ = own;
  }
  ~StderrSink() override {
    if (descriptor_ != STDERR_FILENO) ::close(descriptor_);
  }
  StderrSink(const StderrSink&) = delete;
  StderrSink& operator=(const StderrSink&) = delete;

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    const std::string told = std::to_string(lost_) + " lines of log were lost: nobody took them";
    if (lost_ > 0 && write_line({message.logger_name, spdlog::level::warn, told})) lost_ = 0;
    if (!write_line(message)) ++lost_;
  }
  void flush_() override {}

 private:
  [[nodiscard]] bool takes_any() const {
    pollfd asked{.fd = descriptor_, .events = POLLOUT, .revents = 0};
    return ::poll(&asked, 1, 0) == 1 && (asked.revents & POLLOUT) != 0;
  }

  [[nodiscard]] bool write_line(const spdlog::details::log_msg& message) {
    spdlog::memory_buf_t line;
    if (cut_) line.push_back('\n');
    formatter_->format(message, line);
    for (std::size_t at = 0; at < line.size();) {
      const std::size_t bytes = std::min<std::size_t>(PIPE_BUF, line.size() - at);  // whole or not at all
      const ssize_t written = takes_any() ? ::write(descriptor_, line.data() + at, bytes) : 0;
      if (written <= 0) return false;
      at += static_cast<std::size_t>(written);
      cut_ = at < line.size();
    }
    return true;
  }

  int descriptor_ = STDERR_FILENO;
  std::uint64_t lost_ = 0;
  bool cut_ = false;  // what was written last has no end
};

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
    : logger_(std::make_unique<spdlog::logger>("holdfastd", std::make_shared<StderrSink>())) {
  set(level, format);
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
