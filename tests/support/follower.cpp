#include "support/follower.h"

#include <boost/json/parse.hpp>

namespace holdfast::e2e {

Follower::Follower(std::string http, std::optional<std::string> after)
    : client_("http://" + http), thread_([this, after = std::move(after)] { follow(after); }) {}

void Follower::follow(const std::optional<std::string>& after) {
  Call call{.method = "GET", .target = "/v1/events"};
  if (after && after->empty()) call.target += "?after=";
  if (after && !after->empty()) call.headers.emplace_back("Last-Event-ID", *after);
  const Answer answer = client_.listen(call, {.on_event =
                                                  [this](const StreamEvent& event) {
                                                    const std::lock_guard lock(mutex_);
                                                    events_.push_back(event);
                                                    ++count_;
                                                    return true;
                                                  },
                                              .on_begin = [this](const Response&) { begun_ = true; },
                                              .go_on = [this] { return !stopping_; }});
  ended_ = true;
}

void Follower::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

bool Follower::begun(milliseconds within) const {
  return eventually([this] { return begun_.load(); }, within);
}

bool Follower::has(std::size_t events, milliseconds within) const {
  return eventually([&] { return count_ >= events; }, within);
}

bool Follower::ended(milliseconds within) const {
  return eventually([this] { return ended_.load(); }, within);
}

std::vector<ToldEvent> Follower::told() const {
  const std::lock_guard lock(mutex_);
  std::vector<ToldEvent> told;
  for (const StreamEvent& event : events_) {
    ToldEvent& one = told.emplace_back();
    one.id = event.id;
    one.type = event.type;
    boost::system::error_code not_json;
    one.data.body = boost::json::parse(event.data, not_json);
  }
  return told;
}

std::vector<std::string> Follower::in_short() const {
  std::vector<std::string> lines;
  for (const ToldEvent& one : told()) {
    std::string of = one.at("id");
    if (of == "(none)") of = one.at("sku");
    if (of == "(none)") of = one.at("peer");
    lines.push_back(one.type + ' ' + of);
  }
  return lines;
}

std::string Follower::last_data() const {
  const std::lock_guard lock(mutex_);
  return events_.empty() ? "" : events_.back().data;
}

std::string Follower::last_id() const {
  const std::lock_guard lock(mutex_);
  return events_.empty() ? "" : events_.back().id;
}

}  // namespace holdfast::e2e
