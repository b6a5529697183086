#include <algorithm>
#include <utility>

#include "holdfast/operation.h"

namespace holdfast {
namespace {

constexpr std::pair<std::string_view, Code> words[] = {
    {"", Code::done},
    {"insufficient_here", Code::insufficient_here},
    {"all_reserved", Code::all_reserved},
    {"rights_unreachable", Code::rights_unreachable},
    {"not_enough", Code::not_enough},
    {"sold_out", Code::sold_out},
    {"reservation_unknown", Code::reservation_unknown},
    {"sku_unknown", Code::sku_unknown},
    {"validation_failed", Code::validation_failed},
    {"idempotency_mismatch", Code::idempotency_mismatch},
    {"wrong_region", Code::wrong_region},
    {"already_purchased", Code::already_purchased},
    {"already_released", Code::already_released},
    {"reservation_expired", Code::reservation_expired},
    {"reservation_pending", Code::reservation_pending},
    {"overloaded", Code::overloaded},
    {"starting", Code::starting},
    {"draining", Code::draining},
    {"disk_full", Code::disk_full},
    {"fenced", Code::fenced},
    {"request_timeout", Code::request_timeout},
    {"outcome_unknown", Code::outcome_unknown},
    {"unreachable", Code::unreachable},
};

}  // namespace

Code code_of(std::string_view word) {
  const auto* const found = std::ranges::find(words, word, &std::pair<std::string_view, Code>::first);
  return found == std::end(words) ? Code::other : found->second;
}

}  // namespace holdfast
