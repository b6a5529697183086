#include "wire/packed_slices.h"

namespace holdfast::wire {

namespace {

// The fewest bytes that an element of each list takes.
constexpr std::size_t sent_bytes_min = 2, known_bytes_min = 8, sku_bytes_min = 5, memory_bytes_min = 19;

template <class Io, class Rows>
void layout_rows(Io& io, Rows& rows) {
  io.list(rows, known_bytes_min, [](Io& in, auto& known) {
    in(known.replica);
    auto& row = known.row;
    in(row.received), in(row.purchased), in(row.written_off);
    in.list(row.sent, sent_bytes_min, [](Io& one, auto& sent) { one(sent.to), one(sent.total); });
    in(row.version), in(row.reserved), in(row.rate);
  });
}

template <class Io, class Slice>
void layout_skus(Io& io, Slice& slice) {
  SkuId before;
  io.list(slice.skus, sku_bytes_min, [&](Io& in, auto& sku) {
    in.near(sku.id, before), in(sku.name), in(sku.reserved), in(sku.returned);
    layout_rows(in, sku.rows);
  });
}

template <class Io, class Slice>
void layout_memories(Io& io, Slice& slice) {
  MemorySlice::Entry before;
  io(slice.made_from);
  io.list(slice.memories, memory_bytes_min, [&](Io& in, auto& one) {
    in.near(one.number, before.number), in(one.name);
    in.near(one.position, before.position), in.near(one.at, before.at);
  });
}

template <class Slice, class Layout>
Slice unpacked(BytesView bytes, const Layout& layout) {
  Slice slice;
  Unpacker io(bytes);
  layout(io, slice);
  require(io.done(), DecodeFault::malformed, "bytes behind the end of a slice");
  return slice;
}

}  // namespace

Packer packed(const SkuSlice& slice) {
  Packer io(64 * slice.skus.size());
  layout_skus(io, slice);
  return io;
}

Packer packed(const MemorySlice& slice) {
  Packer io(32 * slice.memories.size());
  layout_memories(io, slice);
  return io;
}

SkuSlice unpacked_skus(BytesView bytes) {
  return unpacked<SkuSlice>(bytes, [](Unpacker& io, SkuSlice& slice) { layout_skus(io, slice); });
}

MemorySlice unpacked_memories(BytesView bytes) {
  return unpacked<MemorySlice>(bytes, [](Unpacker& io, MemorySlice& slice) { layout_memories(io, slice); });
}

}  // namespace holdfast::wire
