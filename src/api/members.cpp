#include "api/members.h"

#include <algorithm>

#include "api/pointer.h"
#include "base/assert.h"

namespace holdfast::api {
namespace {

// Letters to insert, drop or replace between two words (Levenshtein), row by row.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, replaced}));
    }
  }
  return row.back();
}

}  // namespace

std::string suggestion(std::string_view given, const std::string_view* words, std::size_t count) {
  constexpr std::size_t length_max = 40;
  if (given.size() > length_max || count == 0) return {};
  const auto closer = [&](std::string_view a, std::string_view b) {
    return distance(given, a) < distance(given, b);
  };
  const std::string_view closest = *std::min_element(words, words + count, closer);
  const std::size_t near = 1 + closest.size() / 4;
  return distance(given, closest) <= near ? ", did you mean " + std::string(closest) + "?" : std::string();
}

Members::Members(Json::Value value, std::string pointer, std::vector<FieldError>& errors)
    : value_(value),
      pointer_(std::move(pointer)),
      errors_(errors),
      is_object_(value.kind() == JsonKind::object) {
  if (!is_object_) errors_.push_back({pointer_, "must be an object"});
}

std::string Members::pointer_to(std::string_view name) const {
  std::string pointer = pointer_;
  append_name(pointer, name);
  return pointer;
}

void Members::fault(std::string_view name, std::string detail) {
  errors_.push_back({pointer_to(name), std::move(detail)});
}

std::optional<Json::Value> Members::find(std::string_view name) {
  HF_ASSERT(asked_count_ < asked_.size());
  asked_[asked_count_++] = name;
  if (!is_object_) return std::nullopt;
  for (auto member = value_.first(); member != value_.past(); member = member.next())
    if (member.name() == name) return member;
  return std::nullopt;
}

std::optional<Json::Value> Members::find(std::string_view name, JsonKind kind, std::string_view expected) {
  std::optional<Json::Value> found = find(name);
  if (!found || found->kind() == kind) return found;
  fault(name, "must be " + std::string(expected));
  return std::nullopt;
}

std::optional<Json::Value> Members::require(std::string_view name, JsonKind kind, std::string_view expected) {
  std::optional<Json::Value> found = find(name);
  if (found && found->kind() == kind) return found;
  if (is_object_) fault(name, found ? "must be " + std::string(expected) : "is required");
  return std::nullopt;
}

// Empty text would be taken for none further on, so that it ends here.
std::string Members::text_of(std::string_view name, Json::Value value) {
  if (value.string().empty()) fault(name, "must not be empty");
  return std::string(value.string());
}

std::string Members::text(std::string_view name) {
  const auto found = require(name, JsonKind::string, "a string");
  return found ? text_of(name, *found) : std::string();
}

std::string Members::text_or_none(std::string_view name) {
  const auto found = find(name);
  if (!found || found->kind() == JsonKind::null) return {};
  if (found->kind() == JsonKind::string) return text_of(name, *found);
  fault(name, "must be a string or null");
  return {};
}

std::int64_t Members::integer(std::string_view name) {
  const auto found = require(name, JsonKind::integer, "an integer");
  return found ? found->integer() : 0;
}

std::int64_t Members::integer_or(std::string_view name, std::int64_t otherwise) {
  const auto found = find(name, JsonKind::integer, "an integer");
  return found ? found->integer() : otherwise;
}

bool Members::boolean_or(std::string_view name, bool otherwise) {
  const auto found = find(name, JsonKind::boolean, "true or false");
  return found ? found->boolean() : otherwise;
}

std::optional<Json::Value> Members::array(std::string_view name) {
  return require(name, JsonKind::array, "an array");
}

std::optional<Json::Value> Members::array_or_none(std::string_view name) {
  return find(name, JsonKind::array, "an array");
}

std::size_t Members::word_of(std::string_view name, Json::Value value,
                             const std::vector<std::string_view>& words) {
  const auto word = std::ranges::find(words, value.string());
  if (word != words.end()) return static_cast<std::size_t>(word - words.begin());
  std::string detail = "must be one of";
  for (const std::string_view one : words) detail += ' ' + std::string(one);
  fault(name, detail + suggestion(value.string(), words.data(), words.size()));
  return words.size();
}

std::size_t Members::word(std::string_view name, std::vector<std::string_view> words) {
  const auto found = require(name, JsonKind::string, "a string");
  return found ? word_of(name, *found, words) : words.size();
}

std::size_t Members::word_or_first(std::string_view name, std::vector<std::string_view> words) {
  const auto found = find(name, JsonKind::string, "a string");
  return found ? word_of(name, *found, words) % words.size() : 0;
}

void Members::done() {
  if (!is_object_) return;
  constexpr std::size_t told_max = 20;
  const auto known_end = asked_.begin() + asked_count_;
  for (auto member = value_.first(); member != value_.past() && errors_.size() < told_max;
       member = member.next())
    if (std::find(asked_.begin(), known_end, member.name()) == known_end)
      fault(member.name(), "is not known" + suggestion(member.name(), asked_.data(), asked_count_));
}

}  // namespace holdfast::api
