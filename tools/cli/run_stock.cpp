#include <filesystem>

#include "cli/format.h"
#include "cli/render.h"
#include "cli/request.h"
#include "cli/run.h"
#include "cli/session.h"

namespace holdfast::cli {
namespace {

std::string stock_path(const Session& session, const std::string& what = {}) {
  return "/v1/skus/" + percent_encode(session.arguments().one("SKU")) + what;
}

json::object with_reason(const Arguments& arguments, json::object body) {
  body["reason"] = arguments.one("--reason");
  if (const auto region = arguments.maybe("--region")) body["region"] = *region;
  if (arguments.has("--wait-ms")) body["wait_ms"] = arguments.number("--wait-ms");
  return body;
}

// By its name, else by its first character: a line of NDJSON is an object.
std::string content_type_of(const std::string& name, const std::string& content) {
  const auto extension = std::filesystem::path(name).extension();
  const auto first = content.find_first_not_of(" \t\r\n");
  const bool object = first != std::string::npos && content[first] == '{';
  const bool ndjson = extension == ".ndjson" || extension == ".jsonl" || (extension != ".csv" && object);
  return ndjson ? "application/x-ndjson" : "text/csv";
}

}  // namespace

ExitCode run_stock_get(Session& session) {
  return session.fetch_and_show(get(stock_path(session)), {sku_text, "sku"});
}

ExitCode run_stock_list(Session& session) {
  Query query;
  for (const auto* name : {"limit", "after"})
    if (const auto given = session.arguments().maybe(std::string("--") + name)) query.add(name, *given);
  return session.page("/v1/skus", std::move(query), {skus_text, "skus"});
}

ExitCode run_stock_adjust(Session& session) {
  const auto body = with_reason(session.arguments(), {{"delta", session.arguments().number("DELTA")}});
  const auto call = send("POST", stock_path(session, "/adjustments"), body);
  return session.fetch_and_show(with_key(call, session.idempotency_key()), {adjustment_text, "sku"});
}

ExitCode run_stock_count(Session& session) {
  const auto body = with_reason(session.arguments(), {{"counted", session.arguments().number("N")}});
  const auto call = send("PUT", stock_path(session, "/count"), body);
  return session.fetch_and_show(with_key(call, session.idempotency_key()), {adjustment_text, "sku"});
}

ExitCode run_stock_import(Session& session) {
  const auto name = session.arguments().one("FILE");
  auto content = read_file_or_stdin(session, name);
  if (!content) return ExitCode::failed;
  Query query;
  if (const auto region = session.arguments().maybe("--region")) query.add("region", *region);
  const auto type = content_type_of(name, *content);
  const auto reply = session.fetch(with_key({.method = "POST",
                                             .target = "/v1/stock-imports" + query.text(),
                                             .body = *std::move(content),
                                             .content_type = type},
                                            session.idempotency_key()),
                                   "lines");
  if (!reply) return session.failure();
  session.show(*reply, {import_text, "lines"});
  const auto refused = number(reply->body, "refused").value_or(0);
  if (refused == 0) return ExitCode::done;
  auto lines = refused_lines(reply->body);
  if (!lines.empty()) lines.pop_back();
  session.say("refused " + grouped(refused) + " of " + text(reply->body, "lines") +
              " lines, the others were applied\n" + lines);
  return ExitCode::failed;
}

}  // namespace holdfast::cli
