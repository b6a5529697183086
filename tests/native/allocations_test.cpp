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

constexpr std::size_t of_a_run = 256 * 64;  // operations
constexpr std::size_t a_commit = 1024;
// A call of many has lists of its own, a commit its bytes, and tables grow: over many operations, never for
// each.
constexpr std::size_t for_all = of_a_run / 8;

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
    ASSERT_TRUE(wire::encode_native_call(1, operations, call));
    ASSERT_TRUE(gateway.take(1, call));
    gateway.go_on();
    commit();
  }
  // All that calls of so many operations make, without what it takes to write them.
  std::size_t made_by_calls_of(std::size_t many) {
    std::vector<Bytes> calls(of_a_run / many);
    for (Bytes& call : calls) {
      std::vector<Operation> all;
      for (std::size_t i = 0; i < many; ++i)
        all.push_back(operation::Reserve{.id = "3f2504e0-4f89-11d3-9a0c-" + std::to_string(next_id++),
                                         .items = {{"hot", 1}}});  // as long as a UUID, nearly
      EXPECT_TRUE(wire::encode_native_call(1, all, call));
    }
    const std::size_t before = allocations;
    for (std::size_t i = 0; i < calls.size(); ++i) {
      EXPECT_TRUE(gateway.take(1, calls[i]));
      if ((i + 1) * many % a_commit != 0) continue;
      gateway.go_on();
      commit();
    }
    return allocations - before;
  }
  void expect_next_to_none_of_calls_of(std::size_t many) {
    if (test::sanitized) GTEST_SKIP() << "the walks of the invariants allocate; in release";
    (void)made_by_calls_of(many);
    const std::size_t before = answered;
    EXPECT_LE(made_by_calls_of(many), for_all);
    EXPECT_EQ(answered - before, of_a_run);
  }

  Now now{node_time(1), wall_time(1)};
  Replica replica{test::lone_region()};
  test::InstantDisk disk;
  Gateway gateway{{.expect = [](std::span<input::Asked>) {},
                   .submit = [this](std::span<input::Asked> requests) { node.take_in_order(now, requests); },
                   .go_on = [this] { node.go_on(); },
                   .cancel = [](RequestToken) {},
                   .count_reservations = [](const Attempts&, std::int64_t, std::int64_t) {},
                   .count_refusals = [](RefusalCode, std::size_t) {},
                   .now_us = [] { return std::int64_t{0}; }}};
  node::Node node{replica, test::writing_codec(), {}, gateway, disk, disk};
  std::size_t answered = 0;
  std::size_t next_id = 0;
};

TEST_F(NativeAllocations, a_reservation_in_a_call_of_many_makes_none_from_its_bytes_to_those_of_its_answer) {
  expect_next_to_none_of_calls_of(256);
}

TEST_F(NativeAllocations, a_reservation_in_a_call_of_its_own_makes_none_either) {
  expect_next_to_none_of_calls_of(1);
}

}  // namespace
}  // namespace holdfast::native
