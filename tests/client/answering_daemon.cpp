#include "client/answering_daemon.h"

#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include "wire/frame.h"
#include "wire/native_codec.h"

namespace holdfast {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

std::uint64_t number_of(BytesView bytes) {
  wire::NativeCall call;
  (void)wire::decode_native_call(bytes, call);
  return call.number;
}

// Every call is of one operation, which releases.
Bytes answer_to(BytesView call) {
  wire::NativeResult released;
  released.brief.state = ReservationState::released;
  Bytes answer;
  wire::append_frame(answer, wire::FrameKind::message, [&] {
    (void)wire::encode_native_answers(number_of(call), std::span(&released, 1), 0, answer);
  });
  return answer;
}

}  // namespace

AnsweringDaemon::AnsweringDaemon(int answers, Then then)
    : acceptor_(context_, {asio::ip::address_v4::loopback(), 0}),
      port_(acceptor_.local_endpoint().port()),
      serving_([this, answers, then] { serve(answers, then); }) {}

AnsweringDaemon::~AnsweringDaemon() { ::shutdown(acceptor_.native_handle(), SHUT_RDWR); }

std::string AnsweringDaemon::endpoint() const { return "holdfast://127.0.0.1:" + std::to_string(port_); }

void AnsweringDaemon::serve(int answers, Then then) {
  boost::system::error_code ended;
  tcp::socket socket = acceptor_.accept(ended);
  Bytes incoming(4096);
  wire::FrameReader reader;
  for (std::size_t bytes = 0; !ended; bytes = socket.read_some(asio::buffer(incoming), ended)) {
    reader.feed(BytesView(incoming).first(bytes));
    for (auto frame = reader.next(); frame && *frame; frame = reader.next()) {
      if (answers-- > 0) asio::write(socket, asio::buffer(answer_to((*frame)->payload)), ended);
      if ((then == Then::die && answers == 0) || (then == Then::die_of_the_next && answers < 0)) {
        acceptor_.close();
        return;
      }
      if (then == Then::hang_up_late && answers < 0) return std::this_thread::sleep_for(late);
    }
  }
}

}  // namespace holdfast
