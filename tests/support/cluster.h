// Cluster: the regions eu, us and ap as processes, linked directly or through holdfast-proxy.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "support/daemon_process.h"
#include "support/proxy_process.h"

namespace holdfast::e2e {

enum class Wires { direct, through_proxy };
enum class Shape { triangle, chain };  // chain: eu - us - ap, and nothing between eu and ap

class Cluster {
 public:
  explicit Cluster(Wires wires = Wires::direct, Shape shape = Shape::triangle);

  // True: all serve, and see each other.
  [[nodiscard]] bool start();
  [[nodiscard]] bool all_up(milliseconds within = 20s);
  [[nodiscard]] DaemonProcess& operator[](const std::string& region) { return *daemons_.at(region); }
  [[nodiscard]] Shop shop(const std::string& region) { return daemons_.at(region)->shop(); }

  // Everything between this region and the others vanishes, in both directions.
  void cut(const std::string& region);
  void heal() { proxy_->heal(); }
  [[nodiscard]] ProxyProcess& proxy() { return *proxy_; }

  // All rows of all replicas are the same everywhere.
  [[nodiscard]] bool converged(milliseconds within = 20s);

  static const std::vector<std::string>& regions();

 private:
  [[nodiscard]] bool linked(const std::string& from, const std::string& to) const;

  TempDir dir_;
  Shape shape_;
  std::map<std::string, std::uint16_t> ports_;
  std::map<std::string, std::string> links_;  // "eu-us": where eu dials us
  std::optional<ProxyProcess> proxy_;
  std::map<std::string, std::unique_ptr<DaemonProcess>> daemons_;
};

}  // namespace holdfast::e2e
