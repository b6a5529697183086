// Seldom: a list that is mostly empty, and then takes no more room than a pointer. Otherwise as std::vector,
// as far as it is needed.
#pragma once

#include <initializer_list>
#include <utility>
#include <vector>

#include "core/boxed.h"

namespace holdfast {

template <class Element>
class Seldom {
 public:
  using value_type = Element;

  Seldom() = default;
  Seldom(std::vector<Element> all) {
    if (!all.empty()) all_ = Boxed(std::move(all));
  }
  Seldom(std::initializer_list<Element> all) : Seldom(std::vector<Element>(all)) {}
  template <class Iterator>
  Seldom(Iterator first, Iterator last) : Seldom(std::vector<Element>(first, last)) {}

  [[nodiscard]] bool empty() const { return !all_; }
  [[nodiscard]] std::size_t size() const { return all_ ? all_->size() : 0; }
  [[nodiscard]] const Element* data() const { return all_ ? all_->data() : nullptr; }
  [[nodiscard]] const Element* begin() const { return data(); }
  [[nodiscard]] const Element* end() const { return data() + size(); }

  void push_back(Element element) {
    if (!all_) all_ = Boxed(std::vector<Element>());
    all_->push_back(std::move(element));
  }
  void clear() { all_ = {}; }

  bool operator==(const Seldom&) const = default;

 private:
  Boxed<std::vector<Element>> all_;  // never one of none
};

}  // namespace holdfast
