// drain: a region that goes down on purpose asks for no rights any more, and gives away those that it has.
//
//   POST /v1/drain ──> each round: what is available, of each product, to the regions that are up ──moves──┐
//                        ^                                                                                 │
//                        └── what came back since: reservations that ended, rights that were under way ────┘
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <thread>

#include "cli/drain.h"
#include "cli/format.h"
#include "cli/interrupt.h"
#include "cli/render.h"
#include "cli/request.h"
#include "cli/run.h"
#include "cli/session.h"
#include "cli/table.h"

namespace holdfast::cli {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr auto round_each = 300ms;
constexpr auto under_way_at_most = 1s;  // rights that were asked for before
constexpr auto heard_within = 10s;
constexpr std::int64_t move_units_max = 1'000'000'000;

// What it came to so far, a few times a second, on a terminal.
class GivingProgress {
 public:
  void show(std::size_t products, std::int64_t units) {
    const auto now = steady_clock::now();
    if (!terminal_ || now < next_) return;
    next_ = now + round_each;
    std::fprintf(stderr, "\r%s products looked at, %s units given\x1b[K",
                 grouped(static_cast<std::int64_t>(products)).c_str(), grouped(units).c_str());
    shown_ = true;
  }
  void end() {
    if (std::exchange(shown_, false)) std::fputs("\r\x1b[K", stderr);
  }

 private:
  bool terminal_ = ::isatty(STDERR_FILENO) == 1;
  bool shown_ = false;
  steady_clock::time_point next_ = steady_clock::now() + round_each;
};

Call post(std::string target) { return {.method = "POST", .target = std::move(target)}; }

class Giving {
 public:
  explicit Giving(Session& session) : session_(session) {}

  ExitCode run() {
    if (!session_.fetch(post("/v1/drain"))) return session_.failure();
    const auto began = steady_clock::now();
    const auto wait = parse_duration(session_.arguments().one("--wait")).value_or(0ms);
    Round last;
    do {
      const auto round = give_what_there_is();
      if (!round) return progress_.end(), session_.failure();
      last = *round;
      std::this_thread::sleep_for(round_each);
    } while (!interrupt_.came() && goes_on(last, steady_clock::now() - began, wait));
    progress_.end();
    return tell(last, all_have_heard());
  }

 private:
  struct Round {
    std::int64_t given = 0;
    std::int64_t reserved = 0;
    std::int64_t left = 0;
  };

  static bool goes_on(const Round& last, steady_clock::duration since, std::chrono::milliseconds wait) {
    return last.given > 0 || since < under_way_at_most || (last.reserved + last.left > 0 && since < wait);
  }

  std::optional<Round> give_what_there_is() {
    const auto state = session_.fetch(get("/v1/drain"));
    if (!state) return std::nullopt;
    up_.clear();
    cannot_.clear();
    own_ = text(state->body, "region");
    for (const json::value& region : list(state->body, "regions"))
      if (is_true(region, "up")) up_.push_back(text(region, "region"));
    Round round;
    looked_at_ = 0;
    std::string after;
    do {
      Query query;
      query.add("limit", "1000");
      if (!after.empty()) query.add("after", after);
      const auto page = session_.fetch(get("/v1/rights" + query.text()));
      if (!page) return std::nullopt;
      for (const json::value& sku : list(page->body, "skus")) {
        give(sku, round);
        progress_.show(++looked_at_, given_in_all_ + round.given);
      }
      after = text(page->body, "next");
    } while (!after.empty() && !interrupt_.came());
    given_in_all_ += round.given;
    return round;
  }

  void give(const json::value& sku, Round& round) {
    std::int64_t reserved = 0, available = 0;
    for (const json::value& held : list(sku, "regions"))
      if (text(held, "region") == own_) {
        reserved = number(held, "reserved").value_or(0);
        available = number(held, "rights").value_or(0) - reserved;
      }
    round.reserved += reserved;
    std::int64_t given = 0;
    if (const auto takers = takers_of(sku); !takers.empty() && available > 0) {
      const auto parts = shares(std::min(available, move_units_max), takers);
      for (std::size_t i = 0; i < takers.size(); ++i)
        if (parts[i] > 0 && move(text(sku, "sku"), takers[i].region, parts[i])) given += parts[i];
    }
    round.given += given;
    round.left += std::max<std::int64_t>(available - given, 0);
  }

  std::vector<Taker> takers_of(const json::value& sku) const {
    std::vector<Taker> takers;
    for (const std::string& region : up_)
      if (!cannot_.contains(region)) takers.push_back({region, 0});
    for (const json::value& heard : list(sku, "regions"))
      for (Taker& taker : takers)
        if (taker.region == text(heard, "region"))
          taker.sold_per_1000_s = number(heard, "sold_per_1000_s").value_or(0);
    return takers;
  }

  // What was sold meanwhile is left to the next round.
  bool move(const std::string& sku, const std::string& to, std::int64_t units) {
    const auto call =
        send("POST", "/v1/rights/moves", json::object{{"sku", sku}, {"to", to}, {"quantity", units}});
    const Answer answer = session_.call(with_key(call, random_id()));
    if (answer && answer->status == 200) {
      given_[to] += units;
      return true;
    }
    if (!answer || answer->status == 504) given_.try_emplace(to, 0);  // it may have been given them
    if (!answer)
      cannot_[to] = answer.failure().detail;
    else if (answer->status != 409)
      cannot_[to] = "HTTP " + std::to_string(answer->status) + " " + printable(answer->body);
    return false;
  }

  // Or what they were given is sold by nobody until this region is back.
  bool all_have_heard() {
    const auto until = steady_clock::now() + heard_within;
    do {
      const auto state = session_.fetch(get("/v1/drain"));
      if (!state) return false;
      const auto& regions = list(state->body, "regions");
      if (std::ranges::all_of(regions, [&](const json::value& region) {
            return !given_.contains(text(region, "region")) || is_true(region, "has_all");
          }))
        return true;
      std::this_thread::sleep_for(round_each);
    } while (!interrupt_.came() && steady_clock::now() < until);
    return false;
  }

  ExitCode tell(const Round& last, bool heard) {
    std::vector<Fact> shown;
    json::object given;
    for (const auto& [region, units] : given_) {
      shown.push_back({"given to " + printable(region), {grouped(units)}});
      given[region] = units;
    }
    shown.push_back({"reserved", {grouped(last.reserved)}});
    shown.push_back({"left", {grouped(last.left)}});
    if (session_.as_table())
      session_.print(facts(shown, session_.colour()));
    else
      session_.print(
          written(json::object{
              {"given", given}, {"reserved", last.reserved}, {"left", last.left}, {"heard", heard}}) +
          "\n");
    explain(last, heard);
    return last.reserved == 0 && last.left == 0 && heard ? ExitCode::done : ExitCode::not_well;
  }

  void explain(const Round& last, bool heard) {
    if (last.reserved > 0)
      session_.say(
          "what is reserved can be given once its reservations have ended: run it again, or with --wait");
    if (last.left > 0 && up_.empty()) session_.say("no other region is up to be given what is left");
    for (const auto& [region, why] : cannot_) session_.say(region + " could not be given any: " + why);
    if (!heard) session_.say("not every region has said that it heard of what it was given: do not stop yet");
  }

  Session& session_;
  Interrupt interrupt_;
  GivingProgress progress_;
  std::size_t looked_at_ = 0;      // products, in this round
  std::int64_t given_in_all_ = 0;  // in the rounds before
  std::string own_;
  std::vector<std::string> up_;
  std::map<std::string, std::string> cannot_;  // and why, in this round
  std::map<std::string, std::int64_t> given_;
};

}  // namespace

ExitCode run_drain(Session& session) {
  const auto& arguments = session.arguments();
  if (arguments.has("--stop") && (arguments.has("--give-rights") || arguments.has("--wait"))) {
    session.say("drain: --stop ends it: give no other option with it");
    return ExitCode::usage;
  }
  if (arguments.has("--wait") && !arguments.has("--give-rights")) {
    session.say(
        "drain: --wait goes with --give-rights; for example: holdfast drain --give-rights --wait 10m");
    return ExitCode::usage;
  }
  if (arguments.has("--give-rights")) return Giving(session).run();
  const bool stop = arguments.has("--stop");
  return session.fetch_and_show(stop ? post("/v1/drain/stop") : get("/v1/drain"), {drain_text, "regions"});
}

}  // namespace holdfast::cli
