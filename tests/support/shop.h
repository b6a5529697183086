// Shop: one region's replica, driven by hand. A test of the core reads as input and effects: what is asked,
// what is answered, what was recorded. Time is under control, the journal is a vector, and peers say what the
// test lets them say.
#pragma once

#include <deque>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/replica.h"

namespace holdfast::test {

using Lines = std::vector<std::pair<std::string, std::int64_t>>;
using Peers = std::vector<std::string>;

// An answer in a word or two: "created", "repeat purchased", "sold_out", "released", "adjusted", ...
[[nodiscard]] std::string said(const Answer& answer);

[[nodiscard]] const char* name(ReservationState state);
[[nodiscard]] Few<Line> lines(const Lines& lines);
[[nodiscard]] request::Reserve reserve(std::string id, const Lines& wanted);
[[nodiscard]] CoreConfig config_of(std::string region, Peers peers = {});

// Every slice that a state could have, by its id: two states are equal if these are.
[[nodiscard]] std::map<SliceId, SliceValue> all_slices(const State& state);

// What a peer says: its handshake, and then its rows. `sent_here` are rights that it gave to us, all in all.
struct PeerStock {
  std::string sku;
  std::int64_t received = 0;
  std::int64_t sent_here = 0;
  std::int64_t reserved = 0;
};
class PeerVoice {
 public:
  PeerVoice(std::string region, LinkId link) : id_{std::move(region), {1, 1}}, link_(link) {}
  [[nodiscard]] input::LinkUp handshake(const std::string& cluster) const;
  [[nodiscard]] input::Received rows(const ReplicaId& to, const std::vector<PeerStock>& stock);

 private:
  ReplicaId id_;
  LinkId link_;
  std::uint64_t rows_sent_ = 0;
  std::uint64_t version_ = 0;
};

class Shop {
 public:
  explicit Shop(Peers peers = {});
  explicit Shop(CoreConfig config);

  // The request's answer; a test that expects one but gets none fails. `ask` of something that waits is
  // `submit`, and its answer comes later.
  Answer ask(Request request);
  RequestToken submit(Request request);
  RequestToken submit(const request::ListReservations& request);  // with its history read for it
  [[nodiscard]] const Answer* answer_to(RequestToken token) const;
  void cancel(RequestToken token) { step(input::Cancelled{token}); }

  // Shorthands, which return said().
  std::string reserve(const std::string& id, const Lines& wanted);
  std::string purchase(const std::string& id, const std::string& order = "",
                       request::IfExpired if_expired = request::IfExpired::reacquire);
  std::string release(const std::string& id);
  std::string extend(const std::string& id, std::int64_t seconds);
  std::string change(const std::string& id, const Lines& wanted);
  std::string give_back(const std::string& id, const std::string& key, const Lines& back = {});
  std::string adjust(const std::string& sku, std::int64_t delta, const std::string& key = "");
  std::string count(const std::string& sku, std::int64_t counted, const std::string& key = "");
  std::string state_of(const std::string& id);  // as GET says
  answer::SkuView sku(const std::string& name);
  [[nodiscard]] std::int64_t available(const std::string& name) const;
  [[nodiscard]] std::int64_t rights(const std::string& name) const;
  std::int64_t demand(const std::string& name);  // here, per 1000 s

  // Time goes on, with a tick whenever one is due.
  void pass(Millis time);
  // Time goes on, and the daemon was not there to notice.
  void sleep(Millis time) {
    now_.node += time;
    now_.wall += time;
  }
  void jump_wall_clock(Millis by) { now_.wall += by; }
  void step(const Input& input);

  // What peers say. A region is linked once, and then tells of its rows.
  void link(const std::string& region);
  void hear(const std::string& region, const std::vector<PeerStock>& stock);

  [[nodiscard]] Now now() const { return now_; }
  [[nodiscard]] Replica& replica() { return *replica_; }
  [[nodiscard]] const State& state() const { return std::as_const(*replica_).state(); }
  [[nodiscard]] const std::vector<Record>& journal() const { return journal_; }
  [[nodiscard]] const Effects& last() const { return last_; }  // of the last step
  [[nodiscard]] std::vector<Message> sent() const;             // in the last step, over any link

  // The process dies and is started again: a fresh replica replays the journal.
  void restart();

 private:
  CoreConfig config_;
  std::unique_ptr<Replica> replica_;
  Now now_{node_time(1'000), wall_time(1'795'500'000'000)};
  std::vector<Record> journal_;
  Effects last_;
  std::map<RequestToken, Answer> answers_;
  std::map<std::string, PeerVoice> peers_;
  std::uint64_t tokens_ = 0;
  std::uint64_t keys_ = 0;
  std::uint64_t boots_ = 0;
};

}  // namespace holdfast::test
