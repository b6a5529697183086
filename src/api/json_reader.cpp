#include "api/json_reader.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/src.hpp>
#include <limits>

#include "api/pointer.h"
#include "base/utf8.h"

namespace holdfast::api {

// Builds the document from the parser's events. The parser's text never outgrows 32 bits: bodies are limited.
class JsonBuilder {
 public:
  JsonBuilder(std::size_t text_bytes, std::size_t faults_max) : faults_max_(faults_max) {
    json_.texts_.reserve(text_bytes);
  }

  void begin(JsonKind kind) { open_.push_back({add(kind), 0, kind == JsonKind::array}); }

  void end() {
    const std::uint32_t at = open_.back().node;
    json_.nodes_[at].end = static_cast<std::uint32_t>(json_.nodes_.size());
    if (json_.nodes_[at].kind == JsonKind::object) refuse_duplicates(at);
    open_.pop_back();
    close_value();
  }

  void append(std::string_view part) { json_.texts_ += part; }

  void name() {
    name_ = take_text();
    if (!utf8_length(json_.slice(name_))) fault(open_pointer(), "must have names in UTF-8");
  }

  void string() {
    const Json::Slice text = take_text();
    json_.nodes_[add(JsonKind::string)].text = text;
    if (!utf8_length(json_.slice(text))) fault(value_pointer(), "must be UTF-8");
    close_value();
  }

  void integer(std::int64_t value) { scalar(JsonKind::integer, value); }
  void boolean(bool value) { scalar(JsonKind::boolean, value ? 1 : 0); }
  void null() { scalar(JsonKind::null, 0); }

  void bad_number() {
    add(JsonKind::integer);
    fault(value_pointer(), "must be an integer of at most 64 bits, without . or e");
    close_value();
  }

  void fault(std::string pointer, std::string detail) {
    if (faults_.size() < faults_max_) faults_.push_back({std::move(pointer), std::move(detail)});
  }

  void fault_of_open(std::string detail) { fault(open_pointer(), std::move(detail)); }

  [[nodiscard]] Json take_json() { return std::move(json_); }
  [[nodiscard]] bool has_room_for_faults() const { return faults_.size() < faults_max_; }
  [[nodiscard]] std::vector<FieldError> take_faults() { return std::move(faults_); }

 private:
  struct Open {
    std::uint32_t node;
    std::uint32_t children;
    bool is_array;
  };

  std::uint32_t add(JsonKind kind) {
    const auto at = static_cast<std::uint32_t>(json_.nodes_.size());
    json_.nodes_.push_back(
        {.kind = kind, .end = at + 1, .name = std::exchange(name_, {}), .text = {}, .integer = 0});
    return at;
  }

  void scalar(JsonKind kind, std::int64_t value) {
    json_.nodes_[add(kind)].integer = value;
    close_value();
  }

  void close_value() {
    if (!open_.empty()) ++open_.back().children;
  }

  Json::Slice take_text() {
    const auto size = static_cast<std::uint32_t>(json_.texts_.size() - taken_);
    return {std::exchange(taken_, taken_ + size), size};
  }

  // The innermost array or object that is open.
  [[nodiscard]] std::string open_pointer() const {
    std::string pointer;
    for (std::size_t depth = 0; depth + 1 < open_.size(); ++depth)
      append_inside(pointer, depth, open_[depth + 1].node);
    return pointer;
  }

  void append_inside(std::string& pointer, std::size_t depth, std::uint32_t node) const {
    if (open_[depth].is_array)
      append_index(pointer, open_[depth].children);
    else
      append_name(pointer, json_.slice(json_.nodes_[node].name));
  }

  // The value that was added last.
  [[nodiscard]] std::string value_pointer() const {
    std::string pointer = open_pointer();
    if (!open_.empty())
      append_inside(pointer, open_.size() - 1, static_cast<std::uint32_t>(json_.nodes_.size()) - 1);
    return pointer;
  }

  void refuse_duplicates(std::uint32_t object) {
    names_.clear();
    for (std::uint32_t at = object + 1; at < json_.nodes_[object].end; at = json_.nodes_[at].end)
      names_.push_back(json_.slice(json_.nodes_[at].name));
    if (names_.size() < 2) return;
    std::ranges::sort(names_);
    if (const auto twice = std::ranges::adjacent_find(names_); twice != names_.end())
      duplicate(std::string(*twice));
  }

  void duplicate(std::string_view name) {
    std::string pointer = open_pointer();
    append_name(pointer, name);
    fault(std::move(pointer), "must not be given twice");
  }

  Json json_;
  Json::Slice name_;
  std::uint32_t taken_ = 0;  // of the texts, by nodes
  boost::container::small_vector<Open, 4> open_;
  boost::container::small_vector<std::string_view, 8> names_;
  std::size_t faults_max_;
  std::vector<FieldError> faults_;
};

namespace {

namespace json = boost::json;
using Code = json::error_code;

// What basic_parser calls. Names and results are Boost's.
struct Handler {
  static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_array_size = max_object_size;
  static constexpr std::size_t max_key_size = max_object_size;
  static constexpr std::size_t max_string_size = max_object_size;

  JsonBuilder builder;

  Handler(std::size_t text_bytes, std::size_t faults_max) : builder(text_bytes, faults_max) {}

  static std::string_view view(json::string_view text) { return {text.data(), text.size()}; }
  bool did(auto&& step) { return step(), true; }

  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code&) {
    return did([&] { builder.begin(JsonKind::object); });
  }
  bool on_object_end(std::size_t, Code&) {
    return did([&] { builder.end(); });
  }
  bool on_array_begin(Code&) {
    return did([&] { builder.begin(JsonKind::array); });
  }
  bool on_array_end(std::size_t, Code&) {
    return did([&] { builder.end(); });
  }
  bool on_key_part(json::string_view part, std::size_t, Code&) {
    return did([&] { builder.append(view(part)); });
  }
  bool on_key(json::string_view part, std::size_t, Code&) {
    return did([&] { builder.append(view(part)), builder.name(); });
  }
  bool on_string_part(json::string_view part, std::size_t, Code&) {
    return did([&] { builder.append(view(part)); });
  }
  bool on_string(json::string_view part, std::size_t, Code&) {
    return did([&] { builder.append(view(part)), builder.string(); });
  }
  bool on_number_part(json::string_view, Code&) { return true; }
  bool on_int64(std::int64_t value, json::string_view, Code&) {
    return did([&] { builder.integer(value); });
  }
  bool on_uint64(std::uint64_t, json::string_view, Code&) {
    return did([&] { builder.bad_number(); });
  }
  bool on_double(double, json::string_view, Code&) {
    return did([&] { builder.bad_number(); });
  }
  bool on_bool(bool value, Code&) {
    return did([&] { builder.boolean(value); });
  }
  bool on_null(Code&) {
    return did([&] { builder.null(); });
  }
  bool on_comment_part(json::string_view, Code&) { return true; }
  bool on_comment(json::string_view, Code&) { return true; }
};

// Whether the text read ends in the escape of a leading surrogate ("\ud83d"), or in that and a backslash:
// where it is not followed by its other half, Boost stops there and calls it a syntax error, though the
// grammar allows it.
bool ends_in_half_pair(std::string_view read) {
  if (read.ends_with('\\')) read.remove_suffix(1);
  constexpr std::size_t escape_size = 6;
  if (read.size() < escape_size) return false;
  const std::string_view escape = read.substr(read.size() - escape_size);
  const bool is_d = escape[2] == 'd' || escape[2] == 'D';
  return escape.starts_with("\\u") && is_d && std::string_view("89abAB").contains(escape[3]);
}

bool is_half_pair(const Code& code, std::string_view read) {
  return code == json::error::illegal_leading_surrogate || code == json::error::illegal_trailing_surrogate ||
         code == json::error::expected_utf16_escape ||
         (code == json::error::syntax && ends_in_half_pair(read));
}

// What Boost calls an error although the grammar of JSON allows it; empty: it is none of those.
std::string beyond_grammar(const Code& code, std::string_view read) {
  if (code == json::error::too_deep)
    return "must not be more than " + std::to_string(json_depth_max) + " deep";
  if (code == json::error::exponent_overflow) return "must be an integer of at most 64 bits, without . or e";
  return is_half_pair(code, read) ? "must not hold half of a surrogate pair" : std::string();
}

}  // namespace

JsonRead read_json(std::string_view text, std::size_t faults_max) {
  json::parse_options options;
  options.max_depth = json_depth_max;
  options.allow_invalid_utf8 = true;  // seen by the builder: it is another answer than bad syntax
  json::basic_parser<Handler> parser(options, text.size(), faults_max);
  Code code;
  const std::size_t taken = parser.write_some(false, text.data(), text.size(), code);
  JsonBuilder& builder = parser.handler().builder;
  if (code) {
    std::string detail = beyond_grammar(code, text.substr(0, taken));
    if (detail.empty()) return {{}, code.message() + " at byte " + std::to_string(taken), {}, false};
    builder.fault_of_open(std::move(detail));
  } else if (taken < text.size()) {
    return {{}, "more text after the value at byte " + std::to_string(taken), {}, false};
  }
  const bool told_all = !code && builder.has_room_for_faults();
  return {builder.take_json(), {}, builder.take_faults(), told_all};
}

}  // namespace holdfast::api
