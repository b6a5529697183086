// Slices of the checkpoint ⇄ bytes. Layout: proto/journal.capnp. As exact and as strict as record_codec.h.
#pragma once

#include "base/bytes.h"
#include "core/slices.h"
#include "wire/error.h"

namespace holdfast::wire {

// Appends the slice to `out`, whose size must be a multiple of 8, as it is again afterwards.
void encode_slice(const SliceValue& slice, Bytes& out);

[[nodiscard]] Decoded<SliceValue> decode_slice(BytesView bytes);

}  // namespace holdfast::wire
