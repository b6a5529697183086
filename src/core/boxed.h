// Boxed: a value that is mostly not there, and then takes no more room than a pointer. Otherwise as
// std::optional: it is copied and compared with what it holds.
#pragma once

#include <memory>
#include <utility>

namespace holdfast {

template <class Value>
class Boxed {
 public:
  Boxed() = default;
  Boxed(Value value) : value_(std::make_unique<Value>(std::move(value))) {}
  Boxed(const Boxed& other) : value_(other ? std::make_unique<Value>(*other) : nullptr) {}
  Boxed(Boxed&&) noexcept = default;
  Boxed& operator=(const Boxed& other) { return *this = Boxed(other); }
  Boxed& operator=(Boxed&&) noexcept = default;
  ~Boxed() = default;

  [[nodiscard]] explicit operator bool() const { return value_ != nullptr; }
  [[nodiscard]] Value& operator*() { return *value_; }
  [[nodiscard]] const Value& operator*() const { return *value_; }
  [[nodiscard]] Value* operator->() { return value_.get(); }
  [[nodiscard]] const Value* operator->() const { return value_.get(); }

  friend bool operator==(const Boxed& a, const Boxed& b) {
    return a.value_ == b.value_ || (a && b && *a == *b);
  }

 private:
  std::unique_ptr<Value> value_;
};

}  // namespace holdfast
