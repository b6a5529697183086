// From the parts of a call to the core's requests, one function a route.
//
// They read what must be there and note faults of shape (missing, wrong type); validate() checks the values.
// Idempotency keys are filled in afterwards (intake.h), since their place in the order of checks is later.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/members.h"
#include "api/query.h"
#include "core/few.h"
#include "core/request.h"

namespace holdfast::api {

enum class MediaType : std::uint8_t { none, json, csv, ndjson, other };

// What a decoder may look at.
struct Parts {
  const Few<std::string>& path;  // the pattern's parameters, in order
  Query& query;
  Members& body;         // where the call takes no JSON, an empty object
  MediaType media_type;  // of the raw body
  std::string_view raw;
  std::vector<FieldError>& errors;
};

using Decode = Request (*)(Parts& parts);

[[nodiscard]] Request decode_reserve_with_id(Parts& parts);
[[nodiscard]] Request decode_reserve_with_key(Parts& parts);
[[nodiscard]] Request decode_get_reservation(Parts& parts);
[[nodiscard]] Request decode_list_reservations(Parts& parts);
[[nodiscard]] Request decode_purchase(Parts& parts);
[[nodiscard]] Request decode_release(Parts& parts);
[[nodiscard]] Request decode_extend(Parts& parts);
[[nodiscard]] Request decode_change(Parts& parts);
[[nodiscard]] Request decode_return(Parts& parts);

[[nodiscard]] Request decode_get_sku(Parts& parts);
[[nodiscard]] Request decode_list_skus(Parts& parts);
[[nodiscard]] Request decode_availability(Parts& parts);
[[nodiscard]] Request decode_adjust(Parts& parts);
[[nodiscard]] Request decode_count(Parts& parts);
[[nodiscard]] Request decode_import(Parts& parts);
[[nodiscard]] Request decode_move(Parts& parts);
[[nodiscard]] Request decode_audit(Parts& parts);
[[nodiscard]] Request decode_audit_sku(Parts& parts);
[[nodiscard]] Request decode_status(Parts& parts);
[[nodiscard]] Request decode_rights(Parts& parts);

// The members of a body that calls and batch operations share.
[[nodiscard]] request::Reserve reserve_members(Members& body);  // all but wait_ms
[[nodiscard]] request::Purchase purchase_members(Members& body);
[[nodiscard]] request::Extend extend_members(Members& body);
[[nodiscard]] request::Change change_members(Members& body);
[[nodiscard]] request::Return return_members(Members& body);
[[nodiscard]] request::Adjust adjust_members(Members& body);  // all but wait_ms

}  // namespace holdfast::api
