// doctor: what is not as it should be, of a daemon and the machine that it runs on. debug bundle: all of it
// in one file.
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>

#include "cli/doctor.h"
#include "cli/machine.h"
#include "cli/request.h"
#include "cli/run.h"
#include "cli/session.h"

namespace holdfast::cli {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

std::int64_t wall_clock_ms() {
  return duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

// 2026-11-23T18:00:04.123Z, as the daemon writes it; nothing if it is anything else.
std::optional<std::int64_t> ms_of(const std::string& rfc3339) {
  std::tm time{};
  int ms = 0;
  if (std::sscanf(rfc3339.c_str(), "%d-%d-%dT%d:%d:%d.%dZ", &time.tm_year, &time.tm_mon, &time.tm_mday,
                  &time.tm_hour, &time.tm_min, &time.tm_sec, &ms) != 7)
    return std::nullopt;
  time.tm_year -= 1900;
  time.tm_mon -= 1;
  return static_cast<std::int64_t>(::timegm(&time)) * 1000 + ms;
}

bool is_here(std::string_view endpoint) {
  for (const std::string_view host : {"http://127.", "http://localhost", "http://[::1]"})
    if (endpoint.starts_with(host)) return true;
  return false;
}

std::string data_dir_of(const json::value& config) {
  for (const auto& value : list(config, "values"))
    if (text(value, "key") == "data_dir") return plain(at(value, "value"));
  return {};
}

// "ready", or the code of the problem that says why not.
std::string readiness(Session& session) {
  const Answer answer = session.call(get("/readyz"));
  if (!answer) return answer.failure().detail;
  const auto body = parse_json(answer->body);
  return body ? text(*body, answer->status == 200 ? "status" : "code")
              : "HTTP " + std::to_string(answer->status);
}

std::optional<Evidence> gather(Session& session) {
  const auto status = session.fetch(get("/v1/status"));
  if (!status) return std::nullopt;
  const auto config = session.fetch(get("/v1/config"));
  if (!config) return std::nullopt;
  Evidence evidence{.status = status->body,
                    .config = config->body,
                    .ready = readiness(session),
                    .version = HOLDFAST_VERSION};
  if (const auto now = ms_of(text(status->body, "now"))) evidence.clock_ms = wall_clock_ms() - *now;
  if (is_here(session.endpoint())) evidence.machine = look_at_machine(data_dir_of(config->body));
  return evidence;
}

json::value body_of(Session& session, const std::string& target) {
  const Answer answer = session.call(get(target));
  if (!answer) return json::object{{"failure", answer.failure().detail}};
  if (auto body = parse_json(answer->body)) return *std::move(body);
  return json::value(json::string(answer->body));
}

// Nothing of a shopper: no reservation, and of the configuration what the daemon shows, which has no secrets.
json::object bundle_of(Session& session, const Evidence& evidence) {
  json::object bundle{
      {"program", "holdfast " + evidence.version}, {"status", evidence.status}, {"config", evidence.config}};
  bundle["doctor"] = at(findings_json(examine(evidence)), "findings");
  if (evidence.machine) bundle["kernel"] = evidence.machine->kernel;
  bundle["rights"] = body_of(session, "/v1/rights?sort=runs_dry&limit=100");
  bundle["metrics"] = body_of(session, "/metrics");
  return bundle;
}

}  // namespace

ExitCode run_doctor(Session& session) {
  const auto evidence = gather(session);
  if (!evidence) return session.failure();
  const auto findings = examine(*evidence);
  session.print(session.as_table() ? findings_text(findings, session.colour())
                                   : written(findings_json(findings)) + "\n");
  for (const Finding& one : findings)
    if (one.verdict == Verdict::bad) return ExitCode::not_well;
  return ExitCode::done;
}

ExitCode run_debug_bundle(Session& session) {
  const auto evidence = gather(session);
  if (!evidence) return session.failure();
  const std::string text = written(bundle_of(session, *evidence)) + "\n";
  const std::string file = session.arguments().one("FILE");
  if (file == "-") {
    session.print(text);
    return ExitCode::done;
  }
  std::error_code ignored;
  if (std::filesystem::is_regular_file(file, ignored)) {
    session.say(file + " exists: it is left as it is; name another file");
    return ExitCode::usage;
  }
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (!out) {
    session.say("cannot write " + file + ": " + std::strerror(errno));
    return ExitCode::failed;
  }
  session.say("wrote " + file +
              ": status, configuration, metrics, what runs dry, and what doctor found; add the daemon's "
              "log (journalctl -u holdfastd)");
  return ExitCode::done;
}

}  // namespace holdfast::cli
