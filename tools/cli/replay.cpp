#include "cli/replay.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <regex>

#include "cli/format.h"
#include "cli/replay_report.h"
#include "cli/replay_run.h"
#include "cli/session.h"
#include "client/endpoint.h"

namespace holdfast::cli {
namespace {

using namespace replay;
using namespace orders;

constexpr std::size_t bad_lines_named_max = 20;

struct Setup {
  History history;
  RegionMap map;
  Settings settings;
  Conduct conduct;
  std::string fault;
  bool wrong_words = false;  // the fault is in what was asked for: an option, or the map
};

Setup& fail(Setup& setup, std::string why, bool wrong_words = false) {
  setup.fault = std::move(why);
  setup.wrong_words = wrong_words;
  return setup;
}

void take_map(const Arguments& arguments, Setup& setup) {
  const auto path = arguments.one("--map");
  std::string why;
  const auto text = read_file(path, why);
  if (!text) return void(fail(setup, why, true));
  const auto map = RegionMap::parse(*text, why);
  if (!map) return void(fail(setup, path + ":" + why, true));
  setup.map = *map;
  std::map<std::string, std::string> urls;
  for (const auto& word : arguments.all("--region")) {
    const auto equals = word.find('=');
    if (equals == std::string::npos) return void(fail(setup, "--region: " + word + " is not NAME=URL", true));
    const auto name = word.substr(0, equals);
    if (std::ranges::find(setup.map.regions(), name) == setup.map.regions().end())
      return void(fail(setup, "--region: " + name + " is not in " + path, true));
    const auto url = word.substr(equals + 1);
    if (const auto endpoint = parse_endpoint(url); !endpoint || endpoint->scheme == Scheme::native)
      return void(fail(setup, "--region: " + url + " is no endpoint: " + why_not_endpoint(url), true));
    if (!urls.emplace(name, url).second)
      return void(fail(setup, "--region: " + name + " stands twice", true));
  }
  for (const auto& region : setup.map.regions()) {
    if (!urls.contains(region))
      return void(fail(setup, "--region: " + region + " is in " + path + ", give " + region + "=URL", true));
    setup.conduct.regions.push_back({region, urls[region]});
  }
}

std::int64_t number_within(const Arguments& arguments, const std::string& option, std::int64_t least,
                           std::int64_t most, Setup& setup) {
  const auto number = arguments.number(option);
  if (number < least || number > most)
    fail(setup,
         option + ": " + std::to_string(least) + " to " + std::to_string(most) + ", not " +
             arguments.one(option),
         true);
  return number;
}

void take_numbers(const Arguments& arguments, Setup& setup) {
  auto& settings = setup.settings;
  if (const auto stock = arguments.maybe("--stock")) {
    const auto share = parse_per_mille(*stock);
    if (!share) return void(fail(setup, "--stock: " + *stock + " is not a share such as 80%", true));
    settings.stock_per_mille = *share;
  }
  const auto split = parse_split(arguments.maybe("--split").value_or("even"), setup.map.regions());
  if (!split)
    return void(fail(setup, "--split: even, or a share for each region such as eu=60,us=30,ap=10", true));
  settings.split = *split;
  settings.goods = arguments.maybe("--goods").value_or(settings.goods);
  try {
    const std::regex tried(settings.goods);
  } catch (const std::regex_error& error) {
    return void(fail(setup, "--goods: " + std::string(error.what()), true));
  }
  auto& conduct = setup.conduct;
  if (arguments.has("--connections"))
    settings.lanes = static_cast<std::size_t>(number_within(arguments, "--connections", 1, 256, setup));
  conduct.lanes = settings.lanes;
  conduct.duration = parse_duration(arguments.one("--duration")).value_or(std::chrono::milliseconds(0));
  conduct.patience = parse_duration(arguments.one("--patience")).value_or(conduct.patience);
  conduct.manner = {!arguments.has("--all-or-nothing"),
                    number_within(arguments, "--wait-ms", 0, 10'000, setup)};
}

void take_history(Session& session, Setup& setup) {
  const auto path = session.arguments().one("FILE");
  std::string why;
  const auto text = read_file(path, why);
  if (!text) return void(fail(setup, why));
  auto history = parse_history(*text, why);
  if (!history) return void(fail(setup, path + ":1: " + why));
  std::size_t named = 0;
  for (const auto& bad : history->bad) {
    const auto words = path + ":" + std::to_string(bad.number) + ": " + printable(bad.why);
    if (session.arguments().has("--strict")) return void(fail(setup, words));
    if (named++ < bad_lines_named_max) session.say(words + ", skipped");
  }
  if (named > bad_lines_named_max)
    session.say("and " + std::to_string(named - bad_lines_named_max) + " more bad lines, skipped");
  setup.history = *std::move(history);
}

Setup setup_of(Session& session) {
  Setup setup;
  take_map(session.arguments(), setup);
  if (setup.fault.empty()) take_numbers(session.arguments(), setup);
  if (setup.fault.empty()) take_history(session, setup);
  return setup;
}

// A bar on a terminal; elsewhere a line for each tenth.
std::function<void(const Progress&)> progress_of(Session& session) {
  const bool bar = ::isatty(STDERR_FILENO) == 1;
  return [&session, bar, tenth = std::size_t{0}](const Progress& now) mutable {
    const auto percent = now.tasks == 0 ? 100 : now.done * 100 / now.tasks;
    const auto words = grouped(static_cast<std::int64_t>(now.done)) + " of " +
                       grouped(static_cast<std::int64_t>(now.tasks)) + " orders and returns, " +
                       span_ms(now.elapsed.count());
    if (bar) {
      const std::string filled(percent * 30 / 100, '#'), empty(30 - percent * 30 / 100, '.');
      std::fprintf(stderr, "\r[%s%s] %3zu %%  %s\x1b[K%s", filled.c_str(), empty.c_str(), percent,
                   words.c_str(), now.done == now.tasks ? "\n" : "");
    } else if (percent / 10 > tenth) {
      tenth = percent / 10;
      session.say(std::to_string(percent) + " %: " + words);
    }
  };
}

ExitCode recount_only(Session& session) {
  const auto path = session.arguments().one("--recount");
  std::ifstream file(path, std::ios::binary);
  if (!file) return session.say("cannot read " + path), ExitCode::failed;
  std::vector<Event> events;
  std::size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    const auto event = parse_event((++number, line));
    if (!event) return session.say(path + ":" + std::to_string(number) + ": not an answer"), ExitCode::failed;
    events.push_back(*event);
  }
  if (file.bad()) return session.say("cannot read " + path), ExitCode::failed;
  if (events.empty()) return session.say(path + " holds no answers"), ExitCode::failed;
  const auto counted = recount(events);
  session.print(session.as_table()
                    ? recount_text(counted, session.colour()) + verdict_text(counted, session.colour())
                    : written(recount_json(counted)) + "\n");
  return counted.good() ? ExitCode::done : ExitCode::failed;
}

// Why there is nothing to do; of a good line it can only be that it is of no goods.
std::string why_nothing(const History& history) {
  const auto good = static_cast<std::int64_t>(history.lines.size());
  if (good > 0)
    return "there are no goods in this history: all " + grouped(good) +
           " lines were skipped; --goods says which SKUs are";
  const std::string nothing = "there is nothing to replay: ";
  if (history.bad.empty()) return nothing + "this history has no lines";
  return nothing + "all " + grouped(static_cast<std::int64_t>(history.bad.size())) +
         " lines of this history are bad";
}

ExitCode replay_all(Session& session, Setup setup) {
  const auto complain = [&](const std::string& why) { return session.say(why), ExitCode::failed; };
  setup.conduct.progress = progress_of(session);
  // First, so that what does not begin leaves the log of an earlier replay as it is.
  if (const auto fault = fault_before(setup.conduct)) return session.say(fault->text), fault->code;
  const auto plan = plan_of(setup.history, setup.map, setup.settings);
  if (plan.tasks.empty()) return complain(why_nothing(setup.history));
  AnswerLog log(session.arguments().one("--log"));
  if (!log.well()) return complain("cannot write " + session.arguments().one("--log"));
  if (const auto fault = bring_in(plan, setup.conduct, log)) return session.say(fault->text), fault->code;
  session.say("selling " + grouped(static_cast<std::int64_t>(plan.tasks.size())) + " orders and returns of " +
              grouped(static_cast<std::int64_t>(plan.stock.size())) + " SKUs");
  const auto result = carry_out(plan, setup.conduct, log);
  Ledgers ledgers;
  const auto no_ledgers = read_ledgers(setup.conduct, ledgers);
  const auto counted = recount(log.events());
  const Report report{setup.map.regions(),
                      result.tallies,
                      setup.history.lines.size() + setup.history.bad.size(),
                      plan.not_goods,
                      setup.history.bad.size(),
                      result.took.count(),
                      no_ledgers ? no_ledgers->text : ""};
  session.print(session.as_table() ? report_text(report, counted, ledgers, session.colour())
                                   : written(report_json(report, counted, ledgers)) + "\n");
  if (!log.well()) return complain("the log could not be written to its end");
  if (no_ledgers && counted.good()) return session.say(no_ledgers->text), no_ledgers->code;
  const bool good = counted.good() && differences(counted, ledgers).empty() && missing_lines(report) == 0;
  return good ? ExitCode::done : ExitCode::failed;
}

}  // namespace

ExitCode run_replay(Session& session) {
  const auto& arguments = session.arguments();
  if (arguments.has("--recount")) return recount_only(session);
  for (const auto* needed : {"FILE", "--map", "--region"})
    if (!arguments.has(needed))
      return session.say("replay: " + std::string(needed) + " is required; see holdfast replay --help"),
             ExitCode::usage;
  auto setup = setup_of(session);
  if (!setup.fault.empty())
    return session.say("replay: " + setup.fault), setup.wrong_words ? ExitCode::usage : ExitCode::failed;
  return replay_all(session, std::move(setup));
}

}  // namespace holdfast::cli
