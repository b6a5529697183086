#include "support/cluster.h"

namespace holdfast::e2e {

const std::vector<std::string>& Cluster::regions() {
  static const std::vector<std::string> names{"eu", "us", "ap"};
  return names;
}

bool Cluster::linked(const std::string& from, const std::string& to) const {
  return from != to && (shape_ == Shape::triangle || from == "us" || to == "us");
}

Cluster::Cluster(Wires wires, Shape shape) : shape_(shape) {
  for (const std::string& region : regions()) ports_[region] = free_port();
  for (const std::string& from : regions())
    for (const std::string& to : regions())
      if (linked(from, to)) links_[from + "-" + to] = "127.0.0.1:" + std::to_string(ports_[to]);
  if (wires == Wires::through_proxy) {
    proxy_.emplace(dir_.path(), links_);
    for (auto& [name, address] : links_) address = proxy_->address(name);
  }
  for (const std::string& region : regions()) {
    DaemonConfig config;
    config.region = region;
    config.gossip_port = ports_[region];
    for (const std::string& peer : regions())
      if (peer != region) config.peers.push_back({peer, links_[region + "-" + peer]});
    daemons_[region] = std::make_unique<DaemonProcess>(dir_ / region, config);
  }
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
  for (const auto& [name, address] : links_)
    if (name.find(region) != std::string::npos) proxy_->set(name, R"({"cut":"both"})");
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
