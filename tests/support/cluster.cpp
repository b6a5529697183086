#include "support/cluster.h"

#include <boost/json/parse.hpp>
#include <stdexcept>

#include "support/paths.h"

namespace holdfast::e2e {

const std::vector<std::string>& Cluster::regions() {
  static const std::vector<std::string> names{"eu", "us", "ap"};
  return names;
}

bool Cluster::linked(const std::string& from, const std::string& to) const {
  return from != to && (shape_ == Shape::triangle || from == "us" || to == "us");
}

Cluster::Cluster(Wires wires, Shape shape) : wires_(wires), shape_(shape) {
  for (const std::string& region : regions()) ports_[region] = free_port();
  for (const std::string& from : regions())
    for (const std::string& to : regions())
      if (linked(from, to)) links_[from + "-" + to] = "127.0.0.1:" + std::to_string(ports_[to]);
  if (wires_ == Wires::through_proxy) start_proxy();
  for (const std::string& region : regions()) {
    DaemonConfig config;
    config.region = region;
    config.gossip_port = ports_[region];
    for (const std::string& peer : regions())
      if (peer != region) config.peers.push_back({peer, links_[region + "-" + peer]});
    daemons_[region] = std::make_unique<DaemonProcess>(dir_ / region, config);
  }
}

void Cluster::start_proxy() {
  std::vector<std::string> command{test::bin_dir() + "/holdfast-proxy", "--addresses",
                                   (dir_ / "proxy.json").string()};
  for (const auto& [name, target] : links_) {
    command.emplace_back("--link");
    command.push_back(name + "=127.0.0.1:0->" + target);
  }
  proxy_.emplace(command, dir_ / "proxy.log");
  if (!eventually([&] { return std::filesystem::exists(dir_ / "proxy.json"); }))
    throw std::runtime_error("holdfast-proxy does not start: " + proxy_->log());
  const auto addresses = boost::json::parse(read_file(dir_ / "proxy.json"));
  control_ = std::string(addresses.at("control").as_string());
  for (auto& [name, address] : links_) address = std::string(addresses.at("links").at(name).as_string());
}

bool Cluster::start() {
  for (const auto& [region, daemon] : daemons_) daemon->launch();
  for (const auto& [region, daemon] : daemons_)
    if (!daemon->serves()) return false;
  return all_up();
}

bool Cluster::all_up(milliseconds within) {
  return eventually(
      [&] {
        for (const auto& [region, daemon] : daemons_)
          if (daemon->shop().get("/v1/status").at("state") != "well") return false;
        return true;
      },
      within);
}

void Cluster::cut(const std::string& region) {
  Shop control(control_);
  for (const auto& [name, address] : links_)
    if (name.find(region) != std::string::npos &&
        control.send("PUT", "/links/" + name, R"({"cut":"both"})").status != 200)
      throw std::runtime_error("holdfast-proxy does not cut " + name);
}

void Cluster::heal() {
  Shop control(control_);
  if (control.post("/heal").status != 200) throw std::runtime_error("holdfast-proxy does not heal");
}

bool Cluster::converged(milliseconds within) {
  return eventually(
      [&] {
        std::string first;
        for (const auto& [region, daemon] : daemons_) {
          const Reply status = daemon->shop().get("/v1/status");
          if (status.status != 200) return false;
          if (first.empty()) first = status.at("state_hash");
          if (status.at("state_hash") != first) return false;
        }
        return true;
      },
      within);
}

}  // namespace holdfast::e2e
