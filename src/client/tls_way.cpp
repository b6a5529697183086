#include "client/tls_way.h"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>

namespace holdfast {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

TlsWay::TlsWay(const Endpoint& endpoint, const ClientOptions& options)
    : host_(endpoint.host), trust_(std::make_shared<ssl::context>(ssl::context::tls_client)) {
  SSL_CTX_set_min_proto_version(trust_->native_handle(), TLS1_2_VERSION);
  error_code error;
  if (options.ca_file.empty())
    trust_->set_default_verify_paths(error);
  else
    trust_->load_verify_file(options.ca_file, error);
  if (error) no_trust_ = "cannot read certificates of " + options.ca_file + ": " + error.message();
}

std::unique_ptr<TlsWay::Stream> TlsWay::stream(boost::asio::io_context& context) const {
  auto made = std::make_unique<Stream>(context, *trust_);
  SSL* handle = made->native_handle();
  SSL_set_verify(handle, SSL_VERIFY_PEER, nullptr);
  error_code not_an_address;
  boost::asio::ip::make_address(host_, not_an_address);
  if (!not_an_address) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(handle), host_.c_str());
  } else {
    SSL_set1_host(handle, host_.c_str());
    SSL_set_tlsext_host_name(handle, host_.c_str());
  }
  return made;
}

std::string TlsWay::why_not(Stream& stream, error_code error) const {
  if (!no_trust_.empty()) return no_trust_;
  const long verdict = SSL_get_verify_result(stream.native_handle());
  if (verdict == X509_V_OK) return "no TLS with it: " + error.message();
  return "its certificate is not to be trusted: " + std::string(X509_verify_cert_error_string(verdict));
}

}  // namespace holdfast
