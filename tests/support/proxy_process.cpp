#include "support/proxy_process.h"

#include <boost/json/parse.hpp>
#include <stdexcept>
#include <vector>

#include "support/paths.h"

namespace holdfast::e2e {

namespace {

std::vector<std::string> command(const std::filesystem::path& dir,
                                 const std::map<std::string, std::string>& targets) {
  std::vector<std::string> words{test::bin_dir() + "/holdfast-proxy", "--addresses",
                                 (dir / "proxy.json").string()};
  for (const auto& [name, target] : targets) {
    words.emplace_back("--link");
    words.push_back(name + "=127.0.0.1:0->" + target);
  }
  return words;
}

}  // namespace

ProxyProcess::ProxyProcess(const std::filesystem::path& dir,
                           const std::map<std::string, std::string>& targets)
    : process_(command(dir, targets), dir / "proxy.log") {
  if (!eventually([&] { return std::filesystem::exists(dir / "proxy.json"); }))
    throw std::runtime_error("holdfast-proxy does not start: " + process_.log());
  const auto said = boost::json::parse(read_file(dir / "proxy.json"));
  control_ = std::string(said.at("control").as_string());
  for (const auto& [name, target] : targets)
    addresses_[name] = std::string(said.at("links").at(name).as_string());
}

void ProxyProcess::set(const std::string& link, const std::string& faults) {
  const Reply reply = Shop(control_).send("PUT", "/links/" + link, faults);
  if (reply.status != 200) throw std::runtime_error("holdfast-proxy refuses " + faults + ": " + reply.text);
}

void ProxyProcess::heal() {
  if (Shop(control_).post("/heal").status != 200) throw std::runtime_error("holdfast-proxy does not heal");
}

std::int64_t ProxyProcess::number(const std::string& link, const std::string& path) {
  return Shop(control_).get("/").number("links." + link + "." + path);
}

}  // namespace holdfast::e2e
