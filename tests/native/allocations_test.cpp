// Steady state costs no memory manager on the whole native path: from the bytes of a call to the bytes of its
// answers, by way of the core, the outbox, and the records that the journal is given.
//
// A program of its own, since it counts every allocation of its process.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "native/gateway.h"
#include "support/counted_allocations.h"
#include "support/effort.h"
#include "support/instant_disk.h"
#include "wire/native_client_codec.h"

namespace holdfast::native {
namespace {

constexpr std::size_t a_call = 256;
constexpr std::size_t calls = 64;
// A call has lists of its own, a commit its bytes, and tables grow: over many operations, never for each.
constexpr std::size_t for_all_calls = a_call * calls / 8;

class NativeAllocations : public testing::Test {
 protected:
  NativeAllocations() {
    gateway.on_settled([this](ConnectionId, std::size_t operations, BytesView) { answered += operations; });
    node.start(now, 1, {});
    commit();
    take({operation::Adjust{"hot", 1'000'000, "test", "in"}});
  }

  void commit() { disk.commit(node); }
  void take(const std::vector<Operation>& operations) {
    Bytes call;
    wire::encode_native_call(1, operations, call);
    ASSERT_TRUE(gateway.take(1, call));
    commit();
  }
  // All that a run of calls makes, four of them a commit, without what it takes to write them.
  std::size_t made_by_calls() {
    std::vector<Bytes> frames(calls);
    for (Bytes& frame : frames) {
      std::vector<Operation> operations;
      for (std::size_t i = 0; i < a_call; ++i)
        operations.push_back(
            operation::Reserve{.id = "cart-" + std::to_string(next_id++), .items = {{"hot", 1}}});
      wire::encode_native_call(1, operations, frame);
    }
    const std::size_t before = allocations;
    for (std::size_t i = 0; i < calls; ++i) {
      EXPECT_TRUE(gateway.take(1, frames[i]));
      if (i % 4 == 3) commit();
    }
    return allocations - before;
  }

  Now now{node_time(1), wall_time(1)};
  Replica replica{test::lone_region()};
  test::InstantDisk disk;
  Gateway gateway{
      {.expect = [](node::InOrder&) {},
       .submit = [this](node::InOrder requests) { node.submit_in_order(now, std::move(requests)); },
       .go_on = [] {},
       .cancel = [](RequestToken) {},
       .count_reservations = [](const Attempts&, std::int64_t, std::int64_t) {},
       .count_refusals = [](RefusalCode, std::size_t) {},
       .now_us = [] { return std::int64_t{0}; }}};
  node::Node node{replica, test::writing_codec(), {}, gateway, disk, disk};
  std::size_t answered = 0;
  std::size_t next_id = 0;
};

TEST_F(NativeAllocations, a_reservation_in_a_call_of_many_makes_none_from_its_bytes_to_those_of_its_answer) {
  if (test::sanitized) GTEST_SKIP() << "the walks of the invariants allocate; in release";
  (void)made_by_calls();
  const std::size_t before = answered;
  EXPECT_LE(made_by_calls(), for_all_calls);
  EXPECT_EQ(answered - before, a_call * calls);
}

}  // namespace
}  // namespace holdfast::native
