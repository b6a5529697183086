#include "cli/top/terminal.h"

#define NCURSES_NOMACROS 1  // they would have names that are ours
#include <curses.h>
#include <langinfo.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <clocale>
#include <cstdio>
#include <string_view>
#include <utility>

namespace holdfast::cli {
namespace {

// Pairs of colours that people who cannot tell red from green can tell apart; bold and reverse say more than
// they do.
enum Pair : short { good_pair = 1, doubtful_pair, bad_pair };

void define_colours() {
  ::start_color();
  ::use_default_colors();
  ::init_pair(good_pair, COLOR_CYAN, -1);
  ::init_pair(doubtful_pair, COLOR_YELLOW, -1);
  ::init_pair(bad_pair, COLOR_YELLOW, COLOR_BLUE);
}

bool is_utf8() { return std::string_view(::nl_langinfo(CODESET)) == "UTF-8"; }

// One `?` for each character that the terminal has none for.
std::string ascii(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80)
      plain += c;
    else if ((byte & 0xc0) == 0xc0)
      plain += '?';
  }
  return plain;
}

std::string utf8(wint_t character) {
  const auto code = static_cast<std::uint32_t>(character);
  const auto tail = [&](int shift) { return static_cast<char>(0x80 | ((code >> shift) & 0x3f)); };
  if (code < 0x80) return {static_cast<char>(code)};
  if (code < 0x800) return {static_cast<char>(0xc0 | (code >> 6)), tail(0)};
  if (code < 0x10000) return {static_cast<char>(0xe0 | (code >> 12)), tail(6), tail(0)};
  return {static_cast<char>(0xf0 | (code >> 18)), tail(12), tail(6), tail(0)};
}

std::optional<Key> function_key(wint_t code) {
  switch (code) {
    case KEY_UP: return Key{Key::Kind::up};
    case KEY_DOWN: return Key{Key::Kind::down};
    case KEY_PPAGE: return Key{Key::Kind::page_up};
    case KEY_NPAGE: return Key{Key::Kind::page_down};
    case KEY_HOME: return Key{Key::Kind::home};
    case KEY_END: return Key{Key::Kind::end};
    case KEY_ENTER: return Key{Key::Kind::enter};
    case KEY_BACKSPACE: return Key{Key::Kind::backspace};
    default: return std::nullopt;  // KEY_RESIZE too: the next drawing has the new size
  }
}

std::optional<Key> character_key(wint_t character) {
  constexpr wint_t escape = 27, backspace = 8, del = 127;
  if (character == '\n' || character == '\r') return Key{Key::Kind::enter};
  if (character == escape) return Key{Key::Kind::escape};
  if (character == backspace || character == del) return Key{Key::Kind::backspace};
  if (character < ' ') return std::nullopt;
  return Key{Key::Kind::text, utf8(character)};
}

}  // namespace

Size size_of_terminal(Size where_there_is_none) {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
    return where_there_is_none;
  return {size.ws_col, size.ws_row};
}

struct Terminal::Screen {
  SCREEN* screen = nullptr;
  bool colour = false;
  bool wide = false;

  attr_t attributes(Look look) const {
    const auto pair = [&](short number) {
      return colour ? static_cast<attr_t>(COLOR_PAIR(number)) : A_NORMAL;
    };
    switch (look) {
      case Look::plain: return A_NORMAL;
      case Look::head: return A_BOLD;
      case Look::good: return pair(good_pair);
      case Look::doubtful: return pair(doubtful_pair);
      case Look::bad: return A_BOLD | (colour ? pair(bad_pair) : A_UNDERLINE);
      case Look::chosen: return A_REVERSE;
    }
    return A_NORMAL;
  }
};

std::unique_ptr<Terminal> Terminal::open(bool colour) {
  std::unique_ptr<Terminal> terminal(new Terminal(colour));
  return terminal->screen_->screen ? std::move(terminal) : nullptr;
}

Terminal::Terminal(bool colour) : screen_(std::make_unique<Screen>()) {
  std::setlocale(LC_CTYPE, "");
  screen_->wide = is_utf8();
  screen_->screen = ::newterm(nullptr, stdout, stdin);
  if (screen_->screen && !::tigetstr("cup")) {  // a teletype: lines could only follow each other
    ::endwin();
    ::delscreen(std::exchange(screen_->screen, nullptr));
  }
  if (!screen_->screen) return;
  screen_->colour = colour && ::has_colors();
  if (screen_->colour) define_colours();
  constexpr int escape_delay_ms = 25;  // or the escape key alone would take a second
  ::set_escdelay(escape_delay_ms);
  ::cbreak();
  ::noecho();
  ::curs_set(0);
  ::keypad(stdscr, TRUE);
}

Terminal::~Terminal() {
  if (!screen_->screen) return;
  ::endwin();
  ::delscreen(screen_->screen);
}

Size Terminal::size() const {
  return {static_cast<std::size_t>(std::max(getmaxx(stdscr), 0)),
          static_cast<std::size_t>(std::max(getmaxy(stdscr), 0))};
}

void Terminal::show(const Lines& lines) {
  ::werase(stdscr);
  int row = 0;
  for (const ShownLine& line : lines) {
    const std::string text = screen_->wide ? line.text : ascii(line.text);
    ::wattrset(stdscr, static_cast<int>(screen_->attributes(line.look)));
    ::mvwaddnstr(stdscr, row++, 0, text.c_str(), -1);
  }
  ::wattrset(stdscr, A_NORMAL);
  ::wrefresh(stdscr);
}

std::optional<Key> Terminal::key(std::chrono::milliseconds at_most) {
  ::wtimeout(stdscr, static_cast<int>(at_most.count()));
  wint_t character = 0;
  const int kind = ::wget_wch(stdscr, &character);
  if (kind == ERR) return std::nullopt;
  return kind == KEY_CODE_YES ? function_key(character) : character_key(character);
}

}  // namespace holdfast::cli
