#include "cli/completion.h"

#include <algorithm>
#include <map>
#include <vector>

#include "cli/commands.h"
#include "cli/help.h"

namespace holdfast::cli {
namespace {

// What may follow each run of words: "" the first words, `reserve` its commands.
std::map<std::string, std::vector<std::string>> followers() {
  std::map<std::string, std::vector<std::string>> all;
  for (const auto& command : commands()) {
    const auto space = command.path.find(' ');
    auto& first = all[""];
    const std::string word(command.path.substr(0, space));
    if (std::ranges::find(first, word) == first.end()) first.push_back(word);
    if (space != std::string_view::npos) all[word].emplace_back(command.path.substr(space + 1));
  }
  return all;
}

std::vector<Parameter> options_of(const Command& command) {
  std::vector<Parameter> options;
  for (const auto& parameters : {command.parameters, global_parameters()})
    for (const auto& parameter : parameters)
      if (!parameter.positional()) options.push_back(parameter);
  return options;
}

std::string long_name(const Parameter& option) {
  return std::string(option.name.substr(option.name.find(',') + 1));
}

std::string joined(const auto& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + std::string(word);
  return text;
}

// The few words that its argument without dashes can be.
std::string values_of(const Command& command) {
  for (const auto& parameter : command.parameters)
    if (parameter.positional() && !choices_of(parameter.kind).empty())
      return joined(choices_of(parameter.kind));
  return {};
}

std::string quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

// The words that a path may be completed with: what follows it, and its options.
std::map<std::string, std::vector<std::string>> words_by_path() {
  auto words = followers();
  for (const auto& command : commands()) {
    auto& at = words[std::string(command.path)];
    for (const auto& option : options_of(command)) at.push_back(long_name(option));
    at.emplace_back("--help");
    if (const auto values = values_of(command); !values.empty()) at.push_back(values);
  }
  words[""].emplace_back("--help");
  return words;
}

// case arms `--sort) words='sku runs_dry' ;;`, for options that take one of a few words.
std::string choice_arms() {
  std::map<std::string, std::string> arms;
  for (const auto& command : commands())
    for (const auto& option : options_of(command))
      if (const auto choices = joined(choices_of(option.kind)); !choices.empty())
        arms[long_name(option)] = choices;
  std::string text;
  for (const auto& [name, choices] : arms)
    text += "    " + name + (name == "--output" ? " | -o" : "") + ") words='" + choices + "' ;;\n";
  return text;
}

// A bash function of that name, and that it completes `holdfast`.
std::string bash_function(const std::string& name) {
  std::string paths, arms;
  for (const auto& [path, words] : words_by_path()) {
    if (!path.empty()) paths += (paths.empty() ? "" : " | ") + quoted(path);
    arms += "      " + quoted(path) + ") words='" + joined(words) + "' ;;\n";
  }
  return name +
         "() {\n"
         "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} path='' words='' i\n"
         "  for ((i = 1; i < COMP_CWORD; ++i)); do\n"
         "    case \"${path:+$path }${COMP_WORDS[i]}\" in\n"
         "      " +
         paths +
         ") path=${path:+$path }${COMP_WORDS[i]} ;;\n"
         "    esac\n"
         "  done\n"
         "  case $previous in\n" +
         choice_arms() +
         "    *)\n"
         "      case $path in\n" +
         arms +
         "      esac ;;\n"
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "}\n"
         "complete -o default -F " +
         name + " holdfast\n";
}

}  // namespace

std::string bash_completion() {
  return "# holdfast completion bash: source this file, or put it into /etc/bash_completion.d\n" +
         bash_function("_holdfast");
}

std::string zsh_completion() {
  return "#compdef holdfast\n"
         "# holdfast completion zsh: put this as _holdfast into a folder of $fpath, or source it after compinit\n"
         "autoload -U +X bashcompinit && bashcompinit\n" +
         bash_function("_holdfast_words") +
         "# From $fpath it is read when the first word is to be completed, and that word by this line.\n"
         "if [[ $funcstack[1] == _holdfast ]]; then _bash_complete -o default -F _holdfast_words; fi\n";
}

std::string fish_completion() {
  std::string text =
      "# holdfast completion fish: put this into ~/.config/fish/completions/holdfast.fish\n"
      "complete -c holdfast -n __fish_use_subcommand -f\n";
  const auto following = followers();
  const auto line = [&](const std::string& condition, const std::string& rest) {
    text += "complete -c holdfast -n " + quoted(condition) + " " + rest + "\n";
  };
  for (const auto& command : commands()) {
    const auto space = command.path.find(' ');
    const std::string first(command.path.substr(0, space));
    std::string here = "__fish_seen_subcommand_from " + first;
    if (space == std::string_view::npos) {
      line("__fish_use_subcommand", "-f -a " + first + " -d " + quoted(command.summary));
    } else {
      const std::string second(command.path.substr(space + 1));
      line("__fish_use_subcommand", "-f -a " + first);
      line(here + "; and not __fish_seen_subcommand_from " + joined(following.at(first)),
           "-f -a " + second + " -d " + quoted(command.summary));
      here += "; and __fish_seen_subcommand_from " + second;
    }
    if (const auto values = values_of(command); !values.empty()) line(here, "-f -a " + quoted(values));
    for (const auto& option : options_of(command)) {
      const auto choices = joined(choices_of(option.kind));
      line(here, "-l " + long_name(option).substr(2) + (option.kind == Kind::flag ? "" : " -r") +
                     (choices.empty() ? "" : " -f -a " + quoted(choices)) + " -d " + quoted(option.help));
    }
  }
  return text;
}

}  // namespace holdfast::cli
