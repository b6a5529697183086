// What replicas say to each other ⇄ bytes. Layout: proto/gossip.capnp.
//
// Exact: what is decoded equals what was encoded. Decoding is total over hostile bytes: never undefined,
// never an exception, never part of a value, and nothing that checks.h does not find sound. Pure functions;
// any thread.
#pragma once

#include "base/bytes.h"
#include "core/message.h"
#include "wire/error.h"
#include "wire/frame.h"

namespace holdfast::wire {

// Each appends to `out`, whose size must be a multiple of 8, as it is again afterwards.
void encode_hello(const Hello& hello, Bytes& out);
void encode_message(const Message& message, Bytes& out);

// The same with a frame around it (frame.h): what a link writes. A heartbeat that repeats another is a beat.
void append_framed(const Hello& hello, Bytes& out);
void append_framed(const Message& message, Bytes& out);

[[nodiscard]] Decoded<Hello> decode_hello(BytesView bytes);
[[nodiscard]] Decoded<Message> decode_message(BytesView bytes);
[[nodiscard]] Decoded<Message> decode_message(const Frame& frame);  // one that is no Hello

}  // namespace holdfast::wire
