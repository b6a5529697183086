// From the core's answers to HTTP responses. Pure; members stand in the contract's order.
#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "api/desk.h"
#include "api/event_followers.h"
#include "api/http.h"
#include "core/answer.h"

namespace holdfast::api {

// What an answer is shown with. `shell`, `health` and `followers` are asked only for the status.
struct Shown {
  std::string_view region;  // this daemon's
  const std::function<ShellStatus()>& shell;
  const std::function<Health()>& health;
  const EventFollowers& followers;
  bool in_pages = true;  // a list of SKUs ends with a cursor; the answer about SKUs that were named does not
};

[[nodiscard]] HttpResponse encode(const Answer& answer, const Shown& shown);

[[nodiscard]] HttpResponse encode_status(const answer::Status& status, const ShellStatus& shell,
                                         Health health, const std::vector<FollowerSeen>& followers,
                                         std::string_view region);
[[nodiscard]] HttpResponse encode_config(const std::vector<ConfigValue>& values);
[[nodiscard]] HttpResponse encode_reloaded(const Reloaded& reloaded);
[[nodiscard]] HttpResponse encode_backup(const BackupState& backup, int status);
[[nodiscard]] HttpResponse encode_drain(const DrainState& drain, std::string_view region);
[[nodiscard]] HttpResponse encode_metrics(const std::vector<MetricFamily>& families);

// {"results":[{"status":201,"replayed":false,"body":{…}}]}
[[nodiscard]] HttpResponse encode_batch(std::span<const HttpResponse> results);

}  // namespace holdfast::api
