// Query: typed access to the parameters of a query, as strict as Members is: unknown, repeated and empty ones
// are faults.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/target.h"
#include "core/request.h"

namespace holdfast::api {

class Query {
 public:
  Query(const std::vector<Parameter>& parameters, std::vector<FieldError>& errors)
      : parameters_(parameters), errors_(errors) {}

  [[nodiscard]] std::string text_or_none(std::string_view name);
  [[nodiscard]] std::string cursor_or_none(std::string_view name);        // may be empty: from the beginning
  [[nodiscard]] std::optional<std::string> maybe(std::string_view name);  // may be empty
  [[nodiscard]] std::size_t limit();
  // One of the words, by its index.
  [[nodiscard]] std::optional<std::size_t> word_or_none(std::string_view name,
                                                        std::vector<std::string_view> words);

  void done();

 private:
  [[nodiscard]] const std::string* find(std::string_view name);
  void fault(std::string_view name, std::string detail);

  const std::vector<Parameter>& parameters_;
  std::vector<FieldError>& errors_;
  std::array<std::string_view, 8> asked_{};
  std::size_t asked_count_ = 0;
};

}  // namespace holdfast::api
