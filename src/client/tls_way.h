// TLS to a server whose certificate is verified: a chain up to one that is trusted (those of the system, of
// the file that SSL_CERT_FILE names, or of ClientOptions::ca_file), in date, and for the host that was asked
// for.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "client/endpoint.h"
#include "holdfast/client.h"

namespace holdfast {

class TlsWay {
 public:
  using Stream = boost::beast::ssl_stream<boost::beast::tcp_stream>;

  TlsWay(const Endpoint& endpoint, const ClientOptions& options);

  [[nodiscard]] std::unique_ptr<Stream> stream(boost::asio::io_context& context) const;
  template <class Done>
  void greet(Stream& stream, Done done) const {
    stream.async_handshake(Stream::client, done);
  }
  // In words: what is wrong with its certificate, if that is it.
  [[nodiscard]] std::string why_not(Stream& stream, boost::system::error_code error) const;

 private:
  std::string host_;
  std::shared_ptr<boost::asio::ssl::context> trust_;
  std::string no_trust_;  // why the file of certificates could not be read
};

}  // namespace holdfast
