#include <chrono>
#include <thread>
#include <utility>

#include "cli/completion.h"
#include "cli/interrupt.h"
#include "cli/manual.h"
#include "cli/problem.h"
#include "cli/render.h"
#include "cli/request.h"
#include "cli/run.h"
#include "cli/session.h"

namespace holdfast::cli {
namespace {

constexpr Shape rights_shape{rights_text, "skus"};
constexpr std::chrono::seconds watch_interval{1};
constexpr std::string_view clear_screen = "\x1b[H\x1b[2J";

void show_watched(Session& session, const Reply& reply) {
  if (session.as_table() && session.on_terminal()) session.print(std::string(clear_screen));
  session.show(reply, rights_shape);
  if (!session.on_terminal() && !session.as_lines()) session.print("\n");
}

// Until it is stopped. A daemon that was there is asked again until it is back; what it said last stays.
ExitCode watch(Session& session, const Call& call) {
  constexpr std::chrono::milliseconds blink{50};
  const Interrupt interrupt;
  bool has_shown = false;
  bool outage = false;
  while (!interrupt.came() && session.can_print()) {
    const auto next = std::chrono::steady_clock::now() + watch_interval;
    const Answer answer = session.call(call);
    if (has_shown && may_pass(answer)) {
      if (!std::exchange(outage, true))
        session.say("no answer (" + short_text(answer) + "): this is how it was; asking again");
    } else {
      const auto reply = session.judge(call, answer, rights_shape.member);
      if (!reply) return session.failure();
      if (std::exchange(outage, false)) session.say("it answers again");
      show_watched(session, *reply);
      has_shown = true;
    }
    while (!interrupt.came() && std::chrono::steady_clock::now() < next) std::this_thread::sleep_for(blink);
  }
  return ExitCode::done;
}

bool sound(const json::value& audit) {
  return is_true(audit, "ok") && list(audit, "mismatches").empty() &&
         number(audit, "oversold_units").value_or(0) == 0;
}

}  // namespace

ExitCode run_status(Session& session) {
  const auto reply = session.fetch(get("/v1/status"), "state");
  if (!reply) return session.failure();
  session.show(*reply, {status_text, "state"});
  return text(reply->body, "state") == "degraded" ? ExitCode::not_well : ExitCode::done;
}

ExitCode run_rights(Session& session) {
  Query query;
  if (const auto sku = session.arguments().maybe("SKU")) query.add("sku", *sku);
  for (const auto* name : {"sort", "limit", "after"})
    if (const auto given = session.arguments().maybe(std::string("--") + name)) query.add(name, *given);
  if (session.arguments().has("--watch")) return watch(session, get("/v1/rights" + query.text()));
  return session.page("/v1/rights", std::move(query), rights_shape);
}

ExitCode run_rights_move(Session& session) {
  const auto& arguments = session.arguments();
  const json::object body{{"sku", arguments.one("SKU")},
                          {"region", arguments.one("--from")},
                          {"to", arguments.one("--to")},
                          {"quantity", arguments.number("N")}};
  const auto call = send("POST", "/v1/rights/moves", body);
  return session.fetch_and_show(with_key(call, session.idempotency_key()), {explain_text, "sku"});
}

ExitCode run_audit_verify(Session& session) {
  const auto reply = session.fetch(get("/v1/audit"), "ok");
  if (!reply) return session.failure();
  session.show(*reply, {audit_text, "ok"});
  return sound(reply->body) ? ExitCode::done : ExitCode::not_well;
}

ExitCode run_audit_explain(Session& session) {
  const auto reply =
      session.fetch(get("/v1/audit/skus/" + percent_encode(session.arguments().one("SKU"))), "ok");
  if (!reply) return session.failure();
  session.show(*reply, {explain_text, "ok"});
  return !sound(reply->body) ? ExitCode::not_well : ExitCode::done;
}

ExitCode run_config_show(Session& session) {
  const bool origin = session.arguments().has("--origin");
  return session.fetch_and_show(get("/v1/config"), {origin ? config_origin_text : config_text, "values"});
}

ExitCode run_config_reload(Session& session) {
  const Call call{.method = "POST", .target = "/v1/config/reload"};
  return session.fetch_and_show(call, {config_changes_text, "changes"});
}

ExitCode run_completion(Session& session) {
  const auto shell = session.arguments().one("SHELL");
  session.print(shell == "bash" ? bash_completion() : shell == "zsh" ? zsh_completion() : fish_completion());
  return ExitCode::done;
}

ExitCode run_man(Session& session) {
  session.print(manual_page());
  return ExitCode::done;
}

ExitCode run_version(Session& session) {
  const std::string version = HOLDFAST_VERSION;
  session.print(session.as_table() ? "holdfast " + version + "\n" : "{\"version\":\"" + version + "\"}\n");
  return ExitCode::done;
}

}  // namespace holdfast::cli
