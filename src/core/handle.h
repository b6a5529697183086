// The handlers of requests, one per kind, in files by concern. Each checks, decides, records and says.
//
//   handle_reserve.cpp    reserve, and the waiters that it leaves
//   handle_lifecycle.cpp  purchase, release, extend, change, return, expiry
//   handle_stock.cpp      adjustments, counts, imports, moves by hand
//   handle_reads.cpp      reservations, SKUs, status; handle_rights.cpp  rights per region
//
// `past` holds the records that Replica::recall named for the request.
#pragma once

#include <optional>
#include <vector>

#include "core/step_context.h"

namespace holdfast {

using Pasts = std::vector<Past>;

// The texts of the request go into the reservation that is made of it.
void handle(StepContext& step, RequestToken token, request::Reserve& request, const Pasts& past,
            const std::optional<Digest>& name_of_id);
void handle(StepContext& step, RequestToken token, const request::Purchase& request, const Pasts& past,
            const std::optional<Digest>& name_of_id);
void handle(StepContext& step, RequestToken token, const request::Release& request, const Pasts& past,
            const std::optional<Digest>& name_of_id);
void handle(StepContext& step, RequestToken token, const request::Extend& request, const Pasts& past);
void handle(StepContext& step, RequestToken token, const request::Change& request, const Pasts& past);
void handle(StepContext& step, RequestToken token, const request::Return& request, const Pasts& past);
void handle(StepContext& step, RequestToken token, const request::Adjust& request, const Pasts& past);
void handle(StepContext& step, RequestToken token, const request::Count& request, const Pasts& past);
void handle(StepContext& step, RequestToken token, request::Import& request, const Pasts& past);
void handle(StepContext& step, RequestToken token, const request::MoveRights& request, const Pasts& past);
void handle(StepContext& step, RequestToken token, const request::GetReservation& request, const Pasts& past);
void handle(StepContext& step, RequestToken token, const request::GetSku& request, const Pasts& past);
void handle(StepContext& step, RequestToken token, const request::ListSkus& request, const Pasts& past);
void handle(StepContext& step, RequestToken token, const request::GetAvailability& request,
            const Pasts& past);
void handle(StepContext& step, RequestToken token, const request::GetStatus& request, const Pasts& past);
void handle(StepContext& step, RequestToken token, const request::GetRights& request, const Pasts& past);

// Attempts refused here for want of units.
[[nodiscard]] answer::RefusalRates refusal_rates(const StepContext& step);

// What a person should look at.
[[nodiscard]] std::vector<answer::Alarm> alarms(const StepContext& step);

// What was found when all that was counted was held against what is; `counted` has seen every record.
void answer_audit(StepContext& step, RequestToken token, const Recount& counted);

// What was gathered, as it is now.
void answer_list(StepContext& step, RequestToken token, const Listing& gathered);

// Reservations whose time has come; at most `most` in one step.
void expire(StepContext& step, std::size_t most);

}  // namespace holdfast
