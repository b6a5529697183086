#include <cstdio>
#include <filesystem>
#include <regex>

#include "sim/commands/commands.h"
#include "sim/commands/settings.h"
#include "sim/policies/policies.h"
#include "sim/report/tables.h"
#include "sim/shoppers/history.h"
#include "text/in_shell.h"
#include "text/whole.h"

namespace holdfast::sim {
namespace {

constexpr Option orders_options[] = {
    {"--map", "FILE", "which region serves which country, as for holdfast replay; required"},
    {"--stock", "SHARE", "of what is asked for; 80% if not given"},
    {"--split", "HOW", "even, or a share for each region such as eu=60,us=30,ap=10"},
    {"--goods", "REGEX", "SKUs that are goods, as for holdfast replay"},
    {"--all-or-nothing", "", "nobody is content with a part of an order"},
    {"--strict", "", "end at the first bad line instead of leaving it out"},
    {"--duration", "SECONDS", "what the history is pressed into; 3600 if not given"},
    {"--alone", "REGION=A-B", "nobody reaches it from A to B % of that time; may be repeated"},
    {"--down", "REGION=A-B", "the same, and its shoppers ask again until it is back"},
    {"--round-trip", "MS", "between any two regions; the published ones, or 100, if not given"},
    {"--wait-ms", "MS", "what those who wait are ready to; twice the longest round trip if not given"},
    {"--policy", "NAME", "which policies, repeated or with commas; all but bounds if not given"},
    {"--seed", "N", "of delays; 1 if not given"},
    {"--waiting", "WHICH", "no, yes or both; no if not given"},
    {"-o", "FORMAT", "table, json or csv"},
    {"--jobs", "N", "runs at once; 2 if not given"},
    {"--help", "", "this"},
};

constexpr std::size_t bad_lines_named_max = 20;

struct Setup {
  orders::RegionMap map;
  orders::Settings settings;
  orders::History history;
  Micros duration = std::chrono::hours(1);
  std::vector<Outage> outages;
  std::optional<Micros> round_trip, ready_to_wait;
};

std::string take_map(const Arguments& arguments, Setup& setup) {
  const auto path = arguments.one("--map");
  if (!path) return "--map is required: which region serves which country";
  std::string why;
  const auto text = orders::read_file(*path, why);
  if (!text) return why;
  const auto map = orders::RegionMap::parse(*text, why);
  if (!map) return *path + ":" + why;
  if (map->regions().size() > regions_max)
    return *path + ": at most " + std::to_string(regions_max) + " regions";
  setup.map = *map;
  return {};
}

std::string take_numbers(const Arguments& arguments, Setup& setup) {
  auto& settings = setup.settings;
  if (const auto stock = arguments.one("--stock")) {
    const auto share = orders::parse_per_mille(*stock);
    if (!share) return "--stock: " + *stock + " is not a share such as 80%";
    settings.stock_per_mille = *share;
  }
  const auto split = orders::parse_split(arguments.one("--split").value_or("even"), setup.map.regions());
  if (!split) return "--split: even, or a share for each region such as eu=60,us=30,ap=10";
  settings.split = *split;
  settings.goods = arguments.one("--goods").value_or(settings.goods);
  try {
    const std::regex tried(settings.goods);
  } catch (const std::regex_error& error) {
    return "--goods: " + std::string(error.what());
  }
  const auto duration = parse_whole(arguments.one("--duration").value_or("3600"));
  if (!duration || *duration < 1 || *duration > 1'000'000) return "--duration: 1 to 1000000 seconds";
  setup.duration = std::chrono::seconds(*duration);
  return {};
}

// eu=20-40, parts of a hundred of the duration.
std::optional<Outage> outage_of(const std::string& text, const Setup& setup, bool is_down) {
  static const std::regex shape("([^=]+)=([0-9]{1,3})-([0-9]{1,3})");
  std::smatch parts;
  if (!std::regex_match(text, parts, shape)) return std::nullopt;
  const auto& regions = setup.map.regions();
  const auto region = std::ranges::find(regions, parts[1].str());
  const auto from = parse_whole(parts[2].str()), to = parse_whole(parts[3].str());
  if (region == regions.end() || !from || !to || *from >= *to || *to > 100) return std::nullopt;
  return Outage{static_cast<std::size_t>(region - regions.begin()), SimTime(setup.duration * *from / 100),
                SimTime(setup.duration * *to / 100), is_down};
}

std::string take_network(const Arguments& arguments, Setup& setup) {
  for (const std::string_view option : {"--alone", "--down"})
    for (const auto& text : arguments.all(option)) {
      const auto outage = outage_of(text, setup, option == "--down");
      if (!outage) return std::string(option) + ": " + text + " is not REGION=A-B, such as eu=20-40";
      setup.outages.push_back(*outage);
    }
  for (const auto& [option, taken] :
       {std::pair{"--round-trip", &setup.round_trip}, std::pair{"--wait-ms", &setup.ready_to_wait}})
    if (const auto text = arguments.one(option)) {
      const auto value = parse_whole(*text);
      if (!value || *value < 0 || *value > 100'000) return std::string(option) + ": 0 to 100000 ms";
      *taken = Millis(*value);
    }
  return {};
}

std::string take_history(const Arguments& arguments, Setup& setup) {
  if (arguments.rest().size() != 1) return "name one file of orders";
  const auto& path = arguments.rest().front();
  std::string why;
  const auto text = orders::read_file(path, why);
  if (!text) return why;
  auto history = orders::parse_history(*text, why);
  if (!history) return path + ":1: " + why;
  std::size_t named = 0;
  for (const auto& bad : history->bad) {
    const auto words = path + ":" + std::to_string(bad.number) + ": " + bad.why;
    if (arguments.has("--strict")) return words;
    if (named++ < bad_lines_named_max) std::fprintf(stderr, "%s, skipped\n", words.c_str());
  }
  setup.history = *std::move(history);
  return {};
}

int run_all(const Arguments& arguments, const Setup& setup, const std::vector<std::string>& policies,
            std::uint64_t seed, const std::vector<Waiting>& waiting, const Output& output,
            const std::string& command) {
  const auto plan = orders::plan_of(setup.history, setup.map, setup.settings);
  if (plan.stock.empty()) return usage_fault("orders", "no goods are sold in this history");
  auto history = script_of(plan, setup.map.regions().size(), setup.duration);
  history.script.partial = !arguments.has("--all-or-nothing");
  const auto name = std::filesystem::path(arguments.rest().front()).stem().stem().string();
  auto scenario = scenario_of(name, setup.map, plan.stock.size(), setup.duration);
  if (setup.round_trip) scenario.round_trips = equal_round_trips(scenario.regions.size(), *setup.round_trip);
  scenario.ready_to_wait = setup.ready_to_wait;
  for (const auto& outage : setup.outages) add_outage(outage, scenario, history.script);
  std::vector<Job> jobs;
  for (const auto& policy : policies)
    for (const auto wait : waiting)
      jobs.push_back({&scenario, &history.script, policy, seed, wait, nullptr, command});
  if (output.format == "table") tell_seeds(SeedRange{seed, seed});
  const auto ended = run_jobs(jobs, output.at_once, [&jobs](const Job& job, std::size_t done) {
    show_progress(job, done, jobs.size());
  });
  print_results(jobs, ended.results, output.format);
  if (output.format != "table") return print_failures(jobs, ended);
  std::printf("\n%s orders of %s SKUs\n", shown(static_cast<double>(plan.tasks.size()), 0).c_str(),
              shown(static_cast<double>(plan.stock.size()), 0).c_str());
  std::fputs(sold_text(setup.map.regions(), history.units_wanted, measured(jobs, ended.results)).c_str(),
             stdout);
  if (history.script.partial)
    std::printf(
        "an order served in part is no false denial; what it was not served is unsold if it is left\n");
  return print_failures(jobs, ended);
}

}  // namespace

int orders_command(std::span<const std::string> words) {
  const auto arguments = Arguments::parse(words, orders_options);
  if (!arguments) return usage_fault("orders", arguments.error());
  if (arguments->has("--help")) {
    std::fputs(
        help_text("orders FILE --map MAP [OPTION ...]",
                  "A real order history under each way of sharing stock, by the rules of holdfast replay.",
                  orders_options)
            .c_str(),
        stdout);
    return 0;
  }
  Setup setup;
  for (auto* take : {take_map, take_numbers, take_network, take_history})
    if (const auto fault = take(*arguments, setup); !fault.empty()) return usage_fault("orders", fault);
  const auto policies = policies_of(*arguments, {policy_names.begin(), policy_names.end()});
  if (!policies) return usage_fault("orders", policies.error());
  const auto seeds = seeds_of(*arguments);
  if (!seeds) return usage_fault("orders", seeds.error());
  const auto waiting = waiting_of(*arguments, "no");
  if (!waiting) return usage_fault("orders", waiting.error());
  const auto output = output_of(*arguments);
  if (!output) return usage_fault("orders", output.error());
  std::string command = "holdfast-sim orders";
  for (const auto& word : words) command += ' ' + in_shell(word);
  return run_all(*arguments, setup, *policies, seeds->first, *waiting, *output, command);
}

}  // namespace holdfast::sim
