#include "daemon/config.h"
#include "daemon/config_table.h"

namespace holdfast {
namespace {

constexpr std::string_view head =
    "# Configuration of holdfastd. Lines that begin with #name = show the default: take the # away to change "
    "one.\n"
    "# Every key can also be given as a variable (HOLDFAST_HTTP_LISTEN) or a flag (--set http.listen=...).\n";

constexpr std::string_view levers_sample =
    "\n"
    "# One section for each pattern of SKUs (* any characters, ? one) that is treated otherwise; the first that "
    "matches holds.\n"
    "#[[rights.sku]]\n"
    "#pattern = \"gift-*\"\n"
    "#move = \"urgent\"\n"
    "#cover_ms = 60000\n"
    "#floor = 20\n";

constexpr std::string_view peers_sample =
    "\n"
    "# One section for each other region. Without an address it is only accepted from, never dialled.\n"
    "#[[peer]]\n"
    "#region = \"us\"\n"
    "#address = \"127.0.0.1:8431\"\n";

std::string written(const ConfigKey& key) {
  const auto value = key.sample.empty() ? key.fallback : key.sample;
  const auto name = key.name.substr(key.name.rfind('.') + 1);
  const std::string quote = key.number() ? "" : "\"";
  return (key.sample.empty() ? "#" : "") + std::string(name) + " = " + quote + std::string(value) + quote +
         "\n";
}

std::string section_of(std::string_view name) {
  const auto dot = name.rfind('.');
  return dot == std::string_view::npos ? "" : std::string(name.substr(0, dot));
}

}  // namespace

std::string initial_config() {
  std::string text(head);
  std::string section;
  for (const auto& key : config_keys()) {
    if (const auto next = section_of(key.name); next != section) {
      text += "\n[" + next + "]\n";
      section = next;
    } else if (section.empty()) {
      text += "\n";
    }
    text += "# " + std::string(key.help) + "\n" + written(key);
  }
  return text + std::string(levers_sample) + std::string(peers_sample);
}

}  // namespace holdfast
