#include "net/links.h"

#include <algorithm>

#include "net/dialler.h"

namespace holdfast::net {

namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;
using std::chrono::steady_clock;

constexpr std::chrono::seconds said_again_after{60};

}  // namespace

Links::Links(boost::asio::io_context& io, Options options, Events events)
    : io_(io), options_(options), events_(std::move(events)), acceptor_(io) {}

Links::~Links() { stop(); }

Result<void, error_code> Links::listen(const std::string& host, std::uint16_t port) {
  error_code error;
  tcp::resolver resolver(io_);
  const auto found = resolver.resolve(host, std::to_string(port), tcp::resolver::passive, error);
  if (error || found.empty()) return failure(error ? error : boost::asio::error::host_not_found);
  const tcp::endpoint endpoint = found.begin()->endpoint();
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(boost::asio::socket_base::max_listen_connections, error);
  if (error) return failure(error);
  accept();
  return {};
}

std::uint16_t Links::port() const {
  error_code error;
  const auto endpoint = acceptor_.local_endpoint(error);
  return error ? 0 : endpoint.port();
}

void Links::add_peer(const std::string& region, std::optional<Endpoint> address) {
  if (!address) return;
  const auto dialler = std::make_shared<Dialler>(
      io_, *address, options_.seed ^ std::hash<std::string>{}(region),
      Dialler::Events{
          [this, region] { return !linked(region); },
          [this, region](tcp::socket socket) { adopt(std::move(socket), input::DialledBy::us, region); },
          [this, region](const std::string& why) {
            log_once("region " + region, "cannot be reached: " + why);
          },
      });
  diallers_[region] = dialler;
  dialler->dial();
}

void Links::stop() {
  if (std::exchange(stopped_, true)) return;
  error_code ignored;
  acceptor_.close(ignored);
  for (const auto& [region, dialler] : diallers_) dialler->stop();
  for (const auto& [id, link] : links_) link->abandon();
  links_.clear();
}

void Links::accept() {
  acceptor_.async_accept([this](const error_code& error, tcp::socket socket) {
    if (stopped_ || error == boost::asio::error::operation_aborted) return;
    if (!error && strangers() < strangers_max) adopt(std::move(socket), input::DialledBy::peer, {});
    accept();
  });
}

void Links::adopt(tcp::socket socket, input::DialledBy dialled_by, const std::string& dialled) {
  const LinkId id(next_id_++);
  const auto link = std::make_shared<Link>(
      std::move(socket), id, dialled_by, options_.silence_max,
      Link::Events{
          [this](Link& from, const Hello& hello) { on_hello(from, hello); },
          [this](Link& from, Message message) { on_message(from, std::move(message)); },
          [this, dialled](Link& ended, const std::string& why) { on_ended(ended, why, dialled); },
      });
  links_.emplace(id, link);
  link->start(events_.hello());
}

void Links::on_hello(Link& link, const Hello& hello) { events_.up(link.id(), link.dialled_by(), hello); }

// A peer that goes on talking after its handshake was accepted: dialling begins anew if it is lost.
void Links::on_message(Link& link, Message message) {
  if (const auto dialler = diallers_.find(link.peer()->region); dialler != diallers_.end())
    dialler->second->linked();
  events_.message(link.id(), std::move(message));
}

void Links::on_ended(Link& link, const std::string& why, const std::string& dialled) {
  const bool was_up = link.peer().has_value();
  const std::string whom = was_up             ? "region " + link.peer()->region
                           : !dialled.empty() ? "region " + dialled
                                              : "a stranger at " + link.remote();
  links_.erase(link.id());
  log_once(whom, "link down: " + why);
  if (was_up) events_.down(link.id());
}

void Links::send(LinkId link, const Message& message) {
  if (const auto found = links_.find(link); found != links_.end()) found->second->send(message);
}

void Links::close(LinkId link, const std::string& reason) {
  const auto found = links_.find(link);
  if (found == links_.end()) return;
  const std::string whom = found->second->peer() ? "region " + found->second->peer()->region
                                                 : "a stranger at " + found->second->remote();
  log_once(whom, "refused: " + reason);
  found->second->close(reason);
}

bool Links::linked(const std::string& region) const {
  return std::ranges::any_of(links_, [&](const auto& entry) {
    return entry.second->peer() && entry.second->peer()->region == region;
  });
}

std::size_t Links::strangers() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(links_, [](const auto& entry) { return !entry.second->peer(); }));
}

// A peer that is down is dialled for hours: the same line about it is written once a minute.
void Links::log_once(const std::string& whom, const std::string& what) {
  const auto now = steady_clock::now();
  auto& [said, at] = said_[whom];
  if (said == what && now - at < said_again_after) return;
  if (said_.size() > 1000) said_.clear();
  said_[whom] = {what, now};
  events_.log(LogLevel::warning, whom + ": " + what);
}

}  // namespace holdfast::net
