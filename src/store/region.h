// Region: a region's daemon as moving in and comparing need it: whole answers, asked for again while the
// daemon cannot answer just now.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "holdfast/client.h"
#include "text/json.h"

namespace holdfast::store {

// Of an endpoint whose daemon is another region's than it should be.
[[nodiscard]] std::string wrong_region(const std::string& endpoint, std::string_view is,
                                       std::string_view should_be);

class Region {
 public:
  explicit Region(std::string name, std::string endpoint,
                  std::chrono::milliseconds patience = std::chrono::minutes(1));

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& endpoint() const { return endpoint_; }

  // Whether the daemon there is this region's; else what it is.
  [[nodiscard]] Result<void, std::string> check_name();
  // The body of a good answer; else why there is none.
  [[nodiscard]] Result<json::value, std::string> get(const std::string& target);
  [[nodiscard]] Result<json::value, std::string> post(const std::string& target, const json::object& body);
  [[nodiscard]] Result<json::value, std::string> batch(const json::array& operations);
  // All pages of a list: `each` gets every element of the member `rows`.
  [[nodiscard]] Result<void, std::string> all(const std::string& target, std::string_view rows,
                                              const std::function<void(const json::value&)>& each);
  // Where its events end now.
  [[nodiscard]] Result<std::string, std::string> newest_cursor();
  // Whether its events go on after this one: else it is another daemon than gave it, or its history is gone.
  [[nodiscard]] Result<void, std::string> check_cursor(const std::string& cursor);
  // Those after a cursor, up to the first that comes once this was begun, or until none came for a moment.
  [[nodiscard]] Result<void, std::string> events_after(const std::string& cursor,
                                                       const std::function<void(const StreamEvent&)>& each);

  // What the last of all these got, if that was no good answer.
  [[nodiscard]] const std::optional<Answer>& bad_answer() const { return bad_answer_; }
  // Of a cursor that its journal does not hold.
  [[nodiscard]] bool has_no_such_history() const {
    return bad_answer_ && *bad_answer_ && (*bad_answer_)->status == 410;
  }

 private:
  [[nodiscard]] Result<json::value, std::string> ask(const Call& call);
  // The head of the stream after a cursor, or of what comes from now on.
  [[nodiscard]] Result<Response, std::string> listen(const std::optional<std::string>& cursor,
                                                     Listener listener);
  // The cursor of the next event, or of the last where none comes for a moment.
  [[nodiscard]] Result<std::string, std::string> next_cursor();
  [[nodiscard]] std::string why(const Answer& answer);

  std::string name_, endpoint_;
  std::chrono::milliseconds patience_;
  Client client_;
  std::optional<Answer> bad_answer_;
};

}  // namespace holdfast::store
