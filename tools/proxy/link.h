// Link: one listening address, its target, and the faults on the way. Owns its connections.
//
// While anything of a link is cut, a new connection is accepted and leads nowhere, as when the answer to a
// dial gets lost; it is reset once the cut is healed. Threads: the io_context's one.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <set>
#include <string>

#include "proxy/connection.h"
#include "proxy/settings.h"

namespace holdfast::proxy {

// More are reset at once.
inline constexpr std::size_t connections_max = 1024;

class Link {
 public:
  // Listens. Throws boost::system::system_error if it cannot.
  Link(boost::asio::io_context& io, std::string name, const tcp::endpoint& listen,
       const tcp::endpoint& target, std::uint64_t seed);
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  ~Link();

  void set_faults(const Faults& faults);
  void set_target(const tcp::endpoint& target) { target_ = target; }  // for connections to come
  void reset();                                                       // every connection

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const Faults& faults() const { return faults_; }
  [[nodiscard]] tcp::endpoint listens_at() const { return acceptor_.local_endpoint(); }
  [[nodiscard]] const tcp::endpoint& target() const { return target_; }
  [[nodiscard]] std::size_t connections() const { return connections_.size(); }
  [[nodiscard]] std::uint64_t accepted() const { return accepted_; }
  [[nodiscard]] Counters counters(Direction direction) const;  // of all connections there ever were

 private:
  void accept();
  void admit(tcp::socket client);

  std::string name_;
  Faults faults_;
  tcp::endpoint target_;
  std::uint64_t seed_;
  tcp::acceptor acceptor_;
  boost::asio::steady_timer retry_;
  std::set<std::shared_ptr<Connection>> connections_;
  std::uint64_t accepted_ = 0;
  Counters past_up_;
  Counters past_down_;
};

// Resolves at once. Throws boost::system::system_error.
[[nodiscard]] tcp::endpoint resolve(boost::asio::io_context& io, const Address& address);
[[nodiscard]] std::string text_of(const tcp::endpoint& endpoint);

}  // namespace holdfast::proxy
