// SmallWorld: three regions, one SKU and three units, as a value: a copy is the same world at that moment,
// and shares with it whatever neither changes, so that millions of histories can branch off each other.
//
// The shell around each replica is as small as can be: the real outbox, a journal, and queues of messages
// that are delivered or lost when the history says so. What a step lets out leaves when the next act begins;
// if that act is the region's crash, its records and words are gone. Every act is followed by look(): what
// must hold of all replicas together, and of what shoppers were told.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/replica.h"
#include "node/outbox.h"
#include "support/kept_records.h"

namespace holdfast::test {

class SmallWorld {
 public:
  static constexpr std::size_t regions = 3;

  // Linked and quiet; the first region has two units, the second one.
  SmallWorld();

  // The acts. False: there was nothing to do it to, and nothing has happened.
  bool reserve(std::size_t at, std::int64_t units);  // waits for rights if there are too few here
  bool purchase(std::size_t at);                     // of the oldest that the shopper holds
  bool release(std::size_t at);
  bool restock(std::size_t at);
  bool deliver(std::size_t from, std::size_t to);  // all that is on its way
  bool lose(std::size_t from, std::size_t to);
  bool relink(std::size_t a, std::size_t b);  // cut and linked anew: what is on its way is lost
  bool crash(std::size_t at);                 // back from what is durable, and linked anew
  bool wait();                                // a second and more: baskets expire, asks lapse

  // Faults and demand off, and time passes: whether all replicas come to hold equal rows (O5).
  [[nodiscard]] bool converges();
  // Every unit that is not sold nor in a basket can be had in this region, and no more (O6).
  [[nodiscard]] bool sells_all(std::size_t at);

  // Why this world must not be; empty: all is well.
  [[nodiscard]] const std::string& wrong() const { return wrong_; }

 private:
  struct Written {
    Record record;
    std::shared_ptr<const Written> before;
  };
  struct Region {
    explicit Region(CoreConfig config) : replica(std::move(config)) {}
    // Between steps nothing is in the outbox.
    Region(const Region& other)
        : replica(other.replica), outbox(other.outbox.last(), kept_records), journal(other.journal) {}
    Replica replica;
    node::Outbox outbox{Position(), kept_records};
    std::shared_ptr<const Written> journal;  // the newest record
  };
  // What a shopper was told of one reservation.
  struct Basket {
    enum class Told : std::uint8_t { asked, held, purchased, gone, unknown } told = Told::asked;
    std::uint8_t at = 0;
    std::int64_t units = 0;
    NodeTime asked_at;
  };
  using Queue = std::vector<std::shared_ptr<const Message>>;

  [[nodiscard]] const Region& region(std::size_t at) const { return *regions_[at]; }
  Region& change(std::size_t at);
  void begin(std::size_t crashing = regions);
  void step(std::size_t at, const Input& input);
  void finish(std::size_t at);
  void ask(std::size_t at, std::size_t basket, Request request);
  bool ask_of_oldest(std::size_t at, Request (*make)(std::string id));
  void route(std::size_t from, const std::vector<Outbound>& outbound);
  void told(RequestToken token, const Answer& answer);
  void link(std::size_t a, std::size_t b);
  void unlink(std::size_t a, std::size_t b);
  void quiet_step();

  void look(std::size_t at);
  void look_at_rows(std::size_t viewer, std::size_t writer);
  void look_at_baskets();
  void expect(bool holds, const char* what);
  [[nodiscard]] const Row& row(std::size_t viewer, std::size_t writer) const;
  [[nodiscard]] std::int64_t sent(std::size_t viewer, std::size_t from, std::size_t to) const;

  std::array<std::shared_ptr<Region>, regions> regions_;
  std::array<std::shared_ptr<const Written>, regions> durable_;     // where a crash goes back to
  std::array<std::vector<Outbound>, regions> held_;                 // leaves when the next act begins
  std::array<std::array<Queue, regions>, regions> queues_;          // from, to
  std::array<std::array<LinkId, regions>, regions> links_{};        // the same both ways; 0: none
  std::array<std::array<std::int64_t, regions>, regions> asked_{};  // giver, asker: the highest target
  std::vector<Basket> baskets_;                                     // by number
  std::map<RequestToken, std::size_t> waiting_;                     // for which basket
  Now now_{node_time(1'000), wall_time(1'795'500'000'000)};
  std::uint64_t tokens_ = 0;
  std::uint64_t next_link_ = 0;
  std::uint64_t boots_ = 0;
  std::int64_t stock_ = 0;  // brought in, whether or not the answer came
  std::string wrong_;
};

// An act by its name; false: there was nothing to do it to.
struct SmallAct {
  std::string name;
  std::function<bool(SmallWorld&)> happens;
};

// Each act on each region and each link.
[[nodiscard]] std::vector<SmallAct> small_acts();

}  // namespace holdfast::test
