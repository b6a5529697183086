#include "api/gateway.h"

#include <algorithm>

#include "api/dashboard.h"
#include "api/encode.h"
#include "api/openapi.h"
#include "api/problem.h"
#include "base/assert.h"

namespace holdfast::api {
namespace {

Millis wait_of(const Request& request) {
  return std::visit(
      [](const auto& kind) {
        if constexpr (requires { kind.wait; }) return kind.wait;
        return Millis(0);
      },
      request);
}

std::optional<RefusalCode> refusal_of(Health health, bool changes) {
  switch (health) {
    case Health::ready:
    case Health::leaving: return std::nullopt;
    case Health::starting: return RefusalCode::starting;  // nothing is known yet, not even for readers
    case Health::draining: break;
    case Health::disk_full: return changes ? std::optional(RefusalCode::disk_full) : std::nullopt;
    case Health::fenced: return changes ? std::optional(RefusalCode::fenced) : std::nullopt;
  }
  return changes ? std::optional(RefusalCode::draining) : std::nullopt;
}

bool any_changes(const Intake& intake) {
  return std::ranges::any_of(intake.operations,
                             [](const Operation& one) { return one && changes_state(*one); });
}

// What the record of an import takes on disk, about. It is written in one piece, for which there must be
// room: what is set aside for the end of the disk is for much less.
std::uint64_t disk_bytes(const Intake& intake) {
  constexpr std::uint64_t line_bytes = 128;
  std::uint64_t bytes = 0;
  for (const Operation& one : intake.operations)
    if (const auto* import = one ? std::get_if<request::Import>(&*one) : nullptr)
      for (const request::ImportLine& line : import->lines)
        bytes += line_bytes + line.sku.size() + line.fault.size();
  return bytes;
}

Refusal no_room_for(std::uint64_t bytes, std::uint64_t free) {
  return {.code = RefusalCode::disk_full,
          .detail = "this import takes about " + std::to_string(bytes >> 20) + " MiB of disk, and " +
                    std::to_string(free >> 20) + " MiB are free: make room, or bring it in by smaller files"};
}

Millis longest_wait(const Intake& intake) {
  Millis longest{0};
  for (const Operation& one : intake.operations)
    if (one) longest = std::max(longest, wait_of(*one));
  return longest;
}

bool goes_through_all(const Request& request) {
  return std::holds_alternative<request::Audit>(request) || std::holds_alternative<request::Import>(request);
}

Millis grace_of(const Intake& intake) {
  const bool is_long =
      std::ranges::any_of(intake.operations, [](const auto& one) { return one && goes_through_all(*one); });
  return is_long ? long_answer_grace : answer_grace;
}

// A file of a few thousand lines takes a few milliseconds.
bool takes_long_to_read(const Match& match, const HttpRequest& request) {
  constexpr std::size_t long_bytes = 64 << 10;
  return match.route->body == BodyKind::import && request.body.size() > long_bytes;
}

bool is_only(const Intake& intake, auto&& is) {
  return intake.operations.size() == 1 && intake.operations[0] && is(*intake.operations[0]);
}

std::int64_t us(Millis duration) { return duration.count() * 1000; }

HttpResponse too_late(bool changes) {
  if (changes)
    return problem_response(
        Refusal{.code = RefusalCode::outcome_unknown,
                .detail = "no answer in time; repeat the request with the same id or key"},
        {});
  return problem_response(Refusal{.code = RefusalCode::overloaded, .detail = "no answer in time"}, {});
}

}  // namespace

Gateway::Gateway(std::string region, Desk desk)
    : region_(std::move(region)), desk_(std::move(desk)), feeds_(region_, desk_) {}

RequestToken Gateway::handle(CallId call, const Match& match, HttpRequest& request) {
  if (takes_long_to_read(match, request)) return read_aside(call, match, std::move(request));
  Result<Intake, HttpResponse> intake = take_in(match, request);
  if (auto answer = answer_here(call, request.method, match, intake)) {
    respond(call, *std::move(answer));
    return RequestToken(0);
  }
  const std::uint64_t first = take_tokens(intake->operations.size());
  open(first, call, match, *std::move(intake));
  return RequestToken(first);
}

// The loop serves others meanwhile. What nobody waits for any more is not read.
RequestToken Gateway::read_aside(CallId call, const Match& match, HttpRequest request) {
  if (desk_.health() == Health::draining) {
    respond(call, draining());
    return RequestToken(0);
  }
  const std::uint64_t token = take_tokens(1);
  const auto unread = std::make_shared<Unread>(call, match, std::move(request));
  unread_.emplace(token, unread);
  desk_.aside([this, token, wanted = std::weak_ptr(unread)]() -> AfterJob {
    const auto read = wanted.lock();
    if (!read) return [] {};
    const HttpRequest taken = std::move(read->request);  // freed here, not by the loop
    return [this, token, intake = take_in(read->match, taken)]() mutable { go_on(token, std::move(intake)); };
  });
  return RequestToken(token);
}

void Gateway::go_on(std::uint64_t token, Result<Intake, HttpResponse> intake) {
  const auto read = unread_.extract(token);
  if (read.empty()) return;  // abandoned, or refused
  const auto& [call, match, request] = *read.mapped();
  if (auto answer = answer_here(call, Method::post, match, intake))
    respond(call, *std::move(answer));
  else
    open(token, call, match, *std::move(intake));
}

void Gateway::drain() {
  for (const auto& [token, unread] : std::exchange(unread_, {})) respond(unread->call, draining());
}

HttpResponse Gateway::draining() const {
  return problem_response(Refusal{.code = RefusalCode::draining}, region_);
}

// Nothing: it goes on to the core.
std::optional<HttpResponse> Gateway::answer_here(CallId call, Method method, const Match& match,
                                                 Result<Intake, HttpResponse>& intake) {
  if (!intake) return std::move(intake.error());
  const Route& route = *match.route;
  if (route.serve == Serve::events) return open_feed(call, method, *intake);
  if (route.serve != Serve::core && route.serve != Serve::batch) return serve_here(route.serve);
  return refuse_at_door(*intake);
}

// What is refused is counted here and nowhere else, but for the operations of a batch (finish).
void Gateway::respond(CallId call, HttpResponse response) {
  tally_.count_refusal(response.code);
  respond_(call, std::move(response));
}

HttpResponse Gateway::serve_here(Serve serve) {
  if (serve == Serve::readyz) return ready();
  if (serve == Serve::metrics) return metrics();
  if (serve == Serve::config) return encode_config(desk_.config());
  if (serve == Serve::reload) return encode_reloaded(desk_.reload());
  if (serve == Serve::start_backup) return encode_backup(desk_.start_backup(), 202);
  if (serve == Serve::backup) return encode_backup(desk_.backup(), 200);
  if (serve == Serve::drain || serve == Serve::stop_drain) desk_.drain(serve == Serve::drain);
  if (serve == Serve::drain || serve == Serve::stop_drain || serve == Serve::drain_state)
    return encode_drain(desk_.drain_state(), region_);
  if (serve == Serve::dashboard)
    return {.content_type = "text/html; charset=utf-8", .body = std::string(dashboard_page())};
  if (serve == Serve::openapi) return {.body = std::string(openapi_document())};
  return {.body = R"({"status":"ok"})"};
}

// While it stops, a stream would only end at once.
HttpResponse Gateway::open_feed(CallId call, Method method, const Intake& intake) {
  const Health health = desk_.health();
  if (health == Health::starting || health == Health::draining)
    return problem_response(Refusal{.code = *refusal_of(health, true)}, region_);
  return method == Method::head ? feeds_.look(call, intake.after, intake.consumer)
                                : feeds_.open(call, intake.after, intake.consumer);
}

HttpResponse Gateway::ready() const {
  const Health health = desk_.health();
  const auto code =
      health == Health::leaving ? std::optional(RefusalCode::draining) : refusal_of(health, true);
  if (code) return problem_response(Refusal{.code = *code}, region_);
  return {.body = R"({"status":"ready"})"};
}

HttpResponse Gateway::metrics() {
  std::vector<MetricFamily> families = tally_.families();
  for (MetricFamily& family : feeds_.followers().families()) families.push_back(std::move(family));
  for (MetricFamily& family : desk_.metrics()) families.push_back(std::move(family));
  return encode_metrics(families);
}

std::optional<HttpResponse> Gateway::refuse_at_door(const Intake& intake) const {
  if (const auto code = refusal_of(desk_.health(), any_changes(intake)))
    return problem_response(Refusal{.code = *code}, region_);
  const std::uint64_t bytes = disk_bytes(intake);
  if (bytes == 0) return std::nullopt;
  const ShellStatus shell = desk_.shell();
  if (shell.disk_free_bytes == 0) return std::nullopt;  // it was not asked for yet
  const std::uint64_t free = shell.disk_free_bytes - std::min(shell.disk_free_bytes, shell.spoken_for_bytes);
  if (bytes <= free) return std::nullopt;
  return problem_response(no_room_for(bytes, free), region_);
}

std::uint64_t Gateway::take_tokens(std::size_t count) {
  return std::exchange(next_token_, next_token_ + std::max<std::size_t>(count, 1));
}

void Gateway::open(std::uint64_t first, CallId call, const Match& match, Intake intake) {
  const Millis wait = longest_wait(intake);
  const std::int64_t now_us = desk_.now_us();
  Open& open = calls_[first];
  open.call = call;
  open.results.resize(intake.operations.size(), HttpResponse{.status = 0});
  open.unanswered = intake.operations.size();
  open.began_us = now_us;
  open.deadline_us = now_us + us(wait + grace_of(intake));
  open.is_batch = match.route->serve == Serve::batch;
  for (const Operation& one : intake.operations)
    open.reserves.push_back(one && std::holds_alternative<request::Reserve>(*one));
  open.changes = any_changes(intake);
  open.waits = wait > Millis(0);
  open.in_pages = !is_only(
      intake, [](const Request& one) { return std::holds_alternative<request::GetAvailability>(one); });
  submit(first, std::move(intake));
}

// Answers may come from within, and the last of them closes the call: nothing here touches it after that.
void Gateway::submit(std::uint64_t first, Intake intake) {
  if (intake.operations.empty()) return finish(std::move(calls_.extract(first).mapped()));
  if (!calls_.at(first).is_batch) return desk_.submit(RequestToken(first), *std::move(intake.operations[0]));
  node::InOrder sound;
  for (std::size_t i = 0; i < intake.operations.size(); ++i) {
    Operation& operation = intake.operations[i];
    if (operation)
      sound.push_back({RequestToken(first + i), *std::move(operation), {}});
    else
      settle(find(RequestToken(first + i)), i, std::move(operation.error()));
  }
  if (!sound.empty()) desk_.submit_in_order(std::move(sound));
}

Gateway::Calls::iterator Gateway::find(RequestToken token) {
  auto at = calls_.upper_bound(token.value());
  if (at == calls_.begin()) return calls_.end();
  --at;
  return token.value() < at->first + at->second.results.size() ? at : calls_.end();
}

// A late answer finds nobody: its call was told already that the outcome is unknown.
void Gateway::answer(RequestToken token, const Answer& answer) {
  const auto at = find(token);
  if (at == calls_.end()) return;
  const Open& open = at->second;
  const auto operation = static_cast<std::size_t>(token.value() - at->first);
  if (open.reserves[operation]) {
    const std::int64_t now_us = desk_.now_us();
    Attempts attempt;
    attempt.add(answer);
    tally_.count_reservations(attempt, now_us, now_us - open.began_us);
  }
  const Shown shown{region_, desk_.shell, desk_.health, feeds_.followers(), open.in_pages};
  settle(at, operation, encode(answer, shown));
}

void Gateway::settle(Calls::iterator at, std::size_t operation, HttpResponse response) {
  HF_ASSERT(at != calls_.end());
  Open& open = at->second;
  if (open.results[operation].status != 0) return;
  open.results[operation] = std::move(response);
  if (--open.unanswered == 0) finish(std::move(calls_.extract(at).mapped()));
}

void Gateway::finish(Open open) {
  if (!open.is_batch) return respond(open.call, std::move(open.results.front()));
  for (const HttpResponse& result : open.results) tally_.count_refusal(result.code);
  respond(open.call, encode_batch(open.results));
}

void Gateway::cancel_unanswered(std::uint64_t first, const Open& open) {
  // The last one first: the end of one lets those behind it go on.
  for (std::size_t i = open.results.size(); i-- > 0;)
    if (open.results[i].status == 0) desk_.cancel(RequestToken(first + i));
}

void Gateway::abandon(RequestToken token) {
  if (unread_.erase(token.value()) > 0) return;
  const auto at = calls_.find(token.value());
  if (at == calls_.end()) return;
  const auto abandoned = calls_.extract(at);
  cancel_unanswered(abandoned.key(), abandoned.mapped());
}

bool Gateway::waits(RequestToken token) const {
  const auto at = calls_.find(token.value());
  return at != calls_.end() && at->second.waits;
}

// The end of one may be what another waited for, and answer it from within.
void Gateway::give_up(std::uint64_t first) {
  const auto at = calls_.find(first);
  if (at == calls_.end()) return;
  Open open = std::move(calls_.extract(at).mapped());
  cancel_unanswered(first, open);
  for (HttpResponse& result : open.results)
    if (result.status == 0) result = too_late(open.changes);
  finish(std::move(open));
}

void Gateway::tick() {
  feeds_.tick();
  const std::int64_t now_us = desk_.now_us();
  std::vector<std::uint64_t> due;
  for (const auto& [first, open] : calls_)
    if (open.deadline_us <= now_us) due.push_back(first);
  for (const std::uint64_t first : due) give_up(first);
}

}  // namespace holdfast::api
