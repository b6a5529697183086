#include "node/recovery.h"

#include <variant>

#include "base/overloaded.h"

namespace holdfast::node {

namespace {

std::string number(Position position) { return std::to_string(position.value()); }

SliceKind kind_of(const SliceValue& value) {
  return std::visit(Overloaded{
                        [](const MetaSlice&) { return SliceKind::meta; },
                        [](const SkuSlice&) { return SliceKind::skus; },
                        [](const ReservationSlice&) { return SliceKind::reservations; },
                        [](const MemorySlice&) { return SliceKind::memories; },
                        [](const ClosedSlice&) { return SliceKind::closed; },
                    },
                    value);
}

// SKUs are numbered without gaps: by where a slice of them says that it stands, room is made.
bool is_of(SliceId id, const SliceValue& value) {
  const auto* skus = std::get_if<SkuSlice>(&value);
  return id.kind == kind_of(value) &&
         (skus == nullptr || (!skus->skus.empty() && slice_of(skus->skus.front().id) == id));
}

}  // namespace

void Recovery::slice(SliceId id, Position includes, BytesView bytes) {
  const auto value = codec_.decode_slice(bytes);
  if (!value)
    fail("a slice of the checkpoint that includes record " + number(includes) +
             " cannot be read: " + value.error().why,
         value.error().later_version);
  else if (!is_of(id, *value))
    fail("a slice of the checkpoint that includes record " + number(includes) + " is not what it says");
  else if (!failed_)
    replica_.state().restore(id, includes, *value);
}

void Recovery::batch(Position first, std::uint32_t count, BytesView records) {
  journal_bytes_ += records.size();
  const auto decoded = codec_.decode_records(records);
  if (!decoded)
    return fail("the batch at record " + number(first) + " cannot be read: " + decoded.error().why,
                decoded.error().later_version);
  if (decoded->size() != count)
    return fail("the batch at record " + number(first) + " does not hold what it says");
  if (!failed_) replica_.state().replay(first, *decoded);
}

std::optional<std::string> Recovery::finish(Position last) {
  if (!failed_) replica_.state().recovered(last);
  return failed_;
}

}  // namespace holdfast::node
