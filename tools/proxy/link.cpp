#include "proxy/link.h"

namespace holdfast::proxy {

using namespace std::chrono_literals;
using boost::system::error_code;

namespace {

// Each link and each connection draws its own: FNV-1a over the name (Fowler, Noll and Vo).
std::uint64_t seed_of(std::string_view name, std::uint64_t seed) {
  std::uint64_t hash = 0xcbf29ce484222325 ^ seed;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

}  // namespace

tcp::endpoint resolve(boost::asio::io_context& io, const Address& address) {
  return tcp::resolver(io).resolve(address.host, address.port).begin()->endpoint();
}

std::string text_of(const tcp::endpoint& endpoint) {
  const std::string host = endpoint.address().to_string();
  return (endpoint.address().is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(endpoint.port());
}

Link::Link(boost::asio::io_context& io, std::string name, const tcp::endpoint& listen,
           const tcp::endpoint& target, std::uint64_t seed)
    : name_(std::move(name)),
      target_(target),
      seed_(seed_of(name_, seed)),
      acceptor_(io, listen, /*reuse_addr=*/true),
      retry_(io) {
  accept();
}

Link::~Link() { reset(); }

void Link::accept() {
  acceptor_.async_accept([this](const error_code& error, tcp::socket client) {
    if (error == boost::asio::error::operation_aborted) return;
    if (!error) {
      admit(std::move(client));
      return accept();
    }
    retry_.expires_after(100ms);  // no more file descriptors, for now
    retry_.async_wait([this](const error_code& stopped) {
      if (!stopped) accept();
    });
  });
}

void Link::admit(tcp::socket client) {
  const std::uint64_t number = ++accepted_;
  auto gone = [this](const std::shared_ptr<Connection>& connection) {
    past_up_ += connection->counters(Direction::up);
    past_down_ += connection->counters(Direction::down);
    connections_.erase(connection);
  };
  const auto connection = std::make_shared<Connection>(std::move(client), faults_, seed_ + 2 * number, gone);
  connections_.insert(connection);
  if (connections_.size() > connections_max) return connection->reset();
  connection->start(target_);
}

void Link::set_faults(const Faults& faults) {
  faults_ = faults;
  const auto connections = connections_;  // some may go meanwhile
  for (const auto& connection : connections) connection->faults_changed();
}

void Link::reset() {
  const auto connections = connections_;
  for (const auto& connection : connections) connection->reset();
}

Counters Link::counters(Direction direction) const {
  Counters sum = direction == Direction::up ? past_up_ : past_down_;
  for (const auto& connection : connections_) sum += connection->counters(direction);
  return sum;
}

}  // namespace holdfast::proxy
