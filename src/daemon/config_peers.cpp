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

  void take(std::size_t index, const FilePeer& peer) {
    const auto region = take_region(index, peer);
    const auto address = take_address(index, peer);
    if (region && peer.region)
      config_.values.push_back({member(index, "region"), *region, peer.region->where});
    if (address) config_.values.push_back({member(index, "address"), text_of(*address), peer.address->where});
    if (region) config_.peers.push_back({*region, address});
  }

 private:
  std::optional<std::string> take_region(std::size_t index, const FilePeer& peer) {
    const auto key = member(index, "region");
    if (!peer.region) {
      if (!peer.faulty) fault(peer.where, key, "is missing, a peer needs the name of its region");
      return std::nullopt;
    }
    auto name = parse_name(peer.region->text);
    if (!name) return fault(peer.region->where, key, name.error());
    if (*name == config_.region)
      return fault(peer.region->where, key, '"' + *name + "\" is this region itself, name only the others");
    if (!seen_.insert(*name).second)
      return fault(peer.region->where, key, '"' + *name + "\" is named twice, one entry for each region");
    return *name;
  }

  std::optional<Address> take_address(std::size_t index, const FilePeer& peer) {
    if (!peer.address) return std::nullopt;
    const auto key = member(index, "address");
    const auto address = parse_address(peer.address->text, find_config_key("gossip.listen")->fallback);
    if (!address) {
      fault(peer.address->where, key, address.error());
      return std::nullopt;
    }
    if (address->port == 0) {
      fault(peer.address->where, key, "port 0 cannot be dialled, name the port that the peer listens on");
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

void take_peers(const std::vector<FilePeer>& peers, Config& config, std::vector<ConfigFault>& faults) {
  if (peers.size() >= limits::replicas_max)
    faults.push_back(
        {peers.back().where, "peer",
         "too many regions, at most " + std::to_string(limits::replicas_max) + " with this one"});
  Peers taken(config, faults);
  for (std::size_t i = 0; i < peers.size(); ++i) taken.take(i, peers[i]);
}

}  // namespace holdfast
