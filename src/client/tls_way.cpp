// TLS to a server whose certificate is verified. OpenSSL stops here.
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "client/byte_stream.h"

namespace holdfast {
namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

// What connections to one host trust.
struct Trust {
  std::string host;
  ssl::context context{ssl::context::tls_client};
  std::string missing;  // why the file of certificates could not be read
};

class TlsStream final : public ByteStream {
 public:
  TlsStream(boost::asio::io_context& context, std::shared_ptr<Trust> trust)
      : trust_(std::move(trust)), tls_(context, trust_->context) {
    SSL* handle = tls_.native_handle();
    SSL_set_verify(handle, SSL_VERIFY_PEER, nullptr);
    error_code not_an_address;
    boost::asio::ip::make_address(trust_->host, not_an_address);
    if (!not_an_address) {
      X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(handle), trust_->host.c_str());
    } else {
      SSL_set1_host(handle, trust_->host.c_str());
      SSL_set_tlsext_host_name(handle, trust_->host.c_str());
    }
  }

  boost::beast::tcp_stream& tcp() override { return tls_.next_layer(); }
  void greet(std::move_only_function<void(error_code)> done) override {
    tls_.async_handshake(ssl::stream_base::client, std::move(done));
  }
  std::string why_not(error_code error) override {
    if (!trust_->missing.empty()) return trust_->missing;
    const long verdict = SSL_get_verify_result(tls_.native_handle());
    if (verdict == X509_V_OK) return "no TLS with it: " + error.message();
    return "its certificate is not to be trusted: " + std::string(X509_verify_cert_error_string(verdict));
  }

 private:
  void read_some(boost::asio::mutable_buffer into, Done done) override {
    tls_.async_read_some(into, std::move(done));
  }
  void write_some(const Pieces& pieces, Done done) override {
    tls_.async_write_some(pieces, std::move(done));
  }

  std::shared_ptr<Trust> trust_;
  boost::beast::ssl_stream<boost::beast::tcp_stream> tls_;
};

class TlsWay final : public Way {
 public:
  TlsWay(const Endpoint& endpoint, const ClientOptions& options) : trust_(std::make_shared<Trust>()) {
    trust_->host = endpoint.host;
    SSL_CTX_set_min_proto_version(trust_->context.native_handle(), TLS1_2_VERSION);
    error_code error;
    if (options.ca_file.empty())
      trust_->context.set_default_verify_paths(error);
    else
      trust_->context.load_verify_file(options.ca_file, error);
    if (error) trust_->missing = "cannot read certificates of " + options.ca_file + ": " + error.message();
  }

  [[nodiscard]] std::unique_ptr<ByteStream> stream(boost::asio::io_context& context) const override {
    return std::make_unique<TlsStream>(context, trust_);
  }

 private:
  std::shared_ptr<Trust> trust_;
};

}  // namespace

std::unique_ptr<Way> tls_way(const Endpoint& endpoint, const ClientOptions& options) {
  return std::make_unique<TlsWay>(endpoint, options);
}

}  // namespace holdfast
