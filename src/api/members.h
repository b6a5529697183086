// Members: typed access to the members of one JSON object, strict both ways.
//
// What is missing or of another type is noted as a FieldError, and so is every member that nobody asked for:
// a typo must not sell stock. Reading goes on after a fault, so that all of them are told at once; the values
// returned are then meaningless.
//
//   Members members(value, "", errors);
//   reserve.customer = members.text_or_none("customer");
//   members.done();
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/json.h"
#include "core/request.h"

namespace holdfast::api {

class Members {
 public:
  Members(Json::Value value, std::string pointer, std::vector<FieldError>& errors);

  [[nodiscard]] std::string text(std::string_view name);          // required, not empty
  [[nodiscard]] std::string text_or_none(std::string_view name);  // absent or null: empty
  [[nodiscard]] std::int64_t integer(std::string_view name);      // required
  [[nodiscard]] std::int64_t integer_or(std::string_view name, std::int64_t otherwise);
  [[nodiscard]] bool boolean_or(std::string_view name, bool otherwise);
  [[nodiscard]] std::optional<Json::Value> array(std::string_view name);          // required
  [[nodiscard]] std::optional<Json::Value> array_or_none(std::string_view name);  // absent: none

  // Required, one of the words, by its index; beyond the last one where it is absent or faulty.
  [[nodiscard]] std::size_t word(std::string_view name, std::vector<std::string_view> words);
  // One of the words, by its index; the first one where it is absent or faulty.
  [[nodiscard]] std::size_t word_or_first(std::string_view name, std::vector<std::string_view> words);

  [[nodiscard]] bool has(std::string_view name) { return find(name).has_value(); }
  void fault(std::string_view name, std::string detail);
  [[nodiscard]] std::string pointer_to(std::string_view name) const;
  [[nodiscard]] std::vector<FieldError>& errors() { return errors_; }

  // Refuses what was not asked for. To be called once all that may be there was asked for.
  void done();

 private:
  [[nodiscard]] std::optional<Json::Value> find(std::string_view name);
  [[nodiscard]] std::optional<Json::Value> find(std::string_view name, JsonKind kind,
                                                std::string_view expected);
  [[nodiscard]] std::optional<Json::Value> require(std::string_view name, JsonKind kind,
                                                   std::string_view expected);
  [[nodiscard]] std::size_t word_of(std::string_view name, Json::Value value,
                                    const std::vector<std::string_view>& words);
  [[nodiscard]] std::string text_of(std::string_view name, Json::Value value);

  Json::Value value_;
  std::string pointer_;
  std::vector<FieldError>& errors_;
  bool is_object_;
  std::array<std::string_view, 16> asked_{};
  std::size_t asked_count_ = 0;
};

// ", did you mean X" where one of the words is close; else nothing.
[[nodiscard]] std::string suggestion(std::string_view given, const std::string_view* words,
                                     std::size_t count);

}  // namespace holdfast::api
