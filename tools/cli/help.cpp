#include "cli/help.h"

#include <algorithm>

#include "cli/arguments.h"
#include "text/nearest.h"

namespace holdfast::cli {
namespace {

std::string padded(std::string_view text, std::size_t width) {
  return std::string(text) + std::string(text.size() < width ? width - text.size() : 1, ' ');
}

std::string fault_of_choice(const std::string& value, std::span<const std::string_view> choices) {
  if (std::ranges::find(choices, value) != choices.end()) return {};
  std::string list;
  for (const auto choice : choices) list += (list.empty() ? "" : ", ") + std::string(choice);
  const auto near = nearest(value, choices);
  return value + " is not one of " + list + (near.empty() ? "" : ", did you mean " + std::string(near) + "?");
}

// Seen by a header of HTTP, so nothing but visible ASCII.
bool is_key(const std::string& value) {
  return !value.empty() && value.size() <= 255 &&
         std::ranges::all_of(value, [](char c) { return c > ' ' && c < 127; });
}

// As the daemon writes the ids of events: three numbers in hexadecimal, so that a word that cannot be one is
// told apart from one that is too old before anyone is asked.
bool is_cursor(const std::string& value) {
  const auto in_cursor = [](char c) { return c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return std::ranges::count(value, '-') == 2 && std::ranges::all_of(value, in_cursor);
}

// Of a group every command's, of all commands the first of each first word.
std::string examples_of(std::string_view group) {
  std::string text = "\nExamples:\n";
  std::string_view last;
  for (const auto& command : commands()) {
    const auto word = command.path.substr(0, command.path.find(' '));
    if (group.empty() ? word != last : word == group)
      text += "  " + std::string(command.examples.front()) + "\n";
    last = word;
  }
  return text;
}

std::string unless(bool good, const std::string& value, const char* what) {
  return good ? "" : (value.empty() ? "an empty text" : value) + " is not " + what;
}

}  // namespace

std::string fault_of(Kind kind, const std::string& value) {
  const auto whole = parse_whole(value);
  const auto duration = parse_duration(value);
  switch (kind) {
    case Kind::flag: return {};
    case Kind::text: return unless(!value.empty(), value, "enough");
    case Kind::whole: return unless(whole.has_value(), value, "a whole number");
    case Kind::positive: return unless(whole && *whole > 0, value, "a whole number above 0");
    case Kind::milliseconds: return unless(whole && *whole >= 0, value, "a whole number of milliseconds");
    case Kind::seconds:
      return unless(duration && duration->count() % 1000 == 0, value,
                    "a time of whole seconds such as 600, 90s or 10m");
    case Kind::timeout:
      return unless(duration && duration->count() > 0, value, "a time such as 500ms, 10s or 1m");
    case Kind::line: return unless(parse_line(value).has_value(), value, "SKU=N with N above 0");
    case Kind::key: return unless(is_key(value), value, "a key of 1 to 255 visible ASCII characters");
    case Kind::cursor:
      return unless(is_cursor(value), value, "an event's id, as events tail -o ndjson shows it (cursor)");
    case Kind::format:
    case Kind::sort:
    case Kind::state:
    case Kind::if_expired:
    case Kind::shell: return fault_of_choice(value, choices_of(kind));
  }
  return {};
}

std::string overview(std::string_view group) {
  const std::string name = group.empty() ? "holdfast" : "holdfast " + std::string(group);
  std::string text =
      name + " COMMAND [OPTIONS]: stock that is sold in many regions at once and never sold twice\n\n";
  for (const auto& command : commands())
    if (group.empty() || command.path.starts_with(std::string(group) + " "))
      text += "  " + padded(command.path, 18) + std::string(command.summary) + "\n";
  text += "\nEvery command takes\n\n";
  for (const auto& parameter : global_parameters())
    text += "  " + padded(std::string(parameter.name) + " " + std::string(parameter.shown), 22) +
            std::string(parameter.help) + "\n";
  text += "  " + padded("-h,--help", 22) + "What it does, with examples\n";
  return text + examples_of(group) +
         "\nExit codes: 0 done, 1 failed, 2 usage or a wrong request, 3 not found, 4 shortage, 5 "
         "unavailable,\n"
         "6 degraded (status) or mismatches (audit), 8 timed out.\n";
}

std::string examples_of(const Command& command) {
  std::string text = "Examples:";
  for (const auto example : command.examples) text += "\n  " + std::string(example);
  return text;
}

}  // namespace holdfast::cli
