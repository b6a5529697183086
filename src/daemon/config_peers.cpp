#include "daemon/config_peers.h"

#include <set>

#include "core/limits.h"
#include "daemon/config_values.h"

namespace holdfast {
namespace {

std::string member(std::size_t index, std::string_view name) {
  return "peer[" + std::to_string(index) + "]." + std::string(name);
}

class Peers {
 public:
  Peers(Config& config, std::vector<ConfigFault>& faults) : config_(config), faults_(faults) {}

  void take(std::size_t index, const FileEntry& peer) {
    const auto region = take_region(index, peer);
    const auto address = take_address(index, peer);
    if (region) config_.values.push_back({member(index, "region"), *region, peer.find("region")->where});
    if (address)
      config_.values.push_back({member(index, "address"), text_of(*address), peer.find("address")->where});
    if (region) config_.peers.push_back({*region, address});
  }

 private:
  std::optional<std::string> take_region(std::size_t index, const FileEntry& peer) {
    const auto key = member(index, "region");
    const Located* given = peer.find("region");
    if (!given) {
      if (!peer.faulty) fault(peer.where, key, "is missing, a peer needs the name of its region");
      return std::nullopt;
    }
    auto name = parse_name(given->text);
    if (!name) return fault(given->where, key, name.error());
    if (*name == config_.region)
      return fault(given->where, key, '"' + *name + "\" is this region itself, name only the others");
    if (!seen_.insert(*name).second)
      return fault(given->where, key, '"' + *name + "\" is named twice, one entry for each region");
    return *name;
  }

  std::optional<Address> take_address(std::size_t index, const FileEntry& peer) {
    const Located* given = peer.find("address");
    if (!given) return std::nullopt;
    const auto key = member(index, "address");
    const auto address = parse_address(given->text, find_config_key("gossip.listen")->fallback);
    if (!address) {
      fault(given->where, key, address.error());
      return std::nullopt;
    }
    if (address->port == 0) {
      fault(given->where, key, "port 0 cannot be dialled, name the port that the peer listens on");
      return std::nullopt;
    }
    return *address;
  }

  std::nullopt_t fault(const std::string& where, const std::string& key, std::string what) {
    faults_.push_back({where, key, std::move(what)});
    return std::nullopt;
  }

  Config& config_;
  std::vector<ConfigFault>& faults_;
  std::set<std::string> seen_;
};

}  // namespace

void take_peers(const std::vector<FileEntry>& peers, Config& config, std::vector<ConfigFault>& faults) {
  if (peers.size() >= limits::replicas_max)
    faults.push_back(
        {peers.back().where, "peer",
         "too many regions, at most " + std::to_string(limits::replicas_max) + " with this one"});
  Peers taken(config, faults);
  for (std::size_t i = 0; i < peers.size(); ++i) taken.take(i, peers[i]);
}

}  // namespace holdfast
