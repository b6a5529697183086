// Who is let in: handshakes that are refused, two connections of one pair, and how far away a peer is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/limits.h"
#include "support/shop.h"

namespace holdfast::test {
namespace {

using namespace std::chrono_literals;
using input::DialledBy;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Region eu, whose peers are ap and us.
class Handshake : public testing::Test {
 protected:
  static Hello hello_of(const std::string& region, std::uint64_t nonce = 11) {
    return {protocol_version, "shop", {region, {1, 1}}, Version(0), {{1, nonce, Version(0)}}};
  }
  void shake(std::uint64_t link, const Hello& hello, DialledBy by = DialledBy::us) {
    shop.step(input::LinkUp{LinkId(link), by, hello});
  }
  // Of the last step.
  [[nodiscard]] std::string refusal() const {
    for (const Outbound& outbound : shop.last().outbound)
      if (const auto* close = std::get_if<output::CloseLink>(&outbound)) return close->reason;
    return "";
  }
  [[nodiscard]] std::vector<LinkId> closed() const {
    std::vector<LinkId> links;
    for (const Outbound& outbound : shop.last().outbound)
      if (const auto* close = std::get_if<output::CloseLink>(&outbound)) links.push_back(close->link);
    return links;
  }
  [[nodiscard]] bool says_that_it_is_linked() const {
    return std::ranges::any_of(shop.last().outbound, [](const Outbound& outbound) {
      const auto* notice = std::get_if<output::Notice>(&outbound);
      return notice != nullptr && notice->text == "region us is linked";
    });
  }
  answer::RegionView view_of(const std::string& region) {
    const auto status = std::get<answer::Status>(shop.ask(request::GetStatus{}).value());
    return *std::ranges::find(status.regions, region, &answer::RegionView::region);
  }

  Shop shop{Peers{"ap", "us"}};
};

TEST_F(Handshake, of_another_protocol_another_cluster_or_no_boot_at_all_is_refused) {
  Hello hello = hello_of("us");
  hello.protocol = protocol_version + 1;
  shake(1, hello);
  EXPECT_THAT(refusal(), HasSubstr("it speaks protocol 3"));
  hello = hello_of("us");
  hello.cluster = "another";
  shake(1, hello);
  EXPECT_THAT(refusal(), HasSubstr("it belongs to cluster another"));
  hello = hello_of("us");
  hello.boots.clear();
  shake(1, hello);
  EXPECT_THAT(refusal(), HasSubstr("names no boot"));
  EXPECT_FALSE(shop.state().replicas().of_region("us"));
}

TEST_F(Handshake, of_a_region_that_is_not_configured_is_refused) {
  shake(1, hello_of("elsewhere"));
  EXPECT_THAT(refusal(), HasSubstr("not among this daemon's peers"));
  EXPECT_FALSE(shop.state().replicas().of_region("elsewhere"));
}

TEST_F(Handshake, of_another_replica_of_this_region_is_refused_and_proves_nothing) {
  Hello hello = hello_of("eu");
  hello.replica.incarnation = {2, 2};
  hello.version = Version(100);
  shake(1, hello);
  EXPECT_THAT(refusal(), HasSubstr("two daemons have one region's name"));
  EXPECT_THAT(shop.state().fenced(), IsEmpty());
}

TEST_F(Handshake, of_this_very_replica_that_is_no_further_than_this_ledger_is_refused_only) {
  shake(1, shop.replica().hello());
  EXPECT_THAT(refusal(), HasSubstr("two daemons have one region's name"));
  EXPECT_THAT(shop.state().fenced(), IsEmpty());
}

TEST_F(Handshake, of_this_very_replica_with_a_newer_version_proves_an_older_copy) {
  Hello hello = shop.replica().hello();
  hello.version = Version(5);
  shake(1, hello);
  EXPECT_THAT(shop.state().fenced(), HasSubstr("this is an older copy, or one of two"));
}

TEST_F(Handshake, of_this_very_replica_with_a_boot_that_this_ledger_never_had_proves_an_older_copy) {
  Hello hello = shop.replica().hello();
  hello.boots.push_back({2, 99, Version(0)});
  shake(1, hello);
  EXPECT_THAT(shop.state().fenced(), HasSubstr("knows boot 2 of this region, which this ledger never had"));
}

TEST_F(Handshake, with_a_long_list_of_boots_takes_no_longer_than_the_list) {
  Hello hello = hello_of("us");
  for (std::uint32_t boot = 2; boot <= 50'000; ++boot) hello.boots.push_back({boot, boot, Version(0)});
  shake(1, hello);
  const auto began = std::chrono::steady_clock::now();
  shake(2, hello);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(500));
}

TEST_F(Handshake, of_a_later_boot_is_recorded_as_that_boot_alone) {
  Hello hello = hello_of("us");
  for (std::uint32_t boot = 2; boot <= 100; ++boot) {
    hello.boots.push_back({boot, boot, Version(boot)});
    hello.version = Version(boot);
    shake(boot, hello);
    EXPECT_EQ(std::get<record::PeerMet>(shop.journal().back().body).boots,
              boot == 2 ? hello.boots : std::vector{hello.boots.back()});
  }
  shop.restart();
  EXPECT_EQ(shop.state().replicas().boots(*shop.state().replicas().of_region("us")), hello.boots);
  hello.boots[50].nonce = 0;
  shake(1000, hello);
  EXPECT_THAT(refusal(), HasSubstr("contradicts"));
}

// As they were recorded once.
TEST_F(Handshake, records_of_all_boots_are_read_as_those_of_the_new_ones) {
  Hello hello = hello_of("us");
  shake(1, hello);
  for (std::uint32_t boot = 2; boot <= 3; ++boot) {
    hello.boots.push_back({boot, boot, Version(boot)});
    Record met;
    met.at = shop.now().node;
    met.body = record::PeerMet{*shop.state().replicas().of_region("us"), hello.boots, Version(boot)};
    shop.replica().state().apply(met);
  }
  EXPECT_EQ(shop.state().replicas().boots(*shop.state().replicas().of_region("us")), hello.boots);
}

// A region whose data directory is lost at each start is a new replica each time.
TEST_F(Handshake, of_one_replica_more_than_there_may_be_is_refused) {
  Hello hello = hello_of("us");
  for (std::uint64_t lives = 1; lives <= limits::replicas_max; ++lives) {
    hello.replica.incarnation = {lives, 1};
    shake(lives, hello);
  }
  EXPECT_THAT(refusal(), HasSubstr("one more replica than the 128"));
  EXPECT_EQ(shop.state().replicas().size(), limits::replicas_max);
}

// Whoever made it while the clock was ahead can tell by it until when to wait, or how far to set it.
TEST_F(Handshake, of_an_older_incarnation_is_refused_and_told_when_both_were_made) {
  Hello newest = hello_of("us");
  newest.replica.incarnation = {1'709'210'096'007, 1};
  shake(1, newest);
  shake(2, hello_of("us"));
  EXPECT_EQ(refusal(),
            "it is an older incarnation of region us, which is frozen: made 1970-01-01T00:00:00.001Z, the "
            "newest 2024-02-29T12:34:56.007Z");
}

// Both dialled at once: both sides must keep the same one, which is the one that the smaller name dialled.
TEST_F(Handshake, of_two_connections_dialled_from_both_sides_the_one_of_the_smaller_name_stays) {
  shake(1, hello_of("us"), DialledBy::us);
  shake(2, hello_of("us"), DialledBy::peer);
  EXPECT_THAT(closed(), ElementsAre(LinkId(2)));
  shake(3, hello_of("ap"), DialledBy::us);
  shake(4, hello_of("ap"), DialledBy::peer);
  EXPECT_THAT(closed(), ElementsAre(LinkId(3)));
  shake(5, hello_of("ap"), DialledBy::us);
  EXPECT_THAT(closed(), ElementsAre(LinkId(5)));
}

TEST_F(Handshake, of_a_later_connection_dialled_from_the_same_side_takes_the_place_of_the_earlier) {
  shake(1, hello_of("us"), DialledBy::peer);
  shake(2, hello_of("us"), DialledBy::peer);
  EXPECT_THAT(closed(), ElementsAre(LinkId(1)));
  EXPECT_TRUE(view_of("us").direct);
}

// Heartbeats.

TEST_F(Handshake, an_echo_tells_how_far_away_the_peer_is_and_one_from_the_future_tells_nothing) {
  shake(1, hello_of("us"));
  message::Heartbeat beat;
  beat.sent_ms = 7;
  beat.echo_ms = static_cast<std::uint64_t>(ms_of(shop.now().node));
  beat.held_ms = 30;
  shop.sleep(80ms);
  shop.step(input::Received{LinkId(1), beat});
  EXPECT_EQ(view_of("us").rtt, 50ms);
  beat.held_ms = 81;
  shop.step(input::Received{LinkId(1), beat});
  EXPECT_EQ(view_of("us").rtt, 50ms);
}

// Who refuses ours has shaken hands first, each time that it is dialled.
TEST_F(Handshake, alone_is_no_sign_that_a_region_is_up) {
  for (std::uint64_t link = 1; link < 4; ++link) {
    shake(link, hello_of("us"));
    EXPECT_FALSE(says_that_it_is_linked());
    EXPECT_NE(view_of("us").state, answer::RegionState::up);
    shop.step(input::LinkDown{LinkId(link)});
    shop.pass(1s);
  }
  shake(4, hello_of("us"));
  shop.step(input::Received{LinkId(4), message::VersionVector{}});
  EXPECT_TRUE(says_that_it_is_linked());
  EXPECT_EQ(view_of("us").state, answer::RegionState::up);
}

TEST_F(Handshake, what_a_peer_has_heard_of_others_counts_if_it_is_configured_and_of_late) {
  shake(1, hello_of("us"));
  const auto beat = [&](std::uint64_t ms_ago) {
    message::Heartbeat said;
    said.heard = {{"ap", ms_ago}, {"elsewhere", 10}};
    shop.step(input::Received{LinkId(1), said});
  };
  beat(61'000);
  EXPECT_EQ(view_of("ap").state, answer::RegionState::never_heard);
  beat(400);
  EXPECT_EQ(view_of("ap").state, answer::RegionState::up);
  EXPECT_FALSE(view_of("ap").direct);
  EXPECT_EQ(view_of("ap").heard_ago, 400ms);
  beat(900);
  EXPECT_EQ(view_of("ap").heard_ago, 400ms) << "older word of it does not make it older";
  shop.sleep(2s);
  EXPECT_EQ(view_of("ap").state, answer::RegionState::cut_off);
}

class Heartbeats : public Handshake {
 protected:
  void SetUp() override {
    shake(1, hello_of("us"));
    hear({.sent_ms = 7, .echo_ms = static_cast<std::uint64_t>(ms_of(shop.now().node))});
  }
  void hear(message::Heartbeat beat, std::uint64_t link = 1) {
    shop.step(input::Received{LinkId(link), std::move(beat)});
  }
  // Those that us is sent, each when it is due; "." is one that repeats the last that was not.
  std::string sent(int beats) {
    std::string said;
    for (int i = 0; i < beats; ++i) {
      shop.sleep(400ms);
      shop.step(input::Tick{});
      for (const Outbound& outbound : shop.last().outbound)
        if (const auto* send = std::get_if<output::Send>(&outbound); send && send->link == LinkId(1))
          if (const auto* beat = std::get_if<message::Heartbeat>(&*send->message)) said += in_short(*beat);
    }
    return said;
  }

 private:
  std::string in_short(const message::Heartbeat& beat) {
    if (beat.repeats == 0) last_ms_ = beat.sent_ms;
    EXPECT_TRUE(beat.repeats == 0 || beat.repeats == last_ms_);
    return beat.repeats == 0 ? "full " : ".";
  }
  std::uint64_t last_ms_ = 0;
};

TEST_F(Heartbeats, on_an_idle_link_say_all_only_now_and_then) {
  EXPECT_EQ(sent(50), "full .......................................full .........");
}

TEST_F(Heartbeats, say_all_until_the_way_is_measured_from_both_ends) {
  shop.step(input::LinkDown{LinkId(1)});
  shake(1, hello_of("us"));
  EXPECT_EQ(sent(3), "full full full ");
}

TEST_F(Heartbeats,
       say_all_once_rows_went_over_the_link_since_or_another_region_is_heard_later_than_was_said) {
  EXPECT_EQ(sent(3), "full ..");
  shop.adjust("W", 5);
  shop.step(input::Received{LinkId(1), message::VersionVector{}});
  EXPECT_EQ(sent(3), "full full .") << "the second for rows that went behind the first";
  shake(2, hello_of("ap"));
  hear({}, 2);
  EXPECT_EQ(sent(1), "full ");
  hear({}, 2);
  EXPECT_EQ(sent(13), "full full full full full full full full full full ...") << "ap falls silent";
}

TEST_F(Heartbeats, that_repeat_another_keep_in_view_whom_that_one_named) {
  hear({.sent_ms = 9, .heard = {{"ap", 200}}});
  shop.sleep(1s);
  hear({.repeats = 8});
  EXPECT_EQ(view_of("ap").heard_ago, 1200ms) << "one that never came says nothing";
  hear({.repeats = 9});
  EXPECT_EQ(view_of("ap").heard_ago, 200ms);
  EXPECT_EQ(view_of("us").heard_ago, 0ms);
}

TEST_F(Handshake, what_comes_over_a_link_that_was_closed_here_is_not_taken) {
  shake(1, hello_of("us"));
  shop.step(input::LinkDown{LinkId(1)});
  shop.step(input::Received{LinkId(1), message::VersionVector{{{config_of("eu").own, Version(9)}}, 0}});
  EXPECT_THAT(shop.state().fenced(), IsEmpty());
}

// What a region says of itself.

TEST_F(Handshake, the_status_shows_what_a_region_says_of_itself) {
  shake(1, hello_of("us"));
  message::Summary summary;
  summary.replica = {"us", {1, 1}};
  summary.number = 1;
  summary.skus = 12;
  summary.reserved = Units(3);
  summary.sold_per_1000_s = 4;
  summary.refused_per_1000_s.sold_out = 5;
  summary.reserve_us_p50 = 6;
  summary.reserve_us_p99 = 7;
  shop.step(input::Received{LinkId(1), summary});
  const answer::RegionView view = view_of("us");
  EXPECT_EQ(view.skus, 12u);
  EXPECT_EQ(view.reserved, Units(3));
  EXPECT_EQ(view.sold_per_1000_s, 4);
  EXPECT_EQ(view.refused_per_1000_s.sold_out, 5);
  EXPECT_EQ(view.reserve_us_p50, 6);
  EXPECT_EQ(view.reserve_us_p99, 7);
  EXPECT_EQ(view_of("ap").skus, 0u);
}

TEST_F(Handshake, a_summary_of_a_region_that_is_not_configured_is_not_passed_on) {
  shake(1, hello_of("us"));
  shake(2, hello_of("ap"));
  message::Summary summary;
  summary.replica = {"elsewhere", {1, 1}};
  summary.number = 1;
  shop.step(input::Received{LinkId(1), summary});
  EXPECT_THAT(shop.sent(), IsEmpty());
}

TEST_F(Handshake, a_summary_is_passed_on_to_whoever_is_not_linked_with_its_region) {
  shake(1, hello_of("us"));
  shake(2, hello_of("ap"));
  std::uint64_t number = 0;
  const auto passed_on = [&](const message::VersionVector::Entry& said_by_ap) {
    shop.step(input::Received{LinkId(2), message::VersionVector{{said_by_ap}, 0}});
    message::Summary summary;
    summary.replica = said_by_ap.replica;
    summary.number = ++number;
    shop.step(input::Received{LinkId(1), summary});
    return shop.sent().size();
  };
  const ReplicaId subject{"us", {1, 1}};
  EXPECT_EQ(passed_on({subject, Version(0), std::nullopt, false}), 0u) << "ap is linked with us";
  EXPECT_EQ(passed_on({subject, Version(0), 0, false}), 1u) << "it is no more";
  EXPECT_EQ(passed_on({subject, Version(0), std::nullopt, true}), 1u) << "it takes no rows of us from anyone";
}

TEST_F(Handshake, how_long_reservations_take_here_stands_in_the_status) {
  shop.step(input::Measured{150, 900});
  EXPECT_EQ(view_of("eu").reserve_us_p50, 150);
  EXPECT_EQ(view_of("eu").reserve_us_p99, 900);
}

}  // namespace
}  // namespace holdfast::test
