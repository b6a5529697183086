#include "holdfast/client.h"

#include <algorithm>
#include <cctype>

#include "client/countable.h"
#include "client/transport.h"

namespace holdfast {
namespace {

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

}  // namespace

std::string_view Response::header(std::string_view name) const {
  const auto found =
      std::ranges::find_if(headers, [&](const auto& header) { return same_name(header.first, name); });
  return found == headers.end() ? std::string_view() : found->second;
}

Client::Client(std::string_view endpoint, ClientOptions options) {
  options.timeout = countable(options.timeout);
  if (auto parsed = parse_endpoint(endpoint))
    transport_ = parsed->scheme == Scheme::native ? native_transport(*parsed, options)
                                                  : http_transport(*std::move(parsed), std::move(options));
  else
    bad_endpoint_ = {Failure::Kind::bad_endpoint, why_not_endpoint(endpoint)};
}

Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

Answer Client::call(const Call& call) {
  if (!transport_) return bad_endpoint_;
  return transport_->call(call);
}

Answer Client::listen(const Call& call, const Listener& listener) {
  if (!transport_) return bad_endpoint_;
  return transport_->listen(call, listener);
}

Outcomes Client::run(std::span<const Operation> operations) {
  if (!transport_) return bad_endpoint_;
  if (operations.empty()) return std::vector<Outcome>();
  return transport_->run(operations);
}

std::chrono::milliseconds wait_of(std::span<const Operation> operations) {
  using std::chrono::milliseconds;
  const auto* reserve = operations.size() == 1 ? std::get_if<operation::Reserve>(&operations[0]) : nullptr;
  return reserve == nullptr ? milliseconds(0) : std::max(countable(reserve->wait), milliseconds(0));
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::string_view("-._~").find(c) != std::string_view::npos || (byte < 0x80 && std::isalnum(byte)))
      encoded += c;
    else
      encoded += {'%', hex[byte >> 4], hex[byte & 15]};
  }
  return encoded;
}

}  // namespace holdfast
