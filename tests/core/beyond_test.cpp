// Rows beyond the vector of who holds them: relayed once no link reaches their writer (core/beyond.h).
#include <gtest/gtest.h>

#include <set>

#include "core/beyond.h"
#include "support/shop.h"

namespace holdfast::test {
namespace {

using namespace std::chrono_literals;

// Region eu, with us and ap. us pushed a row of version 9, and what came before it is not known here.
class Beyond : public testing::Test {
 protected:
  Beyond() : shop(Peers{"us", "ap"}) {
    shop.link("us");
    shop.link("ap");
    shop.step(input::Received{to_us, ahead(9)});
    ap_states(std::uint64_t{0});
  }
  [[nodiscard]] message::Rows ahead(std::uint64_t version, std::uint64_t count = 1) const {
    message::Rows rows;
    rows.number = 1;
    rows.replicas = {us};
    rows.sections = {{0, std::nullopt, {}}};
    for (std::uint64_t i = 0; i < count; ++i) {
      message::WireRow& row = rows.sections[0].rows.emplace_back();
      row.sku = i == 0 ? "pushed" : "pushed-" + std::to_string(i);
      row.row.received = Units(1);
      row.row.version = Version(version + i);
    }
    return rows;
  }
  void ap_states(std::optional<std::uint64_t> fingerprint) {
    message::VersionVector vector;
    vector.entries = {{us, Version{}, fingerprint}};
    vector.rows_seen = 99;  // more than was ever sent: it hides nothing
    shop.step(input::Received{to_ap, vector});
  }
  // What eu pushes when ap's next heartbeat comes: versions of us's rows.
  std::vector<std::uint64_t> relayed() {
    shop.pass(50ms);
    shop.step(input::Received{to_ap, message::Heartbeat{}});
    return pushed();
  }
  // Whether eu stated in the last step that it holds some.
  [[nodiscard]] bool states_beyond() {
    for (const Message& message : shop.sent())
      if (const auto* vector = std::get_if<message::VersionVector>(&message))
        for (const auto& entry : vector->entries)
          if (entry.replica == us && entry.fingerprint_beyond == held()) return true;
    return false;
  }
  // In the last step.
  [[nodiscard]] std::vector<std::uint64_t> pushed() const {
    std::vector<std::uint64_t> versions;
    for (const Message& message : shop.sent())
      if (const auto* rows = std::get_if<message::Rows>(&message))
        for (const auto& section : rows->sections)
          if (rows->replicas[section.replica] == us && !section.range)
            for (const auto& row : section.rows) versions.push_back(row.row.version.value());
    return versions;
  }
  std::uint64_t held() {
    return fingerprint_beyond(shop.state().stock(), *shop.state().replicas().find(us), Version{});
  }
  static constexpr LinkId to_us{1};
  static constexpr LinkId to_ap{2};
  const ReplicaId us{"us", {1, 1}};
  Shop shop;
};

using Versions = std::vector<std::uint64_t>;

TEST_F(Beyond, while_a_writer_is_linked_its_rows_wait_for_their_range) { EXPECT_EQ(relayed(), Versions{}); }

// Fuzz seed 622: 11 of 27 units were stranded with a region that everybody took for empty.
TEST_F(Beyond, once_a_writer_is_gone_what_it_pushed_here_is_passed_on) {
  shop.step(input::LinkDown{to_us});
  EXPECT_EQ(relayed(), Versions{9});
}

TEST_F(Beyond, a_peer_that_never_heard_of_the_writer_gets_its_rows) {
  shop.step(input::LinkDown{to_us});
  shop.step(input::Received{to_ap, message::VersionVector{}});
  EXPECT_EQ(relayed(), Versions{9});
}

TEST_F(Beyond, a_peer_that_is_linked_with_the_writer_is_left_to_it) {
  shop.step(input::LinkDown{to_us});
  ap_states(std::nullopt);
  EXPECT_EQ(relayed(), Versions{});
}

// Fuzz seed 1346 of a world where messages are lost: ap had lost its link with us, too, and that it said so
// was lost.
TEST_F(Beyond, a_peer_that_does_not_say_what_it_holds_is_told_again_and_again_that_there_is_some) {
  shop.step(input::LinkDown{to_us});
  shop.pass(50ms);
  ap_states(std::nullopt);
  std::vector<int> told;
  for (int second = 0; second < 12; ++second) {
    shop.sleep(1s);
    shop.step(input::Received{to_ap, message::Heartbeat{}});
    shop.step(input::Tick{});
    if (states_beyond()) told.push_back(second);
  }
  EXPECT_EQ(told.size(), 2u);
}

TEST_F(Beyond, who_is_told_of_some_and_holds_none_says_so) {
  Shop other(Peers{"us", "ap"});
  other.link("us");
  other.link("ap");
  message::VersionVector vector;
  vector.entries = {{us, Version{}, 77}};
  const auto answers = [&] {
    other.pass(50ms);  // what was due before
    other.step(input::Received{to_ap, vector});
    other.sleep(20ms);
    other.step(input::Tick{});
    return std::ranges::any_of(other.sent(), [](const Message& message) {
      return std::holds_alternative<message::VersionVector>(message);
    });
  };
  EXPECT_FALSE(answers()) << "us is linked, and brings it";
  other.step(input::LinkDown{to_us});
  EXPECT_TRUE(answers());
}

TEST_F(Beyond, a_peer_that_holds_the_same_is_told_nothing) {
  shop.step(input::LinkDown{to_us});
  ap_states(held());
  EXPECT_EQ(relayed(), Versions{});
}

TEST_F(Beyond, rows_that_did_not_arrive_are_relayed_again_but_not_with_every_heartbeat) {
  shop.step(input::LinkDown{to_us});
  EXPECT_EQ(relayed(), Versions{9});
  ap_states(std::uint64_t{0});
  EXPECT_EQ(relayed(), Versions{});
  shop.pass(5s);
  EXPECT_EQ(relayed(), Versions{9});
}

// A slow link takes a part of them in the time after which all would be relayed again.
TEST_F(Beyond, more_rows_than_go_at_once_are_all_relayed_before_any_goes_again) {
  constexpr std::size_t count = 5'000;
  shop.step(input::Received{to_us, ahead(9, count)});
  shop.step(input::LinkDown{to_us});
  std::set<std::uint64_t> seen;
  const auto note = [&] {
    for (const std::uint64_t version : pushed()) seen.insert(version);
  };
  for (int part = 0; part < 10; ++part) {
    shop.sleep(6s);
    shop.step(input::Received{to_ap, message::Heartbeat{}});
    note();
    ap_states(std::uint64_t{0});
    note();
    shop.step(input::Tick{});
    note();
  }
  EXPECT_EQ(seen.size(), count);
}

TEST_F(Beyond, what_is_stated_says_whether_the_writer_is_linked) {
  const ReplicaIx writer = *shop.state().replicas().find(us);
  EXPECT_NE(held(), 0u);
  const auto stated = [&] {
    shop.sleep(50ms);
    shop.step(input::Tick{});
    std::optional<std::uint64_t> last;
    for (const Message& message : shop.sent())
      if (const auto* vector = std::get_if<message::VersionVector>(&message))
        for (const auto& entry : vector->entries)
          if (entry.replica == us) last = entry.fingerprint_beyond;
    return last;
  };
  EXPECT_EQ(stated(), std::nullopt);
  shop.step(input::LinkDown{to_us});
  EXPECT_EQ(stated(), held());
  EXPECT_EQ(fingerprint_beyond(shop.state().stock(), writer, Version(9)), 0u);
}

}  // namespace
}  // namespace holdfast::test
