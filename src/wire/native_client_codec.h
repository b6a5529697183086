// The native protocol's messages ⇄ what a shop's program asks (holdfast/operation.h): the client's side.
// Layout: proto/native.capnp.
//
// A client trusts its daemon no more than the daemon does a client: decoding is total. Pure functions; any
// thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "holdfast/operation.h"
#include "wire/error.h"

namespace holdfast::wire {

// Appends to `out`, whose size must be a multiple of 8, as it is again afterwards. False: it is more than a
// frame takes, and `out` is as it was.
[[nodiscard]] bool encode_native_call(std::uint64_t number, std::span<const Operation> operations,
                                      Bytes& out);

struct NativeAnswers {
  std::uint64_t number = 0;  // of the call
  std::size_t first = 0;     // the place of the first among the call's operations
  std::vector<Outcome> outcomes;
};
// Into `answers`, whose memory is used again.
[[nodiscard]] Decoded<void> decode_native_answers(BytesView bytes, NativeAnswers& answers);

}  // namespace holdfast::wire
