// First the command is found, by the table; then CLI11 takes the words that are left.
#include "cli/parse.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "cli/habits.h"
#include "cli/help.h"
#include "text/nearest.h"

namespace holdfast::cli {
namespace {

using Words = std::vector<std::string>;

// The option of this name, long or short; null if there is none.
const Parameter* find_option(std::span<const Parameter> parameters, std::string_view word) {
  const auto found = std::ranges::find_if(parameters, [&](const Parameter& parameter) {
    const auto comma = parameter.name.find(',');
    return word == parameter.name.substr(0, comma) ||
           (comma != std::string_view::npos && word == parameter.name.substr(comma + 1));
  });
  return found == parameters.end() || found->positional() ? nullptr : &*found;
}

bool takes_value(const std::string& word) {
  const auto* option = find_option(global_parameters(), word);
  return option && option->kind != Kind::flag;
}

// The next word that is neither an option nor a global option's value.
std::size_t next_word(const Words& words, std::size_t from) {
  for (; from < words.size() && words[from].starts_with("-") && words[from] != "--"; ++from)
    if (takes_value(words[from])) ++from;
  return std::min(from, words.size());
}

bool is_group(std::string_view word) {
  return std::ranges::any_of(commands(), [&](const Command& command) {
    return command.path.size() > word.size() && command.path.starts_with(word) &&
           command.path[word.size()] == ' ';
  });
}

const Command* find_command(std::string_view path) {
  const auto found = std::ranges::find(commands(), path, &Command::path);
  return found == commands().end() ? nullptr : &*found;
}

bool wants(const Words& words, std::string_view option, std::string_view short_option) {
  return std::ranges::any_of(words, [&](const auto& word) { return word == option || word == short_option; });
}

UsageError unknown(const std::string& group, const std::string& word) {
  return {"unknown command: " + (group.empty() ? "" : group + " ") + word + instead_of_command(group, word)};
}

// Takes the command's own words out of words.
std::variant<const Command*, Help, UsageError> take_command(Words& words) {
  const auto first = next_word(words, 0);
  if (first == words.size()) {
    if (wants(words, "--help", "-h")) return Help{overview("")};
    return UsageError{"no command given; see holdfast --help"};
  }
  const std::string name = words[first];
  if (name == "help") {  // `holdfast help reserve` is `holdfast reserve --help`
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(first));
    words.push_back("--help");
    return take_command(words);
  }
  const Command* command = find_command(name);
  if (!command && !is_group(name)) return unknown("", name);
  words.erase(words.begin() + static_cast<std::ptrdiff_t>(first));
  if (!is_group(name)) return command;
  const auto second = next_word(words, first);
  const Command* inner = second < words.size() ? find_command(name + " " + words[second]) : nullptr;
  if (inner) words.erase(words.begin() + static_cast<std::ptrdiff_t>(second));
  if (inner || command) return inner ? inner : command;
  if (second < words.size()) return unknown(name, words[second]);
  if (wants(words, "--help", "-h")) return Help{overview(name)};
  return UsageError{name + " needs a command after it: " + commands_after(name) + "; see holdfast " + name +
                    " --help"};
}

// The long name of an option, or the name of one without dashes: what Arguments knows it by.
std::string name_of(const Parameter& parameter) {
  const auto comma = parameter.name.find(',');
  return std::string(comma == std::string_view::npos ? parameter.name : parameter.name.substr(comma + 1));
}

void add(CLI::App& app, const Parameter& parameter, Arguments& arguments) {
  const auto name = name_of(parameter);
  const std::string help(parameter.help);
  if (parameter.kind == Kind::flag) {
    app.add_flag_callback(
        std::string(parameter.name), [&arguments, name] { arguments.add(name, "true"); }, help);
    return;
  }
  const auto take = [&arguments, name](const CLI::results_t& values) {
    for (const auto& value : values) arguments.add(name, value);
    return true;
  };
  auto* option = app.add_option(std::string(parameter.name), take, help);
  option->allow_extra_args(false)->type_name(std::string(parameter.shown));
  option->check([kind = parameter.kind](const std::string& value) { return fault_of(kind, value); }, "");
  const bool many = parameter.count == Count::any || parameter.count == Count::some;
  if (many) option->take_all();
  if (parameter.count == Count::required || parameter.count == Count::some) option->required();
}

std::string unknown_option(const Command& command, std::string_view word) {
  std::vector<std::string_view> options{"--help"};
  for (const auto& parameters : {command.parameters, global_parameters()})
    for (const auto& parameter : parameters)
      if (!parameter.positional()) options.push_back(parameter.name.substr(parameter.name.find(',') + 1));
  const auto near = word.starts_with("--") ? nearest(word, options) : "";
  const std::string unknown = "unknown option " + std::string(word);
  if (!near.empty()) return unknown + ", did you mean " + std::string(near) + "?";
  if (const auto instead = instead_of_option(word); !instead.empty())
    return unknown + ", write " + std::string(instead);
  const bool takes_words = std::ranges::any_of(command.parameters, &Parameter::positional);
  return takes_words && !word.starts_with("--")
             ? unknown + "; a SKU or an ID that begins with - stands behind all options and --"
             : unknown;
}

// What is wrong with the first option that is not as the table has it; empty if nothing. CLI11 would complain
// of what is missing first, and it is missing because the name was mistyped.
std::string fault_of_options(const Command& command, const Words& words) {
  for (std::size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    const std::string_view word = words[i];
    if (word.size() < 2 || word[0] != '-' || std::isdigit(static_cast<unsigned char>(word[1]))) continue;
    const bool is_long = word[1] == '-';
    const auto name = word.substr(0, is_long ? word.find('=') : 2);
    if (name == "--help" || name == "-h") continue;
    const auto* option = find_option(command.parameters, name);
    if (!option) option = find_option(global_parameters(), name);
    if (!option) return unknown_option(command, name);
    const bool joined = word.size() > name.size();
    if (option->kind == Kind::flag && joined) return std::string(name) + " takes no value";
    if (option->kind != Kind::flag && !joined) ++i;
  }
  return {};
}

Parsed parse_arguments(const Command& command, Words words) {
  Invocation invocation{&command, {}};
  const std::string path(command.path);
  CLI::App app(std::string(command.summary), "holdfast " + path);
  app.set_help_flag("-h,--help", "This text");
  app.footer(examples_of(command));
  for (const auto& parameter : command.parameters) add(app, parameter, invocation.arguments);
  for (const auto& parameter : global_parameters()) add(app, parameter, invocation.arguments);
  const auto usage = [&](const std::string& what) {
    return UsageError{path + ": " + what + "; for example: " + std::string(command.examples.front())};
  };
  if (const auto fault = fault_of_options(command, words); !fault.empty())
    return UsageError{path + ": " + fault +
                      (fault.ends_with("?") ? "" : "; see holdfast " + path + " --help")};
  std::ranges::reverse(words);  // as CLI11 wants them
  try {
    app.parse(words);
  } catch (const CLI::CallForHelp&) {
    return Help{app.help()};
  } catch (const CLI::ExtrasError&) {
    const auto left = app.remaining();
    return usage("unexpected " + (left.empty() ? std::string("word") : left.front()));
  } catch (const CLI::ParseError& error) {
    return usage(error.what());
  }
  return invocation;
}

}  // namespace

Parsed parse(std::vector<std::string> words) {
  if (wants(words, "--version", "--version")) return Help{"holdfast " HOLDFAST_VERSION "\n"};
  auto taken = take_command(words);
  if (auto* help = std::get_if<Help>(&taken)) return *std::move(help);
  if (auto* error = std::get_if<UsageError>(&taken)) return *std::move(error);
  return parse_arguments(*std::get<const Command*>(taken), std::move(words));
}

}  // namespace holdfast::cli
