// The native protocol's messages ⇄ the core's requests and answers: the daemon's side. Layout:
// proto/native.capnp.
//
// Decoding is total over hostile bytes: never undefined, never an exception, and bounded by the size of the
// bytes. It holds them to their structure and to lists that are not too long; whether a request's values may
// be is for validate() to say, as of HTTP. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "core/answer.h"
#include "core/request.h"
#include "core/step.h"
#include "wire/error.h"

namespace holdfast::wire {

inline constexpr std::size_t native_operations_max = 1024;  // of one call

struct NativeCall {
  std::uint64_t number = 0;  // the caller's
  bool brief = false;
  std::vector<input::Asked> operations;  // without tokens, which are the daemon's
};

[[nodiscard]] answer::BriefReservation brief(const answer::ReservationAnswer& answer);

// One operation's: short, or told in full.
struct NativeResult {
  answer::BriefReservation brief;
  std::unique_ptr<const Answer> full;  // none: `brief` is the answer
};

// Into `call`, whose memory is used again. A call of no operation is refused, and one of too many.
[[nodiscard]] Decoded<void> decode_native_call(BytesView bytes, NativeCall& call);

// Of a call that does nothing but reserve; nothing: it is another, or none that can be read. Far cheaper than
// to decode it, for whoever will do nothing of it.
struct NewReservations {
  std::uint64_t number = 0;  // the caller's
  std::size_t operations = 0;
};
[[nodiscard]] std::optional<NewReservations> only_reserves(BytesView bytes);
// Appends the answers to such a call, of which every operation is refused for one reason.
void encode_refused_call(const NewReservations& call, const Refusal& refusal, Bytes& out);

// Appends the answers to a call from the one at `first` on to `out`, whose size must be a multiple of 8, as
// it is again afterwards: as many as fit into a frame, and at least one. How many it were. An answer is one
// that a request of the protocol can have.
[[nodiscard]] std::size_t encode_native_answers(std::uint64_t number, std::span<const NativeResult> results,
                                                std::size_t first, Bytes& out);

}  // namespace holdfast::wire
