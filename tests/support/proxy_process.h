// ProxyProcess: holdfast-proxy with some links, steered by a test.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "support/http_shop.h"
#include "support/process.h"

namespace holdfast::e2e {

class ProxyProcess {
 public:
  // From the name of each link to where it leads. The log and the addresses are files in `dir`.
  ProxyProcess(const std::filesystem::path& dir, const std::map<std::string, std::string>& targets);

  // Where to dial for this link.
  [[nodiscard]] const std::string& address(const std::string& link) const { return addresses_.at(link); }
  // Members as in tools/proxy/README.md: R"({"delay_ms":80})".
  void set(const std::string& link, const std::string& faults);
  void heal();
  // What it says of a link.
  [[nodiscard]] std::int64_t number(const std::string& link, const std::string& path);

 private:
  Process process_;
  std::string control_;
  std::map<std::string, std::string> addresses_;
};

}  // namespace holdfast::e2e
