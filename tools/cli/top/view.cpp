#include "cli/top/view.h"

#include <algorithm>
#include <cctype>

namespace holdfast::cli {
namespace {

constexpr std::size_t page_rows = 10;

std::size_t rows_of(const View& view, const Snapshot& snapshot) {
  switch (view.part) {
    case Part::regions: return shown_regions(snapshot).size();
    case Part::skus: return shown_skus(snapshot, view).size();
    case Part::events: return shown_events(snapshot, view).size();
  }
  return 0;
}

std::size_t last_row(const View& view, const Snapshot& snapshot) {
  const std::size_t rows = rows_of(view, snapshot);
  return rows > 0 ? rows - 1 : 0;
}

// Of products there may be more than were asked for.
std::size_t end_row(const View& view, const Snapshot& snapshot) {
  const bool has_more = view.part == Part::skus && !text(snapshot.rights, "next").empty();
  return has_more ? skus_max - 1 : last_row(view, snapshot);
}

void choose_part(View& view, Part part) {
  if (view.part != part) view.chosen = 0;
  view.part = part;
  view.page = Page::overview;
}

void open_details(View& view, const Snapshot& snapshot) {
  if (view.part == Part::regions) {
    const auto regions = shown_regions(snapshot);
    if (view.chosen >= regions.size()) return;
    view.page = Page::region;
    view.detail = text(*regions[view.chosen], "region");
  } else if (view.part == Part::skus) {
    const auto skus = shown_skus(snapshot, view);
    if (view.chosen >= skus.size()) return;
    view.page = Page::sku;
    view.detail = text(*skus[view.chosen], "sku");
  }
}

void type(View& view, const Key& key) {
  if (key.kind == Key::Kind::text) view.filter += key.text;
  if (key.kind == Key::Kind::enter) view.typing = false;
  if (key.kind == Key::Kind::escape) {
    view.typing = false;
    view.filter.clear();
  }
  if (key.kind != Key::Kind::backspace) return;
  while (!view.filter.empty() && (static_cast<unsigned char>(view.filter.back()) & 0xc0) == 0x80)
    view.filter.pop_back();
  if (!view.filter.empty()) view.filter.pop_back();
}

void command(View& view, char letter) {
  switch (letter) {
    case 'q': view.quit = true; break;
    case 'r': choose_part(view, Part::regions); break;
    case 's': choose_part(view, Part::skus); break;
    case 'e': choose_part(view, Part::events); break;
    case 'o': view.order = view.order == Order::runs_dry ? Order::name : Order::runs_dry; break;
    case 'p':
    case ' ': view.paused = !view.paused; break;
    case '/':
      view.typing = true;
      view.filter.clear();
      view.chosen = 0;
      break;
    case '?':
    case 'h': view.help = true; break;
    case 'k': view.chosen -= view.chosen > 0 ? 1 : 0; break;
    case 'j': ++view.chosen; break;
    default: break;
  }
}

// Back to where one came from, a step at a time.
void go_back(View& view) {
  if (view.page != Page::overview)
    view.page = Page::overview;
  else if (!view.filter.empty())
    view.filter.clear();
  else
    choose_part(view, Part::skus);
}

}  // namespace

View pressed(View view, const Key& key, const Snapshot& snapshot) {
  if (view.help) {
    view.help = false;
    return view;
  }
  if (view.typing) {
    type(view, key);
    return view;
  }
  view.chosen = std::min(view.chosen, last_row(view, snapshot));
  switch (key.kind) {
    case Key::Kind::text:
      if (key.text.size() == 1) command(view, key.text.front());
      break;
    case Key::Kind::up: view.chosen -= view.chosen > 0 ? 1 : 0; break;
    case Key::Kind::down: ++view.chosen; break;
    case Key::Kind::page_up: view.chosen -= std::min(view.chosen, page_rows); break;
    case Key::Kind::page_down: view.chosen += page_rows; break;
    case Key::Kind::home: view.chosen = 0; break;
    case Key::Kind::end: view.chosen = end_row(view, snapshot); return view;
    case Key::Kind::enter: open_details(view, snapshot); break;
    case Key::Kind::escape: go_back(view); break;
    case Key::Kind::backspace: break;
  }
  view.chosen = std::min(view.chosen, last_row(view, snapshot));
  return view;
}

bool passes(const std::string& text, const std::string& filter) {
  const auto same = [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); };
  return std::search(text.begin(), text.end(), filter.begin(), filter.end(), same) != text.end();
}

std::vector<const json::value*> shown_skus(const Snapshot& snapshot, const View& view) {
  std::vector<const json::value*> skus;
  for (const auto& sku : list(snapshot.rights, "skus"))
    if (passes(text(sku, "sku"), view.filter)) skus.push_back(&sku);
  return skus;
}

std::vector<std::string> shown_events(const Snapshot& snapshot, const View& view) {
  std::vector<std::string> events;
  for (const std::string& event : snapshot.events)
    if (passes(event, view.filter)) events.push_back(event);
  std::ranges::reverse(events);
  return events;
}

}  // namespace holdfast::cli
