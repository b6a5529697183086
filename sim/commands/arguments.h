// What a subcommand was given: flags, options with values, and the rest, held to a list of what it knows.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace holdfast::sim {

struct Option {
  std::string_view name;   // "--seed"
  std::string_view value;  // what stands for it in help; empty: a flag
  std::string_view help;
};

class Arguments {
 public:
  // The fault is one line for people.
  [[nodiscard]] static Result<Arguments, std::string> parse(std::span<const std::string> words,
                                                            std::span<const Option> options);

  [[nodiscard]] const std::vector<std::string>& rest() const { return rest_; }
  [[nodiscard]] bool has(std::string_view name) const { return values_.contains(name); }
  [[nodiscard]] std::optional<std::string> one(std::string_view name) const;  // the last one given
  [[nodiscard]] std::vector<std::string> all(std::string_view name) const;

 private:
  std::vector<std::string> rest_;
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

// "Usage: ..." and a line for each option.
[[nodiscard]] std::string help_text(std::string_view usage, std::string_view what,
                                    std::span<const Option> options);

}  // namespace holdfast::sim
