// What the native protocol's answers show of reservations, SKUs and refusals, to Cap'n Proto. Inside this
// folder only.
#pragma once

#include "core/answer.h"
#include "proto/native.capnp.h"
#include "wire/common_codec.h"

namespace holdfast::wire {

void write_reservation_view(const answer::ReservationView& view, proto::ReservationView::Builder to);
void write_sku_view(const answer::SkuView& view, proto::SkuView::Builder to);
void write_refusal(const Refusal& refusal, proto::Result::Refused::Builder to);

}  // namespace holdfast::wire
