#include "cli/session.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <istream>
#include <iterator>
#include <ostream>
#include <random>
#include <utility>

#include "cli/format.h"
#include "text/in_shell.h"

namespace holdfast::cli {
namespace {

constexpr std::string_view default_endpoint = "http://127.0.0.1:8420";
constexpr std::chrono::seconds default_timeout{10};
// Of what goes through all there is: longer than the daemon's own five minutes, so that its word comes first.
constexpr std::chrono::seconds long_timeout{310};

std::string endpoint_of(const Arguments& arguments, const std::map<std::string, std::string>& environment) {
  if (const auto given = arguments.maybe("--endpoint")) return *given;
  const auto found = environment.find("HOLDFAST_ENDPOINT");
  return found == environment.end() || found->second.empty() ? std::string(default_endpoint) : found->second;
}

bool colour_of(const Surroundings& surroundings) {
  const auto& environment = surroundings.environment;
  const auto no_color = environment.find("NO_COLOR");
  const auto term = environment.find("TERM");
  return surroundings.out_is_terminal && (no_color == environment.end() || no_color->second.empty()) &&
         (term == environment.end() || term->second != "dumb");
}

// Where the daemon may wait for units, the time for its answer begins after that.
std::chrono::milliseconds timeout_of(const Invocation& invocation) {
  const auto& arguments = invocation.arguments;
  if (const auto given = arguments.maybe("--timeout"))
    return parse_duration(*given).value_or(default_timeout);
  const auto& path = invocation.command->path;
  if (path == "stock import" || path == "audit verify" || path == "audit explain") return long_timeout;
  return default_timeout + std::chrono::milliseconds(arguments.number("--wait-ms"));
}

// A full disk or a closed pipe: data that nobody got is no success, and what was asked for may have been
// done.
ExitCode unless_lost(ExitCode code, const Surroundings& surroundings) {
  if (surroundings.out) return code;
  surroundings.err << "holdfast: standard output cannot be written: is the disk full, or was it closed?"
                   << std::endl;
  return code == ExitCode::done ? ExitCode::failed : code;
}

}  // namespace

Session::Session(Invocation invocation, Surroundings surroundings)
    : invocation_(std::move(invocation)),
      surroundings_(std::move(surroundings)),
      endpoint_(endpoint_of(invocation_.arguments, surroundings_.environment)),
      format_(invocation_.arguments.maybe("--output").value_or("table")),
      colour_(colour_of(surroundings_)),
      client_(endpoint_, {.timeout = timeout_of(invocation_)}) {}

void Session::say(const std::string& text) { surroundings_.err << "holdfast: " << text << std::endl; }

void Session::print(const std::string& data) { surroundings_.out << data << std::flush; }

std::string Session::timeout_text() const {
  if (const auto given = arguments().maybe("--timeout")) return *given;
  return span_ms(timeout_of(invocation_).count());
}

std::optional<Reply> Session::judge(const Call& call, const Answer& answer, std::string_view member) {
  const Changes changes = call.method == "GET" ? Changes::nothing : Changes::state;
  if (!answer || answer->status / 100 != 2) {
    (void)complain(answer, changes);
    return std::nullopt;
  }
  auto body = parse_json(answer->body);
  if (!body || !body->is_object()) {
    failure_ = ExitCode::failed;
    say("the answer of " + endpoint_ + " is no JSON object: is this a holdfastd?");
    return std::nullopt;
  }
  if (!member.empty() && at(*body, member).is_null()) {
    failure_ = ExitCode::failed;
    say("the answer of " + endpoint_ + " has no " + std::string(member) + ": is this a holdfastd?");
    return std::nullopt;
  }
  say_if_replayed(call, *answer);
  return Reply{*answer, *std::move(body)};
}

ExitCode Session::complain(const Answer& answer, Changes changes) {
  failure_ = answer ? exit_code_of(*answer) : exit_code_of(answer.failure());
  auto text = answer ? problem_text(*answer, changes == Changes::state)
                     : failure_text(answer.failure(), {endpoint_, timeout_text(), changes == Changes::state});
  text.pop_back();
  say(text);
  if (!answer || as_table()) return failure_;
  if (const auto body = parse_json(answer->body)) show_raw(*answer, *body, {});
  return failure_;
}

void Session::show(const Reply& reply, const Shape& shape) {
  if (as_table())
    print(shape.render(reply.body, colour_));
  else
    show_raw(reply.response, reply.body, shape.member);
}

void Session::show_raw(const Response& response, const json::value& body, std::string_view member) {
  if (format_ == "json")
    return print(response.body + (on_terminal() && !response.body.ends_with('\n') ? "\n" : ""));
  if (!at(body, member).is_array()) return print(written(body) + "\n");
  std::string lines;
  for (const auto& row : list(body, member)) lines += written(row) + "\n";
  print(lines);
}

ExitCode Session::fetch_and_show(const Call& call, const Shape& shape) {
  const auto reply = fetch(call, shape.member);
  if (!reply) return failure();
  show(*reply, shape);
  return ExitCode::done;
}

// Of many reservations the daemon looks at some thousands for a page, and none of them may be asked for.
ExitCode Session::page(const std::string& path, Query query, const Shape& shape) {
  auto reply = fetch(get(path + query.text()), shape.member);
  std::string last;
  while (reply && list(reply->body, shape.member).empty()) {
    const auto next = text(reply->body, "next");
    if (next.empty() || next == std::exchange(last, next)) break;
    query.set("after", next);
    reply = fetch(get(path + query.text()), shape.member);
  }
  if (!reply) return failure();
  show(*reply, shape);
  if (const auto next = text(reply->body, "next"); !next.empty())
    say("there are more: --after " + in_shell(next));
  return ExitCode::done;
}

// Else it would look as if more had come in, and the key were good for another delivery.
void Session::say_if_replayed(const Call& call, const Response& response) {
  if (response.header("Idempotent-Replayed") != "true") return;
  const auto is_key = [](const auto& header) { return header.first == "Idempotency-Key"; };
  if (std::ranges::any_of(call.headers, is_key))
    say("nothing was done now: it had been done before with this key, and this is what was answered then");
  else
    say("it had been made before; this is how it is now");
}

std::string Session::idempotency_key() {
  if (const auto given = arguments().maybe("--key")) return *given;
  const auto key = random_id();
  say("idempotency key " + key + " (--key " + key + " repeats this safely)");
  return key;
}

std::optional<std::string> read_file_or_stdin(Session& session, const std::string& name) {
  if (name == "-") return std::string(std::istreambuf_iterator(session.in()), {});
  std::error_code ignored;
  errno = std::filesystem::is_directory(name, ignored) ? EISDIR : 0;
  std::ifstream file;
  if (errno == 0) file.open(name, std::ios::binary);
  if (!file.is_open()) {
    session.say("cannot read " + name + ": " + std::strerror(errno));
    return std::nullopt;
  }
  return std::string(std::istreambuf_iterator(file), {});
}

std::string random_id() {
  constexpr std::string_view alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::random_device device;
  std::uniform_int_distribution<std::size_t> letter(0, alphabet.size() - 1);
  std::string id;
  for (int i = 0; i < 22; ++i) id += alphabet[letter(device)];
  return id;
}

ExitCode run(std::vector<std::string> words, const Surroundings& surroundings) {
  auto parsed = parse(std::move(words));
  if (const auto* help = std::get_if<Help>(&parsed)) {
    surroundings.out << help->text << std::flush;
    return unless_lost(ExitCode::done, surroundings);
  }
  if (const auto* error = std::get_if<UsageError>(&parsed)) {
    surroundings.err << "holdfast: " << error->text << std::endl;
    return ExitCode::usage;
  }
  Session session(std::get<Invocation>(std::move(parsed)), surroundings);
  return unless_lost(session.run(), surroundings);
}

}  // namespace holdfast::cli
