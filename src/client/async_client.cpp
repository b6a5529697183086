#include "holdfast/async_client.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <utility>

#include "client/countable.h"
#include "client/native_connection.h"

namespace holdfast {

class AsyncClient::Connections {
 public:
  Connections(std::string_view endpoint, const AsyncOptions& options) {
    const auto place = parse_endpoint(endpoint);
    if (!place || place->scheme != Scheme::native) {
      bad_endpoint_ = {Failure::Kind::bad_endpoint, why_not_native(endpoint)};
      return;
    }
    for (std::size_t i = 0; i < std::max<std::size_t>(options.connections, 1); ++i)
      all_.push_back(std::make_shared<NativeConnection>(together_, *place, countable(options.timeout)));
  }
  ~Connections() {
    for (const auto& connection : all_) connection->close();
  }

  void submit(std::span<const Operation> batch, Done done) {
    if (all_.empty()) return refuse(bad_endpoint_, std::move(done));
    NativeConnection* const answering = together_.answering;
    NativeConnection& way = answering != nullptr ? *answering : *all_[next_++ % all_.size()];
    way.submit(batch, std::move(done));
  }

  // By a timer of its own: what the loop is told to wait for at the most it counts in whole milliseconds.
  void run_for(std::chrono::microseconds span) {
    if (under_way() == 0) return;
    together_.io.restart();
    span_.expires_after(countable(span));
    span_.async_wait([this, turn = ++turn_](const boost::system::error_code& error) {
      if (!error) over_ = turn;
    });
    while (under_way() > 0 && over_ != turn_) together_.io.run_one();
  }

  [[nodiscard]] std::size_t under_way() const { return together_.under_way; }

 private:
  void refuse(const Failure& failure, Done done) {
    ++together_.under_way;
    boost::asio::post(together_.io, [this, failure, done = std::move(done)] {
      --together_.under_way;
      done(&failure, {});
    });
  }

  Together together_;
  boost::asio::steady_timer span_{together_.io};
  std::uint64_t turn_ = 0;  // of run_for()
  std::uint64_t over_ = 0;  // the last one whose time was up
  std::vector<std::shared_ptr<NativeConnection>> all_;
  Failure bad_endpoint_;
  std::size_t next_ = 0;
};

AsyncClient::AsyncClient(std::string_view endpoint, AsyncOptions options)
    : connections_(std::make_unique<Connections>(endpoint, options)) {}
AsyncClient::~AsyncClient() = default;
AsyncClient::AsyncClient(AsyncClient&&) noexcept = default;
AsyncClient& AsyncClient::operator=(AsyncClient&&) noexcept = default;

void AsyncClient::submit(std::span<const Operation> batch, Done done) {
  connections_->submit(batch, std::move(done));
}
void AsyncClient::run_for(std::chrono::microseconds span) { connections_->run_for(span); }
std::size_t AsyncClient::under_way() const { return connections_->under_way(); }

}  // namespace holdfast
