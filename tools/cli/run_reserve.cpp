#include "cli/render.h"
#include "cli/request.h"
#include "cli/run.h"
#include "cli/session.h"

namespace holdfast::cli {
namespace {

constexpr Shape one_reservation{reservation_text, "id"};

std::string path_of(const std::string& id, const std::string& verb = {}) {
  return "/v1/reservations/" + percent_encode(id) + (verb.empty() ? "" : "/" + verb);
}

std::string path_of(const Session& session, const std::string& verb = {}) {
  return path_of(session.arguments().one("ID"), verb);
}

json::array wanted_lines(const Arguments& arguments) {
  json::array lines;
  for (const auto& given : arguments.all("--line"))
    if (const auto line = parse_line(given))
      lines.push_back({{"sku", line->sku}, {"quantity", line->quantity}});
  return lines;
}

std::int64_t seconds_of(const std::string& given) {
  return parse_duration(given).value_or(std::chrono::milliseconds(0)).count() / 1000;
}

json::object create_body(const Arguments& arguments) {
  json::object body{{"lines", wanted_lines(arguments)}};
  if (const auto customer = arguments.maybe("--customer")) body["customer"] = *customer;
  if (const auto ttl = arguments.maybe("--ttl")) body["ttl_seconds"] = seconds_of(*ttl);
  if (arguments.has("--wait-ms")) body["wait_ms"] = arguments.number("--wait-ms");
  if (arguments.has("--partial")) body["partial"] = true;
  if (const auto replaces = arguments.maybe("--replaces")) body["replaces"] = *replaces;
  return body;
}

std::string created_id(Session& session) {
  if (const auto given = session.arguments().maybe("ID")) return *given;
  const auto id = random_id();
  session.say("reservation id " + id + " (give it to repeat this safely)");
  return id;
}

}  // namespace

ExitCode run_reserve_create(Session& session) {
  const auto reply = session.fetch(
      send("PUT", path_of(created_id(session)), create_body(session.arguments())), one_reservation.member);
  if (!reply) return session.failure();
  if (auto lines = shortage_lines(reply->body); !lines.empty()) {
    lines.pop_back();
    session.say("only a part could be had; short of\n" + lines);
  }
  session.show(*reply, one_reservation);
  return ExitCode::done;
}

ExitCode run_reserve_get(Session& session) {
  return session.fetch_and_show(get(path_of(session)), one_reservation);
}

ExitCode run_reserve_list(Session& session) {
  Query query;
  for (const auto* name : {"customer", "sku", "state", "limit", "after"})
    if (const auto given = session.arguments().maybe(std::string("--") + name)) query.add(name, *given);
  return session.page("/v1/reservations", std::move(query), {reservations_text, "reservations"});
}

ExitCode run_reserve_purchase(Session& session) {
  json::object body;
  if (const auto order = session.arguments().maybe("--order")) body["order"] = *order;
  if (const auto if_expired = session.arguments().maybe("--if-expired")) body["if_expired"] = *if_expired;
  return session.fetch_and_show(send("POST", path_of(session, "purchase"), body), one_reservation);
}

ExitCode run_reserve_release(Session& session) {
  return session.fetch_and_show(send("POST", path_of(session, "release"), json::object()), one_reservation);
}

ExitCode run_reserve_extend(Session& session) {
  const json::object body{{"ttl_seconds", seconds_of(session.arguments().one("--ttl"))}};
  return session.fetch_and_show(send("POST", path_of(session, "extend"), body), one_reservation);
}

ExitCode run_reserve_change(Session& session) {
  const json::object body{{"lines", wanted_lines(session.arguments())}};
  return session.fetch_and_show(send("PATCH", path_of(session), body), one_reservation);
}

ExitCode run_reserve_return(Session& session) {
  json::object body;
  if (session.arguments().has("--line")) body["lines"] = wanted_lines(session.arguments());
  const auto call = send("POST", path_of(session, "return"), body);
  return session.fetch_and_show(with_key(call, session.idempotency_key()), one_reservation);
}

}  // namespace holdfast::cli
