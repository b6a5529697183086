// libFuzzer: whatever a shop's connection may carry is a request that the core may be asked, or a refusal.
//
// The first byte says in pieces of which size the rest arrives: pieces must not change what is understood.
#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <tuple>

#include "api/intake.h"
#include "api/json_reader.h"
#include "api/request_parser.h"
#include "api/routes.h"
#include "core/request.h"

namespace {

using namespace holdfast;
using api::RequestParser;

constexpr std::size_t head_bytes_max = 16 * 1024;
constexpr std::size_t body_bytes_max = 64 * 1024;

struct Understood {
  bool whole = false;
  bool failed = false;
  std::string target;
  std::string body;
  bool operator==(const Understood&) const = default;
};

void expect(bool holds) {
  if (!holds) std::abort();
}

// The first request of a stream that comes in pieces of this size.
Understood read_in_pieces(std::string_view stream, std::size_t piece, api::HttpRequest* whole) {
  RequestParser parser(head_bytes_max);
  Understood understood;
  std::string waiting;
  while (!understood.whole && !understood.failed) {
    const auto taken = parser.take(waiting);
    expect(taken.bytes <= waiting.size());
    waiting.erase(0, taken.bytes);
    understood.failed = taken.progress == RequestParser::Progress::failed;
    understood.whole = taken.progress == RequestParser::Progress::whole;
    if (taken.progress == RequestParser::Progress::head_done) parser.limit_body(body_bytes_max, false);
    const bool has_more_to_say = taken.bytes > 0 && !waiting.empty();
    if (taken.progress != RequestParser::Progress::need_more || has_more_to_say) continue;
    if (stream.empty()) return understood;
    waiting += stream.substr(0, piece);
    stream.remove_prefix(std::min(piece, stream.size()));
  }
  if (!understood.whole) return understood;
  understood.target = parser.request().target;
  understood.body = parser.request().body;
  expect(understood.body.size() <= body_bytes_max);
  if (whole != nullptr) *whole = parser.request();
  return understood;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  api::HttpRequest request;
  const Understood understood = read_in_pieces(stream, stream.size() + 1, &request);
  const Understood in_pieces = read_in_pieces(stream, data[0] % 16 + 1, nullptr);
  expect(understood.whole == in_pieces.whole && understood.failed == in_pieces.failed);
  expect(!understood.whole || understood == in_pieces);
  std::ignore = api::read_json(stream);
  if (!understood.whole) return 0;
  const auto match = api::match(request.method, request.target);
  if (!match) return 0;
  const auto intake = api::take_in(*match, request);
  if (!intake) return 0;
  for (const api::Operation& operation : intake->operations)
    expect(!operation || validate(*operation).empty());
  return 0;
}
