#include "cli/problem.h"

#include <algorithm>

#include "cli/arguments.h"
#include "cli/format.h"

namespace holdfast::cli {
namespace {

constexpr std::string_view shortages[] = {"sold_out", "not_enough", "all_reserved", "insufficient_here"};

constexpr std::string_view may_have_happened = "it may have happened, repeat it with the same id or --key";

struct Advice {
  std::string_view code;
  std::string_view next;
};
constexpr Advice advices[] = {
    {"outcome_unknown", "it may have happened: repeat it with the same id or --key"},
    {"request_timeout", "it was not done: send it again"},
    {"rights_unreachable", "it is not sold out: a region that is cut off may have units"},
    {"wrong_region", "call that region with --endpoint"},
    {"events_expired", "events tail --all begins with the oldest that is kept"},
    {"fenced", "nothing is sold until a person has looked: see holdfast status"},
    {"disk_full", "make room on the daemon's disk"},
};

std::string retry_after(const Response& response, const json::value& body) {
  if (const auto ms = number(body, "retry_after_ms")) return "; try again in " + span_ms(*ms);
  if (const auto s = parse_whole(response.header("Retry-After")))
    return "; try again in " + span_ms(*s * 1000);
  return {};
}

std::string advice(const std::string& code) {
  const auto* found = std::ranges::find(advices, code, &Advice::code);
  return found == std::end(advices) ? "" : "; " + std::string(found->next);
}

// Of one error, where it is, in the same line.
std::string with_pointer(const json::value& body, const std::string& detail) {
  const auto& errors = list(body, "errors");
  if (errors.size() != 1 || text(errors.front(), "detail") != detail) return detail;
  const auto pointer = text(errors.front(), "pointer");
  return pointer.empty() ? detail : pointer + ": " + detail;
}

// Those that the one line before does not say already.
std::string error_lines(const json::value& body, const std::string& said) {
  std::string lines;
  for (const auto& error : list(body, "errors")) {
    const auto pointer = text(error, "pointer"), detail = text(error, "detail");
    if (!said.contains(pointer) || !said.contains(detail)) lines += "  " + pointer + ": " + detail + "\n";
  }
  return lines;
}

}  // namespace

ExitCode exit_code_of(const Response& response) {
  const auto body = parse_json(response.body);
  switch (response.status) {
    case 400:
    case 422: return ExitCode::usage;
    case 404: return body && !text(*body, "code").empty() ? ExitCode::not_found : ExitCode::failed;
    case 408:
    case 504: return ExitCode::timed_out;
    case 409: {
      const auto code = body ? text(*body, "code") : std::string();
      const bool is_short = std::ranges::find(shortages, code) != std::end(shortages);
      return is_short ? ExitCode::shortage : ExitCode::failed;
    }
    case 429:
    case 503: return ExitCode::unavailable;
    default: return response.status / 100 == 2 ? ExitCode::done : ExitCode::failed;
  }
}

ExitCode exit_code_of(const Failure& failure) {
  switch (failure.kind) {
    case Failure::Kind::bad_endpoint: return ExitCode::usage;
    case Failure::Kind::timed_out: return ExitCode::timed_out;
    default: return ExitCode::unavailable;
  }
}

std::string shortage_lines(const json::value& body) {
  std::string lines;
  for (const auto& one : list(body, "shortage")) {
    lines += "  " + text(one, "sku") + ": asked for " + text(one, "requested") + ", available here " +
             text(one, "available_here");
    if (const auto reserved = number(one, "reserved_here"))
      lines += ", in baskets here " + grouped(*reserved);
    if (const auto elsewhere = number(one, "elsewhere_estimate"))
      lines += ", elsewhere about " + grouped(*elsewhere);
    if (const auto as_of = text(one, "as_of"); !as_of.empty()) lines += " (as of " + as_of + ")";
    lines += "\n";
  }
  return lines;
}

std::string problem_text(const Response& response, bool changes) {
  const auto body = parse_json(response.body);
  if (!body || text(*body, "code").empty())
    return "HTTP " + std::to_string(response.status) + " without a reason: is this a holdfastd?" +
           (changes && response.status >= 500 ? " " + std::string(may_have_happened) : "") + "\n";
  const auto code = text(*body, "code");
  const auto detail = with_pointer(*body, text(*body, text(*body, "detail").empty() ? "title" : "detail"));
  return code + (detail.empty() ? "" : ": " + detail) + advice(code) + retry_after(response, *body) + "\n" +
         error_lines(*body, detail) + shortage_lines(*body);
}

bool may_pass(const Answer& answer) { return !answer || answer->status == 503 || answer->status == 429; }

std::string short_text(const Answer& answer) {
  return answer ? "HTTP " + std::to_string(answer->status) : answer.failure().detail;
}

std::string failure_text(const Failure& failure, const Attempt& attempt) {
  const std::string again = (attempt.changes ? ": " + std::string(may_have_happened) : "") + "\n";
  switch (failure.kind) {
    case Failure::Kind::bad_endpoint: return attempt.endpoint + " is no endpoint: " + failure.detail + "\n";
    case Failure::Kind::timed_out:
      return "no answer from " + attempt.endpoint + " within " + attempt.timeout + again;
    case Failure::Kind::broken: return attempt.endpoint + " broke off (" + failure.detail + ")" + again;
    default:
      return "cannot reach " + attempt.endpoint + " (" + failure.detail +
             "): is holdfastd running there? give another with --endpoint or HOLDFAST_ENDPOINT\n";
  }
}

}  // namespace holdfast::cli
