// Transfers: how often and how many rights were sent and received since the boot. For operators; memory only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/record.h"
#include "core/units.h"

namespace holdfast {

struct Transfers {
  struct Sum {
    std::uint64_t count = 0;
    std::int64_t units = 0;
    void add(Units more) {
      ++count;
      units += more.count();
    }
    bool operator==(const Sum&) const = default;
  };
  static constexpr std::size_t kinds = 3;  // as record::TransferKind counts them

  // By what the giver wrote.
  std::array<Sum, kinds> sent{};
  // By the ask of ours that was outstanding: a giver's row does not say why it gave.
  std::array<Sum, kinds> received{};
  Sum received_unasked;  // moved by hand, or later than the ask was good for

  [[nodiscard]] const Sum& received_for(record::TransferKind kind) const {
    return received[static_cast<std::size_t>(kind)];
  }
  void note_sent(const record::RightsSent& sent_now) {
    sent[static_cast<std::size_t>(sent_now.kind)].add(sent_now.quantity);
  }
  void note_received(std::optional<record::TransferKind> asked, Units units) {
    (asked ? received[static_cast<std::size_t>(*asked)] : received_unasked).add(units);
  }
};

}  // namespace holdfast
