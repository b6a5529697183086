// View: what the person at the keyboard has chosen to see. A value; pressed() is all that changes it.
//
//   overview --enter--> details of a SKU or a region --esc--> overview        any --?--> help --any key-->
//   where it was
#pragma once

#include <string>

#include "cli/top/snapshot.h"

namespace holdfast::cli {

enum class Part : std::uint8_t { regions, skus, events };
enum class Order : std::uint8_t { runs_dry, name };
enum class Page : std::uint8_t { overview, sku, region };

struct Key {
  enum class Kind : std::uint8_t { text, up, down, page_up, page_down, home, end, enter, escape, backspace };
  Kind kind = Kind::text;
  std::string text = {};  // one character, in UTF-8
};

inline constexpr std::size_t skus_max = 1'000;  // that are asked for, which is one page

struct View {
  bool live = true;  // with keys: a row is chosen, and the last line says what can be pressed
  bool quit = false;
  bool help = false;
  bool paused = false;
  bool typing = false;  // the filter
  Page page = Page::overview;
  Part part = Part::skus;  // it has the keys, and the room that the others leave
  std::size_t chosen = 0;  // a row of that part; beyond the last, while more are being asked for: the last
  Order order = Order::runs_dry;
  std::string filter = {};
  std::string detail = {};  // the SKU or region whose page it is
};

[[nodiscard]] View pressed(View view, const Key& key, const Snapshot& snapshot);

// Whether the text has the filter's in it, whatever the case of its letters.
[[nodiscard]] bool passes(const std::string& text, const std::string& filter);

// What is listed in each part, in the order shown.
[[nodiscard]] std::vector<const json::value*> shown_regions(const Snapshot& snapshot);
[[nodiscard]] std::vector<const json::value*> shown_skus(const Snapshot& snapshot, const View& view);
[[nodiscard]] std::vector<std::string> shown_events(const Snapshot& snapshot,
                                                    const View& view);  // newest first

}  // namespace holdfast::cli
