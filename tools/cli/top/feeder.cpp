#include "cli/top/feeder.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "cli/problem.h"
#include "cli/render.h"
#include "cli/request.h"

namespace holdfast::cli {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds interval{1'000};
constexpr milliseconds interval_max{60'000};
constexpr int share_of_time = 100;
constexpr milliseconds answer_timeout{2'000};
constexpr milliseconds explain_timeout{20'000};  // it reads the journal
constexpr milliseconds backoff_min{200};
constexpr milliseconds backoff_max{2'000};
constexpr std::size_t events_max = 500;
constexpr std::size_t cuts_max = 4;

// Something that is asked for again and again, as often as its work allows.
class Regular {
 public:
  [[nodiscard]] bool due() const { return Clock::now() >= due_; }

  // Asks; `way` is what an answer takes that is no work. What is slow once is a machine that was busy.
  void run(Clock::duration way, const std::function<void()>& ask) {
    const auto began = Clock::now();
    ask();
    const auto work = std::max(Clock::now() - began - way, Clock::duration::zero());
    due_ = Clock::now() + std::min<Clock::duration>(std::min(work, work_) * share_of_time, interval_max);
    work_ = work;
  }

 private:
  Clock::time_point due_ = Clock::now();
  Clock::duration work_{0};  // of the time before
};

std::string page_of_rights(const Wish& wish) {
  const std::size_t limit = wish.filter.empty() ? std::clamp<std::size_t>(wish.skus, 1, skus_max) : skus_max;
  return "/v1/rights?sort=" + std::string(wish.order == Order::runs_dry ? "runs_dry" : "sku") +
         "&limit=" + std::to_string(limit);
}

bool has_sku(const json::value& rights, const std::string& name) {
  return std::ranges::any_of(list(rights, "skus"), [&](const auto& sku) { return text(sku, "sku") == name; });
}

std::string one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

}  // namespace

Wish wish_of(const View& view, Size size) {
  return {.skus = std::max(size.rows, view.chosen + size.rows),
          .order = view.order,
          .filter = view.typing ? "" : view.filter,
          .sku = view.page == Page::sku ? view.detail : "",
          .paused = view.paused};
}

Feeder::Feeder(std::string endpoint, Snapshot first, Wish wish)
    : endpoint_(std::move(endpoint)),
      wish_(std::move(wish)),
      snapshot_(std::move(first)),
      poller_([this](const std::stop_token& stop) { poll(stop); }),
      follower_([this](const std::stop_token& stop) { follow(stop); }) {}

void Feeder::wish(const Wish& wish) {
  {
    const std::scoped_lock lock(mutex_);
    if (wish == wish_) return;
    wish_ = wish;
  }
  changed_.notify_all();
}

Snapshot Feeder::latest() const {
  const std::scoped_lock lock(mutex_);
  Snapshot snapshot = snapshot_;
  snapshot.events.assign(events_.begin(), events_.end());
  snapshot.events.insert(snapshot.events.end(), cuts_.begin(), cuts_.end());
  snapshot.silent_ms = std::chrono::duration_cast<milliseconds>(Clock::now() - answered_at_).count();
  return snapshot;
}

void Feeder::poll(const std::stop_token& stop) {
  Client client(endpoint_, {.timeout = answer_timeout}), patient(endpoint_, {.timeout = explain_timeout});
  Wish asked;
  Regular status, rights, records;
  while (!stop.stop_requested()) {
    Wish wish;
    bool told = false;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, stop, [&] { return !wish_.paused; });
      wish = wish_;
      told = std::exchange(regions_changed_, false);
    }
    if (stop.stop_requested()) return;
    const auto began = Clock::now();
    const bool lives = fetch(client, "/livez").has_value();
    const auto way = Clock::now() - began;
    if (lives && (told || status.due())) status.run(way, [&] { refresh_status(client); });
    if (lives && (rights.due() || wish != asked)) rights.run(way, [&] { refresh_rights(client, wish); });
    if (lives && (wish.sku != asked.sku || (!wish.sku.empty() && records.due())))
      records.run(way, [&] { explain(patient, wish.sku); });
    if (lives) asked = wish;
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, interval, [&] { return wish_ != wish || regions_changed_; });
  }
}

void Feeder::refresh_status(Client& client) {
  auto status = fetch(client, "/v1/status");
  if (!status) return;
  const std::scoped_lock lock(mutex_);
  snapshot_.status = *std::move(status);
}

void Feeder::refresh_rights(Client& client, const Wish& wish) {
  auto rights = fetch(client, page_of_rights(wish));
  if (!rights) return;
  for (const std::string& sku : {wish.filter, wish.sku})
    if (!sku.empty() && !has_sku(*rights, sku))
      if (const auto one = fetch(client, "/v1/rights?sku=" + percent_encode(sku)); one && rights->is_object())
        if (auto* skus = rights->get_object()["skus"].if_array())
          skus->insert(skus->begin(), list(*one, "skus").begin(), list(*one, "skus").end());
  const std::scoped_lock lock(mutex_);
  snapshot_.rights = *std::move(rights);
}

void Feeder::explain(Client& client, const std::string& sku) {
  std::optional<json::value> explained;
  if (!sku.empty()) explained = fetch(client, "/v1/audit/skus/" + percent_encode(sku));
  const std::scoped_lock lock(mutex_);
  snapshot_.explained = explained ? *std::move(explained) : json::value();
}

// A SKU that is not known is an answer too: what is asked for is only not there.
std::optional<json::value> Feeder::fetch(Client& client, const std::string& target) {
  const Answer answer = client.call(get(target));
  auto body = answer && answer->status / 100 == 2 ? parse_json(answer->body) : std::nullopt;
  const std::scoped_lock lock(mutex_);
  if (body || (answer && answer->status == 404)) {
    snapshot_.trouble.clear();
    answered_at_ = Clock::now();
    return body;
  }
  snapshot_.trouble = one_line(answer ? problem_text(*answer) : answer.failure().detail);
  return std::nullopt;
}

// Sales come and go too fast to be read: what is told is what an operator acts upon.
void Feeder::take(const StreamEvent& event) {
  if (event.type.starts_with("reservation.")) return;
  const auto body = parse_json(event.data);
  std::string line = one_line(event_line(event.type, body ? *body : json::value()));
  const bool of_a_region = event.type.starts_with("region.");
  const std::scoped_lock lock(mutex_);
  auto& told = of_a_region ? cuts_ : events_;
  told.push_back(std::move(line));
  if (told.size() > (of_a_region ? cuts_max : events_max)) told.pop_front();
  if (!of_a_region) return;
  regions_changed_ = true;
  changed_.notify_all();
}

void Feeder::follow(const std::stop_token& stop) {
  Client client(endpoint_, {.timeout = answer_timeout});
  std::string after;  // empty: from now
  milliseconds backoff = backoff_min;
  while (!stop.stop_requested()) {
    Call call = get("/v1/events");
    if (!after.empty()) call.headers.emplace_back("Last-Event-ID", after);
    const auto begins = [&](const Response& head) {
      if (const auto id = head.header("Last-Event-ID"); !id.empty()) after = id;
      backoff = backoff_min;
    };
    const auto comes = [&](const StreamEvent& event) {
      if (!event.id.empty()) after = event.id;
      take(event);
      return !stop.stop_requested();
    };
    const Answer answer = client.listen(
        call, {.on_event = comes, .on_begin = begins, .go_on = [&] { return !stop.stop_requested(); }});
    if (answer && (answer->status == 410 || answer->status == 422))
      after.clear();  // another journal: from now
    if (stops_within(stop, backoff)) return;
    backoff = std::min(backoff * 2, backoff_max);
  }
}

bool Feeder::stops_within(const std::stop_token& stop, milliseconds time) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, stop, time, [] { return false; });
  return stop.stop_requested();
}

}  // namespace holdfast::cli
