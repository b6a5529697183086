// Intake: from a routed HTTP request to what the core is asked, or the answer that refuses it. Pure.
//
// The checks after path and method, in the contract's order: size, content type, JSON, members,
// Idempotency-Key. What depends on the daemon's state comes after them, in the gateway.
#pragma once

#include <optional>
#include <vector>

#include "api/event_text.h"
#include "api/http.h"
#include "api/routes.h"
#include "base/result.h"
#include "core/request.h"

namespace holdfast::api {

// One operation of a batch: asked of the core, or refused alone.
using Operation = Result<Request, HttpResponse>;

struct Intake {
  std::vector<Operation> operations;   // one, but for batches; none where the core is not asked
  std::optional<JournalCursor> after;  // of the events, as the next
  std::string consumer;                // who follows them; empty: somebody
};

[[nodiscard]] Result<Intake, HttpResponse> take_in(const Match& match, const HttpRequest& request);

// "application/json; charset=utf-8" and the like.
[[nodiscard]] MediaType media_type_of(const std::optional<std::string>& content_type);

}  // namespace holdfast::api
