// One run of one command: what it was given, the daemon it calls, and where it writes. Data goes to out, talk
// to err. A command makes its call through here, so that every command fails and prints in the same way.
#pragma once

#include <iosfwd>
#include <map>

#include "cli/json.h"
#include "cli/parse.h"
#include "cli/problem.h"
#include "cli/request.h"

namespace holdfast::cli {

struct Surroundings {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool out_is_terminal = false;
  std::map<std::string, std::string> environment;
};

using Render = std::string (*)(const json::value& body, bool colour);

// How an answer is shown, and what each of them has: a member that is a list is one line each as ndjson.
struct Shape {
  Render render;
  std::string_view member;
};

struct Reply {
  Response response;
  json::value body;
};

class Session {
 public:
  Session(Invocation invocation, Surroundings surroundings);

  ExitCode run() { return invocation_.command->run(*this); }

  [[nodiscard]] const Arguments& arguments() const { return invocation_.arguments; }
  [[nodiscard]] const std::string& endpoint() const { return endpoint_; }
  // Empty: there is no such variable.
  [[nodiscard]] std::string environment(const std::string& name) const {
    const auto found = surroundings_.environment.find(name);
    return found == surroundings_.environment.end() ? std::string() : found->second;
  }
  [[nodiscard]] std::istream& in() { return surroundings_.in; }
  void say(const std::string& text);  // one line of talk

  // The answer if it is a good one, which has that member; otherwise what is wrong has been said, and
  // failure() is how to end. Where it is the answer of an earlier time, that is said.
  [[nodiscard]] std::optional<Reply> fetch(const Call& call, std::string_view member = {}) {
    return judge(call, this->call(call), member);
  }
  [[nodiscard]] ExitCode failure() const { return failure_; }
  void show(const Reply& reply, const Shape& shape);

  // For what goes on and on: nothing is said or shown, and complain() is for how it ended.
  [[nodiscard]] Answer listen(const Call& call, const Listener& listener) {
    return client_.listen(call, listener);
  }
  // The answer, whatever it is; and whether it is a good one, as fetch() says.
  [[nodiscard]] Answer call(const Call& call) { return client_.call(call); }
  [[nodiscard]] std::optional<Reply> judge(const Call& call, const Answer& answer, std::string_view member);
  // Says why there is no good answer, and how to end.
  enum class Changes { nothing, state };
  ExitCode complain(const Answer& answer, Changes changes = Changes::nothing);

  // Both: for commands to which every good answer is the same.
  ExitCode fetch_and_show(const Call& call, const Shape& shape);

  // The same for one page of a list, the first that holds anything; says how to get the next.
  ExitCode page(const std::string& path, Query query, const Shape& shape);

  // The --key that was given, or a new one, which is said, so that a repeat can use it.
  [[nodiscard]] std::string idempotency_key();

  void print(const std::string& data);
  [[nodiscard]] bool can_print() const {
    return surroundings_.out.good();
  }  // else nobody gets what is printed
  [[nodiscard]] bool on_terminal() const { return surroundings_.out_is_terminal; }
  [[nodiscard]] bool as_table() const { return format_ == "table"; }
  [[nodiscard]] bool as_lines() const { return format_ == "ndjson"; }
  [[nodiscard]] bool as_json() const { return format_ == "json"; }
  [[nodiscard]] bool colour() const { return colour_; }

 private:
  [[nodiscard]] std::string timeout_text() const;
  void show_raw(const Response& response, const json::value& body, std::string_view member);
  void say_if_replayed(const Call& call, const Response& response);

  Invocation invocation_;
  Surroundings surroundings_;
  std::string endpoint_;
  std::string format_;
  bool colour_;
  Client client_;
  ExitCode failure_ = ExitCode::failed;
};

// What the file holds, or with - standard input. Nothing if it cannot be read; why has been said.
[[nodiscard]] std::optional<std::string> read_file_or_stdin(Session& session, const std::string& name);

// 22 random characters of A-Za-z0-9, more than 128 bits: for ids and keys.
[[nodiscard]] std::string random_id();

// The whole program: parses, runs, and says what went wrong.
[[nodiscard]] ExitCode run(std::vector<std::string> words, const Surroundings& surroundings);

}  // namespace holdfast::cli
