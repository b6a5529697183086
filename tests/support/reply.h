// What a step answers, told in full or briefly.
#pragma once

#include <optional>

#include "core/step.h"

namespace holdfast {

struct Replied {
  RequestToken token;
  Answer answer;
};

inline std::optional<Replied> reply_in(const Outbound& outbound) {
  if (const auto* brief = std::get_if<output::BriefReply>(&outbound))
    return Replied{brief->token, Success(brief->reservation)};
  const auto* reply = std::get_if<output::Reply>(&outbound);
  return reply != nullptr ? std::optional(Replied{reply->token, *reply->answer}) : std::nullopt;
}

}  // namespace holdfast
