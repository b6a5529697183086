#include "daemon/addresses.h"

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <system_error>

namespace holdfast {

std::string to_json(const Addresses& addresses) {
  std::string json = "{\"http\":\"" + addresses.http + '"';
  if (!addresses.gossip.empty()) json += ",\"gossip\":\"" + addresses.gossip + '"';
  if (!addresses.native.empty()) json += ",\"native\":\"" + addresses.native + '"';
  return json + ",\"pid\":" + std::to_string(::getpid()) + "}\n";
}

std::optional<std::string> print_addresses(const Addresses& addresses) {
  const bool printed = std::fputs(to_json(addresses).c_str(), stdout) >= 0 && std::fflush(stdout) == 0;
  return printed ? std::nullopt : std::optional<std::string>("cannot write the addresses to stdout");
}

void forget_addresses(const std::filesystem::path& file) {
  std::error_code ignored;
  std::filesystem::remove(file, ignored);
}

std::optional<std::string> write_addresses(const std::filesystem::path& file, const Addresses& addresses) {
  std::filesystem::path fresh = file;
  fresh += ".new";
  std::ofstream out(fresh, std::ios::trunc);
  out << to_json(addresses);
  out.close();
  std::error_code error;
  if (out) std::filesystem::rename(fresh, file, error);
  if (out && !error) return std::nullopt;
  return "cannot write " + file.string() + (error ? ": " + error.message() : "");
}

}  // namespace holdfast
