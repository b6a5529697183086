#include "api/query.h"

#include <algorithm>
#include <charconv>

#include "api/members.h"
#include "api/pointer.h"
#include "base/assert.h"

namespace holdfast::api {

void Query::fault(std::string_view name, std::string detail) {
  std::string pointer;
  append_name(pointer, name);
  errors_.push_back({std::move(pointer), std::move(detail)});
}

const std::string* Query::find(std::string_view name) {
  HF_ASSERT(asked_count_ < asked_.size());
  asked_[asked_count_++] = name;
  const auto named = [&](const Parameter& parameter) { return parameter.name == name; };
  const auto found = std::ranges::find_if(parameters_, named);
  if (found == parameters_.end()) return nullptr;
  if (std::any_of(found + 1, parameters_.end(), named)) fault(name, "must not be given twice");
  return &found->value;
}

std::string Query::text_or_none(std::string_view name) {
  const std::string* found = find(name);
  if (!found) return {};
  if (found->empty()) fault(name, "must not be empty");
  return *found;
}

std::string Query::cursor_or_none(std::string_view name) {
  const std::string* found = find(name);
  return found ? *found : std::string();
}

std::optional<std::string> Query::maybe(std::string_view name) {
  const std::string* found = find(name);
  return found ? std::optional(*found) : std::nullopt;
}

std::size_t Query::limit() {
  const std::string* found = find("limit");
  if (!found) return limits::list_limit_default;
  std::size_t limit = 0;
  const char* end = found->data() + found->size();
  const auto [stopped, error] = std::from_chars(found->data(), end, limit);
  if (error == std::errc() && stopped == end) return limit;
  return 0;  // which validate() refuses
}

std::optional<std::size_t> Query::word_or_none(std::string_view name, std::vector<std::string_view> words) {
  const std::string* found = find(name);
  if (!found) return std::nullopt;
  const auto word = std::ranges::find(words, *found);
  if (word != words.end()) return static_cast<std::size_t>(word - words.begin());
  std::string detail = "must be one of";
  for (const std::string_view one : words) detail += ' ' + std::string(one);
  fault(name, detail + suggestion(*found, words.data(), words.size()));
  return std::nullopt;
}

void Query::done() {
  const auto known_end = asked_.begin() + asked_count_;
  for (const Parameter& parameter : parameters_)
    if (std::find(asked_.begin(), known_end, parameter.name) == known_end)
      fault(parameter.name, "is not known" + suggestion(parameter.name, asked_.data(), asked_count_));
}

}  // namespace holdfast::api
