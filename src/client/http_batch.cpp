#include "client/http_batch.h"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <optional>
#include <type_traits>

namespace holdfast {
namespace {

namespace json = boost::json;

json::array lines_of(const std::vector<Item>& items) {
  json::array lines;
  for (const Item& item : items) lines.push_back({{"sku", item.sku}, {"quantity", item.quantity}});
  return lines;
}

void add(json::object& members, const char* name, const std::string& text) {
  if (!text.empty()) members[name] = text;
}

json::object members_of(const operation::Reserve& reserve) {
  json::object members{{"lines", lines_of(reserve.items)}, {"ttl_seconds", reserve.ttl.count()}};
  if (reserve.partial) members["partial"] = true;
  add(members, "customer", reserve.customer);
  add(members, "replaces", reserve.replaces);
  return members;
}

json::object in_batch(const operation::Reserve& reserve) {
  json::object members = members_of(reserve);
  members["op"] = "reserve";
  members["id"] = reserve.id;
  if (reserve.wait.count() != 0) members["wait_ms"] = reserve.wait.count();  // for the daemon to refuse
  return members;
}

json::object in_batch(const operation::Purchase& purchase) {
  json::object members{{"op", "purchase"}, {"id", purchase.id}};
  add(members, "order", purchase.order);
  if (purchase.fail_if_expired) members["if_expired"] = "fail";
  return members;
}

json::object in_batch(const operation::Release& release) { return {{"op", "release"}, {"id", release.id}}; }

json::object in_batch(const operation::Extend& extend) {
  return {{"op", "extend"}, {"id", extend.id}, {"ttl_seconds", extend.ttl.count()}};
}

json::object in_batch(const operation::Change& change) {
  return {{"op", "change"}, {"id", change.id}, {"lines", lines_of(change.items)}};
}

json::object in_batch(const operation::GiveBack& back) {
  json::object members{{"op", "return"}, {"id", back.id}, {"idempotency_key", back.key}};
  if (!back.items.empty()) members["lines"] = lines_of(back.items);
  return members;
}

json::object in_batch(const operation::Adjust& adjust) {
  json::object members{{"op", "adjust"},
                       {"sku", adjust.sku},
                       {"delta", adjust.delta},
                       {"reason", adjust.reason},
                       {"idempotency_key", adjust.key}};
  add(members, "region", adjust.region);
  return members;
}

// One without an id has no path of its own: what is wrong with it is said in a batch.
const operation::Reserve* waiting_alone(std::span<const Operation> operations) {
  const auto* reserve = operations.size() == 1 ? std::get_if<operation::Reserve>(&operations[0]) : nullptr;
  return reserve != nullptr && reserve->wait.count() != 0 && !reserve->id.empty() ? reserve : nullptr;
}

// What is missing or of another type reads as nothing.
const json::value& at(const json::value& object, const char* name) {
  static const json::value nothing;
  const auto* members = object.if_object();
  const auto* found = members != nullptr ? members->if_contains(name) : nullptr;
  return found != nullptr ? *found : nothing;
}

std::string text_at(const json::value& object, const char* name) {
  const auto* text = at(object, name).if_string();
  return text != nullptr ? std::string(text->data(), text->size()) : std::string();
}

std::int64_t number_at(const json::value& object, const char* name) {
  const auto* number = at(object, name).if_int64();
  return number != nullptr ? *number : 0;
}

Outcome::State state_of(const json::value& reservation) {
  constexpr std::array names{"", "pending", "purchased", "released", "expired"};
  const auto* const found = std::ranges::find(names, text_at(reservation, "state"));
  return found == names.end() ? Outcome::State::none : static_cast<Outcome::State>(found - names.begin());
}

// None: it is no daemon's answer, but of something that stands before it, or another server's.
std::optional<Outcome> outcome_of(std::int64_t status, bool replayed, const json::value& body) {
  Outcome outcome;
  if (status >= 400) {
    outcome.code = text_at(body, "code");
    if (outcome.code.empty() || (status >= 500 && outcome.kind() == Code::other)) return std::nullopt;
    outcome.detail = text_at(body, "detail");
    outcome.retry_after = std::chrono::milliseconds(number_at(body, "retry_after_ms"));
    outcome.state = state_of(at(body, "reservation"));
    return outcome;
  }
  if (status / 100 != 2) return std::nullopt;
  outcome.state = state_of(body);
  outcome.created = outcome.state != Outcome::State::none && status == 201;
  outcome.replayed = replayed;
  outcome.expires_in = std::chrono::milliseconds(number_at(body, "expires_in_ms"));
  outcome.available_here = number_at(body, "available_here");
  return outcome;
}

Failure no_answer() { return {Failure::Kind::broken, "what came was no answer to what was asked"}; }

}  // namespace

Call batch_call(std::span<const Operation> operations) {
  if (const auto* reserve = waiting_alone(operations)) {
    json::object body = members_of(*reserve);
    body["wait_ms"] = reserve->wait.count();
    return {.method = "PUT",
            .target = "/v1/reservations/" + percent_encode(reserve->id),
            .body = json::serialize(body),
            .content_type = "application/json"};
  }
  json::array all;
  for (const Operation& one : operations)
    all.push_back(std::visit([](const auto& kind) { return in_batch(kind); }, one));
  return {.method = "POST",
          .target = "/v1/batch",
          .body = json::serialize(json::object{{"operations", std::move(all)}}),
          .content_type = "application/json"};
}

// What is refused as a whole, each operation is told.
Outcomes outcomes_of(const Response& response, std::size_t operations) {
  boost::system::error_code error;
  const json::value body = json::parse(response.body, error);
  if (error) return no_answer();
  const auto* results = at(body, "results").if_array();
  if (results == nullptr || response.status / 100 != 2) {
    const bool replayed = !response.header("Idempotent-Replayed").empty();
    const auto outcome = outcome_of(response.status, replayed, body);
    const bool is_reservation = outcome && operations == 1 && outcome->state != Outcome::State::none;
    if (!outcome || (outcome->done() && !is_reservation)) return no_answer();
    return std::vector<Outcome>(operations, *outcome);
  }
  if (results->size() != operations) return no_answer();
  std::vector<Outcome> outcomes;
  for (const json::value& result : *results) {
    const auto* replayed = at(result, "replayed").if_bool();
    const auto outcome =
        outcome_of(number_at(result, "status"), replayed != nullptr && *replayed, at(result, "body"));
    if (!outcome) return no_answer();
    outcomes.push_back(*outcome);
  }
  return outcomes;
}

}  // namespace holdfast
