// Sights: what a region may have made of the others when it decided, by its disk, by the others' disks, and
// by what it had heard: who was up, of whose stock it knew nothing, and whether it knew every row that it had
// been told of. Where that cannot be known from outside, either is possible.
//
// Pure: reads what the audit is given.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/check/window.h"

namespace holdfast::sim {

// One of them: a bit for each region.
struct Sight {
  std::uint32_t up = 0;
  std::uint32_t unheard = 0;    // nothing is known of what they have
  std::uint32_t untrusted = 0;  // they contradicted themselves: what they have is not known any more
  bool closed = true;
};

class Sights {
 public:
  Sights(const AuditInput& input, std::size_t region);

  // Of the one who decides on this.
  void look(const Operation& operation);
  // Whether it is so in any that is possible after this record.
  template <class IsSo>
  [[nodiscard]] bool any(Position position, const Window& window, IsSo is_so) const {
    const Limits limits = limits_at(position, window.latest(position));
    for (std::uint32_t up = 0; up <= limits.all; ++up) {
      if ((up & ~limits.may_be_up) != 0 || (limits.must_be_up & ~up) != 0) continue;
      for (std::uint32_t unheard = 0; unheard <= limits.may_be_unheard; ++unheard) {
        if ((unheard & ~limits.may_be_unheard) != 0) continue;
        const bool speaks = (up & ~limits.untrusted) != 0;
        const bool must_be_open = limits.must_be_open || (up & unheard & ~limits.untrusted) != 0;
        if (speaks && (must_be_open || limits.may_be_open) &&
            is_so(Sight{up, unheard, limits.untrusted, false}))
          return true;
        if (!must_be_open && is_so(Sight{up, unheard, limits.untrusted, true})) return true;
      }
    }
    return false;
  }

  // What one has of a SKU that a region knows of, as its disk says it, in this sight.
  struct Elsewhere {
    Units up;
    Units cut;
    Units reserved;          // where it is up
    bool unlimited = false;  // of somebody nothing is known
  };
  [[nodiscard]] Elsewhere elsewhere(const Supply& supply, const Sight& sight) const;

  // That region had not been heard of, or contradicted itself.
  [[nodiscard]] bool is_stranger(const std::string& region, Position position) const;
  // Of some region nothing may be known.
  [[nodiscard]] bool may_lack_somebody(Position position) const;

 private:
  struct Peer {
    std::size_t number = 0;
    ReplicaId id;
    std::size_t place = 0;  // in Books::replicas(); 0: it never was there
    Acquaintance known;
    const std::vector<Books::Written>* written = nullptr;
    const Timeline* timeline = nullptr;
    const Hearing::Versions* stated = nullptr;  // all the time between asking and hearing, if it is known
    [[nodiscard]] std::uint32_t bit() const { return 1u << number; }
    [[nodiscard]] Version known_to(Position position) const;
    [[nodiscard]] Version written_by(SimTime time) const;
  };
  struct Limits {
    std::uint32_t all = 0;
    std::uint32_t may_be_up = 0;
    std::uint32_t must_be_up = 0;
    std::uint32_t may_be_unheard = 0;
    std::uint32_t untrusted = 0;
    bool may_be_open = false;
    bool must_be_open = false;
  };
  [[nodiscard]] Limits limits_at(Position position, SimTime latest) const;
  [[nodiscard]] bool was_told_of_more(const Peer& speaker, Position position, std::uint32_t untrusted) const;

  const AuditInput& input_;
  std::size_t region_;
  std::vector<Peer> peers_;
  std::uint32_t may_be_up_ = 0;
  std::uint32_t must_be_up_ = 0;
};

}  // namespace holdfast::sim
