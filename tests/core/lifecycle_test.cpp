// Every cell of the States table, and what each call does besides.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "support/shop.h"

namespace holdfast::test {
namespace {

using request::IfExpired;
using namespace std::chrono_literals;

// A shop with three units of "a" that has one reservation "r" of one of them, in the given state.
Shop with_reservation(ReservationState state) {
  Shop shop;
  shop.adjust("a", 3);
  shop.reserve("r", {{"a", 1}});
  switch (state) {
    case ReservationState::pending: break;
    case ReservationState::purchased: shop.purchase("r", "o1"); break;
    case ReservationState::released: shop.release("r"); break;
    case ReservationState::expired: shop.pass(600s); break;
  }
  return shop;
}

struct Call {
  std::string name;
  std::function<std::string(Shop&)> make;
  std::vector<std::string> answers;  // on a pending, purchased, released, expired reservation
  std::vector<std::string> after;    // the state that it then has
};

std::string reserve_replacing(Shop& shop, const std::string& replaced, const std::string& customer = "") {
  auto request = reserve("new", {{"a", 1}});
  request.replaces = replaced;
  request.customer = customer;
  return said(shop.ask(request));
}

std::vector<Call> states_table() {
  const std::vector<std::string> as_it_was{"pending", "purchased", "released", "expired"};
  return {
      {"PUT again",
       [](Shop& shop) {
         return shop.reserve("r", {{"a", 1}});
       },
       {"repeat pending", "repeat purchased", "already_released", "reservation_expired"},
       as_it_was},
      {"purchase",
       [](Shop& shop) { return shop.purchase("r", "o1"); },
       {"purchased", "repeat purchased", "already_released", "purchased"},
       {"purchased", "purchased", "released", "purchased"}},
      {"purchase with another order",
       [](Shop& shop) { return shop.purchase("r", "o2"); },
       {"purchased", "idempotency_mismatch", "already_released", "purchased"},
       {"purchased", "purchased", "released", "purchased"}},
      {"purchase, if_expired fail",
       [](Shop& shop) { return shop.purchase("r", "o1", IfExpired::fail); },
       {"purchased", "repeat purchased", "already_released", "reservation_expired"},
       {"purchased", "purchased", "released", "expired"}},
      {"release",
       [](Shop& shop) { return shop.release("r"); },
       {"released", "already_purchased", "repeat released", "expired"},
       {"released", "purchased", "released", "expired"}},
      {"extend",
       [](Shop& shop) { return shop.extend("r", 60); },
       {"pending", "already_purchased", "already_released", "reservation_expired"},
       as_it_was},
      {"PATCH",
       [](Shop& shop) {
         return shop.change("r", {{"a", 2}});
       },
       {"pending", "already_purchased", "already_released", "reservation_expired"},
       as_it_was},
      {"return",
       [](Shop& shop) { return shop.give_back("r", "k"); },
       {"reservation_pending", "purchased", "already_released", "reservation_expired"},
       as_it_was},
      {"named by replaces",
       [](Shop& shop) { return reserve_replacing(shop, "r"); },
       {"created", "already_purchased", "created", "created"},
       {"released", "purchased", "released", "expired"}},
      {"named by replaces, another customer's",
       [](Shop& shop) { return reserve_replacing(shop, "r", "somebody"); },
       {"validation_failed", "validation_failed", "validation_failed", "validation_failed"},
       as_it_was},
      {"get", [](Shop& shop) { return shop.state_of("r"); }, as_it_was, as_it_was},
  };
}

TEST(States, every_cell_of_the_table) {
  for (const Call& call : states_table()) {
    for (const int state : {0, 1, 2, 3}) {
      Shop shop = with_reservation(static_cast<ReservationState>(state));
      EXPECT_EQ(call.make(shop), call.answers[state]) << call.name << " in state " << state;
      EXPECT_EQ(shop.state_of("r"), call.after[state]) << call.name << " in state " << state;
    }
  }
}

TEST(States, every_cell_of_the_table_after_a_restart) {
  for (const Call& call : states_table()) {
    for (const int state : {0, 1, 2, 3}) {
      Shop shop = with_reservation(static_cast<ReservationState>(state));
      shop.restart();
      EXPECT_EQ(call.make(shop), call.answers[state]) << call.name << " in state " << state;
      shop.restart();
      EXPECT_EQ(shop.state_of("r"), call.after[state]) << call.name << " in state " << state;
    }
  }
}

TEST(States, what_is_refused_for_its_state_shows_the_reservation) {
  Shop shop = with_reservation(ReservationState::purchased);
  const Answer answer = shop.ask(request::Release{"r"});
  ASSERT_FALSE(answer);
  ASSERT_TRUE(answer.error().reservation);
  EXPECT_EQ(answer.error().reservation->state, ReservationState::purchased);
  EXPECT_EQ(answer.error().reservation->order, "o1");
}

TEST(States, an_id_that_was_never_used_is_unknown_to_every_call) {
  Shop shop;
  shop.adjust("a", 1);
  EXPECT_EQ(shop.purchase("x"), "reservation_unknown");
  EXPECT_EQ(shop.release("x"), "reservation_unknown");
  EXPECT_EQ(shop.extend("x", 60), "reservation_unknown");
  EXPECT_EQ(shop.change("x", {{"a", 1}}), "reservation_unknown");
  EXPECT_EQ(shop.give_back("x", "k"), "reservation_unknown");
  EXPECT_EQ(shop.state_of("x"), "reservation_unknown");
}

}  // namespace
}  // namespace holdfast::test
