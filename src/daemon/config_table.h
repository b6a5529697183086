// The one table of keys: name, member, default, range, help, and whether a reload is enough. Loading, `init`,
// `validate`, the environment,
// --set and GET /v1/config and reloading all read it; a new key is a new line here and a new member of
// Config.
#pragma once

#include <span>

#include "daemon/config.h"

namespace holdfast {

// A member's type says what its values look like.
using ConfigMember = std::variant<std::string Config::*, std::filesystem::path Config::*, Address Config::*,
                                  std::optional<Address> Config::*, std::int64_t Config::*, Millis Config::*,
                                  RightsMove Config::*, LogLevel Config::*, LogFormat Config::*>;

// When a value that is read anew takes effect (reload.h).
enum class Takes : std::uint8_t { at_once, restart };

struct ConfigKey {
  std::string_view name;
  ConfigMember member;
  std::string_view fallback;  // as text; empty: the key is required
  std::string_view sample;    // what init writes; empty: it writes the default, commented out
  Takes effect;
  std::string_view help;
  std::int64_t least = 0;  // of numbers
  std::int64_t most = 0;

  [[nodiscard]] bool number() const;
  [[nodiscard]] bool address() const;
  [[nodiscard]] std::string variable() const;  // its name in the environment
};

[[nodiscard]] std::string variable_of(std::string_view key);
[[nodiscard]] std::span<const ConfigKey> config_keys();
[[nodiscard]] const ConfigKey* find_config_key(std::string_view name);

// The lists, whose sections ([[peer]]) only a file has, and what each section may hold.
struct ConfigList {
  struct Member {
    std::string_view name;
    bool number = false;
  };
  std::string_view name;
  std::span<const Member> members;
};
[[nodiscard]] const ConfigList* find_config_list(std::string_view name);
[[nodiscard]] std::span<const ConfigList> config_lists();
// The list that was probably meant, or nothing.
[[nodiscard]] std::string_view nearest_config_list(std::string_view name);

// The key that somebody who wrote this probably meant, or nothing: whole names, and names without their
// section.
[[nodiscard]] std::string nearest_config_key(std::string_view name);

}  // namespace holdfast
