#include "cli/habits.h"

#include <algorithm>
#include <vector>

#include "cli/commands.h"
#include "text/nearest.h"

namespace holdfast::cli {
namespace {

struct Habit {
  std::string_view typed;
  std::string_view here;
};

// What it is called here, as a first word; after a group's word those of the same group come first.
constexpr Habit command_habits[] = {
    {"add", "stock adjust"},
    {"book", "reserve create"},
    {"buy", "reserve purchase"},
    {"cancel", "reserve release"},
    {"check", "doctor"},
    {"commit", "reserve purchase"},
    {"confirm", "reserve purchase"},
    {"dashboard", "top"},
    {"delete", "reserve release"},
    {"feed", "events tail"},
    {"follow", "events tail"},
    {"health", "status"},
    {"hold", "reserve create"},
    {"info", "status"},
    {"inventory", "stock list"},
    {"log", "events tail"},
    {"logs", "events tail"},
    {"ls", "stock list"},
    {"new", "reserve create"},
    {"order", "reserve purchase"},
    {"pay", "reserve purchase"},
    {"peers", "status"},
    {"ps", "status"},
    {"refund", "reserve return"},
    {"regions", "status"},
    {"remove", "stock adjust"},
    {"set", "stock count"},
    {"show", "reserve get"},
    {"show", "stock get"},
    {"transfer", "rights move"},
    {"update", "reserve change"},
    {"watch", "top"},
};

// What is the daemon's to do, or the system's.
constexpr Habit daemon_habits[] = {
    {"init", "holdfastd init FILE writes a configuration"},
    {"run", "the daemon is another program: holdfastd run --config FILE"},
    {"serve", "the daemon is another program: holdfastd run --config FILE"},
    {"server", "the daemon is another program: holdfastd run --config FILE"},
    {"start", "the daemon is another program: holdfastd run --config FILE"},
    {"stop", "the daemon stops cleanly when it gets SIGTERM: systemctl stop holdfastd, or kill its process"},
    {"restart", "the daemon stops cleanly when it gets SIGTERM: systemctl restart holdfastd"},
    {"validate", "holdfastd validate FILE checks a configuration"},
};

constexpr Habit option_habits[] = {
    {"--address", "--endpoint http://HOST:PORT"},
    {"--config", "--endpoint http://HOST:PORT: the configuration is holdfastd's"},
    {"--format", "-o table, -o json or -o ndjson"},
    {"--host", "--endpoint http://HOST:PORT"},
    {"--interval", "nothing: it follows what happens by itself"},
    {"--json", "-o json"},
    {"--port", "--endpoint http://HOST:PORT"},
    {"--product", "--line SKU=N"},
    {"--quantity", "--line SKU=N"},
    {"--qty", "--line SKU=N"},
    {"--server", "--endpoint http://HOST:PORT"},
    {"--sku", "--line SKU=N"},
    {"--url", "--endpoint http://HOST:PORT"},
};

bool is_in(std::string_view group, std::string_view path) {
  return path.size() > group.size() && path.starts_with(group) && path[group.size()] == ' ';
}

// The names that may stand where the word does.
std::vector<std::string_view> names_after(std::string_view group) {
  std::vector<std::string_view> names;
  for (const Command& command : commands())
    if (group.empty())
      names.push_back(command.path.substr(0, command.path.find(' ')));
    else if (is_in(group, command.path))
      names.push_back(command.path.substr(group.size() + 1));
  return names;
}

// By habit, or as the second word of a path whose first was left out; of this group before others, and of
// others only a word that one of them has.
std::string_view known_as(std::string_view group, std::string_view word) {
  std::string_view elsewhere;
  const auto has_it = [&](const Command& command) { return command.path.ends_with(' ' + std::string(word)); };
  if (!group.empty() && std::ranges::count_if(commands(), has_it) > 1) return {};
  const auto consider = [&](std::string_view path) {
    if (!group.empty() && is_in(group, path)) return true;
    if (elsewhere.empty()) elsewhere = path;
    return group.empty();
  };
  for (const Command& command : commands())
    if (const auto space = command.path.find(' ');
        space != command.path.npos && command.path.substr(space + 1) == word && consider(command.path))
      return command.path;
  for (const Habit& habit : command_habits)
    if (habit.typed == word && consider(habit.here)) return habit.here;
  return elsewhere;
}

std::string suggested(std::string_view path) { return ", did you mean " + std::string(path) + "?"; }

}  // namespace

std::string commands_after(std::string_view group) {
  std::string list;
  for (const std::string_view name : names_after(group))
    list += (list.empty() ? "" : ", ") + std::string(name);
  return list;
}

std::string instead_of_command(std::string_view group, std::string_view word) {
  const std::string prefix = group.empty() ? "" : std::string(group) + " ";
  const auto* daemons = std::ranges::find(daemon_habits, word, &Habit::typed);
  if (group.empty() && daemons != std::end(daemon_habits)) return "; " + std::string(daemons->here);
  if (const auto path = known_as(group, word); !path.empty()) return suggested(path);
  if (const auto near = nearest(word, names_after(group)); !near.empty())
    return suggested(prefix + std::string(near));
  return group.empty() ? "; see holdfast --help"
                       : "; " + std::string(group) + " has " + commands_after(group);
}

std::string_view instead_of_option(std::string_view option) {
  const auto* found = std::ranges::find(option_habits, option, &Habit::typed);
  return found == std::end(option_habits) ? "" : found->here;
}

}  // namespace holdfast::cli
