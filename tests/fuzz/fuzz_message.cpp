// libFuzzer: whatever a link or the native port may carry is sound, or an error (tools/fuzz).
#include <cstdlib>

#include "support/encode_records.h"
#include "wire/frame.h"
#include "wire/message_codec.h"
#include "wire/native_client_codec.h"
#include "wire/native_codec.h"
#include "wire/slice_codec.h"

namespace {

using namespace holdfast;

// What was taken must be a value that comes back as it is.
template <class Value, class Encode, class Decode>
void expect_round_trip(const Result<Value, wire::DecodeError>& decoded, Encode encode, Decode decode) {
  if (!decoded) return;
  Bytes bytes;
  encode(*decoded, bytes);
  const auto again = decode(bytes);
  if (!again || *again != *decoded) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const BytesView bytes = std::as_bytes(std::span(data, size));
  expect_round_trip(wire::decode_message(bytes), wire::encode_message,
                    [](BytesView again) { return wire::decode_message(again); });
  expect_round_trip(wire::decode_hello(bytes), wire::encode_hello, wire::decode_hello);
  expect_round_trip(wire::decode_records(bytes), wire::encode_records, wire::decode_records);
  expect_round_trip(wire::decode_slice(bytes), wire::encode_slice, wire::decode_slice);
  wire::NativeCall call;
  if (wire::decode_native_call(bytes, call))
    for (const input::Asked& asked : call.operations) (void)validate(asked.request);
  wire::NativeAnswers answers;
  (void)wire::decode_native_answers(bytes, answers);
  wire::FrameReader reader;
  reader.feed(bytes);
  for (auto frame = reader.next(); frame && *frame; frame = reader.next())
    (void)wire::decode_message(**frame);
  return 0;
}
