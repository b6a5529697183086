// ByteStream: what HTTP goes over, plain TCP or TLS, as one type, so that Beast's algorithms are compiled
// once and not for each. An AsyncStream as Asio has them; deadlines are those of tcp().
//
// A Way makes them, and keeps what all of them share.
#pragma once

#include <array>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <functional>
#include <memory>
#include <string>

#include "client/endpoint.h"
#include "holdfast/client.h"

namespace holdfast {

class ByteStream {
 public:
  using executor_type = boost::asio::any_io_executor;
  using Done = std::move_only_function<void(boost::system::error_code, std::size_t)>;
  // As many pieces as are written at once; empty ones at the end.
  using Pieces = std::array<boost::asio::const_buffer, 8>;

  virtual ~ByteStream() = default;

  [[nodiscard]] virtual boost::beast::tcp_stream& tcp() = 0;
  // After it is connected.
  virtual void greet(std::move_only_function<void(boost::system::error_code)> done) = 0;
  // In words: what went wrong in greet().
  [[nodiscard]] virtual std::string why_not(boost::system::error_code error) = 0;

  [[nodiscard]] executor_type get_executor() { return tcp().get_executor(); }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [this](auto done, boost::asio::mutable_buffer into) { read_some(into, std::move(done)); }, token,
        first_of(buffers));
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [this](auto done, const Pieces& pieces) { write_some(pieces, std::move(done)); }, token,
        pieces_of(buffers));
  }

 private:
  virtual void read_some(boost::asio::mutable_buffer into, Done done) = 0;
  virtual void write_some(const Pieces& pieces, Done done) = 0;

  template <class Buffers>
  static boost::asio::mutable_buffer first_of(const Buffers& buffers) {
    const auto end = boost::asio::buffer_sequence_end(buffers);
    for (auto at = boost::asio::buffer_sequence_begin(buffers); at != end; ++at)
      if (const boost::asio::mutable_buffer piece = *at; piece.size() > 0) return piece;
    return {};
  }
  template <class Buffers>
  static Pieces pieces_of(const Buffers& buffers) {
    Pieces pieces{};
    std::size_t count = 0;
    const auto end = boost::asio::buffer_sequence_end(buffers);
    for (auto at = boost::asio::buffer_sequence_begin(buffers); at != end && count < pieces.size(); ++at)
      if (const boost::asio::const_buffer piece = *at; piece.size() > 0) pieces[count++] = piece;
    return pieces;
  }
};

class Way {
 public:
  virtual ~Way() = default;
  [[nodiscard]] virtual std::unique_ptr<ByteStream> stream(boost::asio::io_context& context) const = 0;
};

[[nodiscard]] std::unique_ptr<Way> plain_way();
// To a server whose certificate is verified: a chain up to one that is trusted (those of the system, of the
// file that SSL_CERT_FILE names, or of ClientOptions::ca_file), in date, and for the host that was asked for.
[[nodiscard]] std::unique_ptr<Way> tls_way(const Endpoint& endpoint, const ClientOptions& options);

}  // namespace holdfast
