// How the parts that several answers share look as JSON. Each writes one value.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/json_writer.h"
#include "core/answer.h"

namespace holdfast::api {

void write_reservation(JsonWriter& json, const answer::ReservationView& view, std::string_view region);
// All but its id and region, into an object that is begun.
void write_reservation_members(JsonWriter& json, const answer::ReservationView& view);
void write_sku(JsonWriter& json, const answer::SkuView& view, std::string_view region);
void write_shortage(JsonWriter& json,
                    const std::vector<ShortLine>& shortage);  // the member "shortage" as a whole

// As people read it.
[[nodiscard]] std::string text_of(const Incarnation& incarnation);
[[nodiscard]] std::string_view name(ReservationState state);
[[nodiscard]] std::string_view name(answer::RegionState state);

}  // namespace holdfast::api
