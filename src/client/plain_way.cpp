// Plain TCP: nothing to agree upon.
#include "client/byte_stream.h"

namespace holdfast {
namespace {

using boost::system::error_code;

class PlainStream final : public ByteStream {
 public:
  explicit PlainStream(boost::asio::io_context& context) : tcp_(context) {}

  boost::beast::tcp_stream& tcp() override { return tcp_; }
  void greet(std::move_only_function<void(error_code)> done) override { done(error_code()); }
  std::string why_not(error_code error) override { return error.message(); }

 private:
  void read_some(boost::asio::mutable_buffer into, Done done) override {
    tcp_.async_read_some(into, std::move(done));
  }
  void write_some(const Pieces& pieces, Done done) override {
    tcp_.async_write_some(pieces, std::move(done));
  }

  boost::beast::tcp_stream tcp_;
};

class PlainWay final : public Way {
 public:
  [[nodiscard]] std::unique_ptr<ByteStream> stream(boost::asio::io_context& context) const override {
    return std::make_unique<PlainStream>(context);
  }
};

}  // namespace

std::unique_ptr<Way> plain_way() { return std::make_unique<PlainWay>(); }

}  // namespace holdfast
