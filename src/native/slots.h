// Slots: values under numbers that it gives them, one beside the other in memory, however many there were
// before.
//
// A number says in which place its value stands and how often that was taken before, so that the number of
// one that is gone finds nothing. Places that came free last are taken first: what is in use stays together.
// Pointers are good until the next add(). Threads: none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/assert.h"

namespace holdfast::native {

template <class Value>
class Slots {
 public:
  using Number = std::uint64_t;  // below 2^53

  // A new one, as Value() is.
  [[nodiscard]] Number add() {
    if (free_.empty()) {
      HF_ASSERT(slots_.size() < places_max);
      free_.push_back(static_cast<std::uint32_t>(slots_.size()));
      slots_.emplace_back();
    }
    const std::uint32_t place = free_.back();
    free_.pop_back();
    Slot& slot = slots_[place];
    slot.value.emplace();
    return slot.times << place_bits | place;
  }
  [[nodiscard]] Value* find(Number number) {
    const std::uint64_t place = number & (places_max - 1);
    if (place >= slots_.size()) return nullptr;
    Slot& slot = slots_[place];
    return slot.value && slot.times == number >> place_bits ? &*slot.value : nullptr;
  }
  // Of one that is here, as the next.
  [[nodiscard]] Value& at(Number number) {
    Value* const value = find(number);
    HF_ASSERT(value != nullptr);
    return *value;
  }
  void drop(Number number) {
    HF_ASSERT(find(number) != nullptr);
    const auto place = static_cast<std::uint32_t>(number & (places_max - 1));
    Slot& slot = slots_[place];
    slot.value.reset();
    slot.times = (slot.times + 1) & (times_max - 1);
    free_.push_back(place);
  }
  [[nodiscard]] std::size_t size() const { return slots_.size() - free_.size(); }
  template <class Visit>
  void for_each(const Visit& visit) const {
    for (std::size_t place = 0; place < slots_.size(); ++place)
      if (const Slot& slot = slots_[place]; slot.value) visit(slot.times << place_bits | place, *slot.value);
  }

 private:
  static constexpr unsigned place_bits = 24;
  static constexpr std::uint64_t places_max = std::uint64_t{1} << place_bits;
  static constexpr std::uint64_t times_max = std::uint64_t{1}
                                             << 29;  // then from 0 again: nobody asks so late

  struct Slot {
    std::optional<Value> value;
    std::uint64_t times = 0;  // that it was taken before
  };

  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
};

}  // namespace holdfast::native
