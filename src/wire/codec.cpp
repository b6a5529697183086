#include "wire/codec.h"

#include <utility>

#include "wire/record_codec.h"
#include "wire/slice_codec.h"

namespace holdfast::wire {

namespace {

template <class T>
Result<T, Unreadable> in_words(Decoded<T> decoded) {
  if (!decoded)
    return failure(Unreadable{decoded.error().detail, decoded.error().fault == DecodeFault::unknown_format});
  return *std::move(decoded);
}

}  // namespace

Codec codec() {
  return {make_record_batch, [](BytesView bytes) { return in_words(decode_records(bytes)); },
          [](BytesView bytes, std::size_t place) { return in_words(decode_record(bytes, place)); },
          encode_slice, [](BytesView bytes) { return in_words(decode_slice(bytes)); }};
}

}  // namespace holdfast::wire
