// What people write: link specs, addresses, and faults as JSON.
#include "proxy/settings.h"

#include <gtest/gtest.h>

namespace holdfast::proxy {
namespace {

using namespace std::chrono_literals;

TEST(Settings, a_link_spec_names_the_link_and_both_its_ends) {
  EXPECT_EQ(parse_link_spec("eu-us=127.0.0.1:0->us.example:8431"),
            (LinkSpec{"eu-us", {"127.0.0.1", "0"}, {"us.example", "8431"}}));
  EXPECT_EQ(parse_link_spec("v6=[::1]:0->[::1]:80"), (LinkSpec{"v6", {"::1", "0"}, {"::1", "80"}}));
}

TEST(Settings, a_bad_link_spec_is_refused_in_one_line_that_says_what_is_wrong) {
  EXPECT_EQ(parse_link_spec("nonsense").error(), "link 'nonsense' is not NAME=HOST:PORT->HOST:PORT");
  EXPECT_EQ(parse_link_spec("a=b:1->c").error(), "link a: 'c' is not HOST:PORT");
  EXPECT_EQ(parse_link_spec("a=b:65536->c:1").error(), "link a: 'b:65536' is not HOST:PORT");
  EXPECT_EQ(parse_link_spec("a=b:1x->c:1").error(), "link a: 'b:1x' is not HOST:PORT");
  EXPECT_EQ(parse_link_spec("a b=b:1->c:1").error(),
            "link name 'a b' must be 1 to 64 letters, digits, '-', '_' or '.'");
}

TEST(Settings, a_change_keeps_what_it_leaves_out) {
  const Faults before{.delay = 5ms, .cut = Sides::up};
  const Faults after{.delay = 5ms, .jitter = 2ms, .cut = Sides::none};
  EXPECT_EQ(parse_change(R"({"jitter_ms":2,"cut":"none"})", before), (Change{after, std::nullopt, false}));
}

TEST(Settings, a_change_can_set_everything_at_once) {
  const auto change = parse_change(
      R"({"delay_ms":1,"jitter_ms":2,"stall":"down","cut":"both","throttle_bytes_per_s":3,"flip_one_byte_in":4,)"
      R"("target":"127.0.0.1:5","reset":true})",
      {});
  const Faults faults{1ms, 2ms, Sides::down, Sides::both, 3, 4};
  EXPECT_EQ(change, (Change{faults, Address{"127.0.0.1", "5"}, true}));
}

TEST(Settings, what_cannot_be_meant_is_refused) {
  for (const char* json : {"", "[]", "{", R"({"dealy_ms":1})", R"({"delay_ms":-1})", R"({"delay_ms":1.5})",
                           R"({"delay_ms":"1"})", R"({"delay_ms":1e30})", R"({"cut":"left"})",
                           R"({"cut":true})", R"({"reset":1})", R"({"target":"nowhere"})", R"({"target":7})"})
    EXPECT_FALSE(parse_change(json, {})) << json;
}

}  // namespace
}  // namespace holdfast::proxy
