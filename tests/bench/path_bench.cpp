// What a reservation costs on its way through the daemon, part by part: `core` is one step, `records` what
// the journal is given of it, `ledger` a commit of so many of them on the disk (of the folder for temporary
// files), synced, `call` a frame of the native protocol, `node` all of that together with a disk that takes
// everything at once. Each counts its allocations too.
#include <benchmark/benchmark.h>

#include <span>
#include <string>
#include <vector>

#include "core/replica.h"
#include "ledger/sqlite_ledger.h"
#include "native/gateway.h"
#include "support/counted_allocations.h"
#include "support/encode_records.h"
#include "support/instant_disk.h"
#include "support/temp_dir.h"
#include "wire/frame.h"
#include "wire/native_client_codec.h"

namespace holdfast {
namespace {

constexpr std::size_t batch = 256;
constexpr std::size_t ahead = 16;  // so many are told to the core before the first is stepped, as node does
constexpr std::int64_t plenty = 1'000'000'000;

Now at(std::uint64_t step) {
  const auto ms = static_cast<std::int64_t>(step / 1000);
  return {node_time(ms), wall_time(ms)};
}

class Counted {
 public:
  explicit Counted(benchmark::State& state) : state_(state), before_(allocations) {}
  ~Counted() {
    const auto items = static_cast<double>(state_.items_processed());
    state_.counters["allocations"] = static_cast<double>(allocations - before_) / items;
  }

 private:
  benchmark::State& state_;
  std::size_t before_;
};

input::Asked reserve(std::uint64_t number) {
  request::Reserve reserve;
  reserve.id = "cart-" + std::to_string(number);
  reserve.lines = {{"sku-0", Units(1)}};
  reserve.brief = true;
  return {RequestToken(number), std::move(reserve), {}};
}

void stock_up(Replica& replica, Effects& effects) {
  replica.step(at(0), input::Started{1, {}}, effects);
  request::Adjust adjust{
      .sku = "sku-0", .key = "in", .delta = Units(plenty), .reason = "bench", .region = "", .wait = {}};
  replica.step(at(0), input::Asked{RequestToken(1), std::move(adjust), {}}, effects);
  effects.clear();
}

input::Asked purchase(std::uint64_t number) {
  request::Purchase purchase;
  purchase.id = "cart-" + std::to_string(number);
  purchase.brief = true;
  return {RequestToken(number), std::move(purchase), {}};
}

void step_all(Replica& replica, std::vector<input::Asked>& inputs, Now now, Effects& effects) {
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (i % ahead == 0) replica.expect(std::span(inputs).subspan(i, ahead));
    replica.step(now, std::move(inputs[i]), effects);
    benchmark::DoNotOptimize(effects);
    effects.clear();
  }
}

void reserve_next(std::uint64_t& number, std::vector<input::Asked>& inputs) {
  inputs.clear();
  for (std::size_t i = 0; i < batch; ++i) inputs.push_back(reserve(++number));
}

// Of the inputs that `prepare` makes each time; `number`: of the last reservation.
template <class Prepare>
void time_steps(benchmark::State& state, const CoreConfig& config, const Prepare& prepare) {
  Replica replica(config);
  Effects effects;
  stock_up(replica, effects);
  std::uint64_t number = 1;
  std::vector<input::Asked> inputs;
  std::size_t counted = 0;
  while (state.KeepRunningBatch(batch)) {
    state.PauseTiming();
    prepare(replica, number, inputs, effects);
    const std::size_t before = allocations;
    state.ResumeTiming();
    step_all(replica, inputs, at(number), effects);
    counted += allocations - before;
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["allocations"] = static_cast<double>(counted) / static_cast<double>(state.iterations());
}

void steps_of(benchmark::State& state, const CoreConfig& config) {
  time_steps(state, config, [](Replica&, std::uint64_t& number, std::vector<input::Asked>& inputs, Effects&) {
    reserve_next(number, inputs);
  });
}

void core(benchmark::State& state) { steps_of(state, test::lone_region()); }
BENCHMARK(core);

void core_with_peers(benchmark::State& state) {
  CoreConfig config = test::lone_region();
  config.peers = {"us", "ap"};
  steps_of(state, config);
}
BENCHMARK(core_with_peers)->Name("core/peers");

// Of what was reserved a while ago, which is purchased in the order in which it came.
void core_sold(benchmark::State& state) {
  constexpr std::uint64_t kept = 100'000;
  time_steps(
      state, test::lone_region(),
      [](Replica& replica, std::uint64_t& number, std::vector<input::Asked>& inputs, Effects& effects) {
        do {
          reserve_next(number, inputs);
          step_all(replica, inputs, at(number), effects);
        } while (number < kept);
        inputs.clear();
        for (std::size_t i = 0; i < batch; ++i) inputs.push_back(purchase(number - kept / 2 + i));
      });
}
BENCHMARK(core_sold)->Name("core/sold");

// Of so many reservations; with `sold` of their purchases.
std::vector<Record> some_records(std::size_t count, bool sold = false) {
  Replica replica(test::lone_region());
  Effects effects;
  stock_up(replica, effects);
  for (std::uint64_t number = 2; number < 2 + count; ++number)
    replica.step(at(number), reserve(number), effects);
  if (!sold) return std::move(effects.records);
  effects.clear();
  for (std::uint64_t number = 2; number < 2 + count; ++number)
    replica.step(at(2 + count), purchase(number), effects);
  return std::move(effects.records);
}

void records(benchmark::State& state, bool sold) {
  const std::vector<Record> all = some_records(batch, sold);
  Bytes bytes;
  while (state.KeepRunningBatch(batch)) {
    bytes.clear();
    wire::encode_records(all, bytes);
    benchmark::DoNotOptimize(bytes);
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["bytes"] = static_cast<double>(bytes.size()) / batch;
}
BENCHMARK_CAPTURE(records, made, false)->Name("records");
BENCHMARK_CAPTURE(records, sold, true)->Name("records/sold");

// With what catches up behind the journal, as the ledger's thread does it once the answer is on its way.
void ledger_append(benchmark::State& state) {
  const auto at_once = static_cast<std::uint32_t>(state.range(0));
  const test::TempDir directory;
  ledger::SqliteOptions options;
  options.data_dir = directory / "eu";
  options.identity = {.cluster = "shop", .replica = {"eu", {1, 1}}, .hash_seed = 7};
  options.run_dir = directory / "run";
  auto open = ledger::SqliteLedger::open(options);
  if (!open) return state.SkipWithError(open.error().detail.c_str());
  ledger::Append append;
  append.batches.push_back({.first = Position(1), .count = at_once, .bytes = {}});
  wire::encode_records(some_records(at_once), append.batches.front().bytes);
  while (state.KeepRunningBatch(at_once)) {
    if (const auto done = open->ledger->append(append); !done)
      return state.SkipWithError(done.error().detail.c_str());
    open->ledger->settle();
    append.batches.front().first = append.batches.front().last().next();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(ledger_append)->Name("ledger")->Arg(1)->Arg(64)->Arg(1024)->UseRealTime();

Bytes call_from(std::uint64_t number, std::size_t operations) {
  std::vector<Operation> all;
  for (std::size_t i = 0; i < operations; ++i)
    all.push_back(operation::Reserve{.id = "cart-" + std::to_string(++number),
                                     .items = {Item{"sku-0", 1}},
                                     .customer = {},
                                     .replaces = {}});
  Bytes bytes;
  (void)wire::encode_native_call(number, all, bytes);
  return bytes;
}

void call(benchmark::State& state) {
  const Bytes bytes = call_from(0, batch);
  wire::NativeCall decoded;
  while (state.KeepRunningBatch(batch)) {
    benchmark::DoNotOptimize(wire::decode_native_call(bytes, decoded));
    benchmark::DoNotOptimize(decoded);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(call);

// So many operations a call, and 16 calls a commit.
void node_path(benchmark::State& state) {
  const auto operations = static_cast<std::size_t>(state.range(0));
  Replica replica(test::lone_region());
  Effects effects;
  stock_up(replica, effects);
  test::InstantDisk disk;
  std::uint64_t number = 0;
  node::Node* node = nullptr;
  native::Gateway gateway(
      {[&](std::span<input::Asked> requests) { node->expect(requests); },
       [&](std::span<input::Asked> requests) { node->take_in_order(at(number), requests); },
       [&] { node->go_on(); }, [](RequestToken) {}, [](const Attempts&, std::int64_t, std::int64_t) {},
       [](RefusalCode, std::size_t) {}, [] { return std::int64_t{0}; }});
  node::Node path(replica, test::writing_codec(), {}, gateway, disk, disk);
  node = &path;
  std::size_t told = 0;
  gateway.on_settled([&](native::ConnectionId, std::size_t settled, BytesView) { told += settled; });
  path.start(at(0), 2, {});
  disk.commit(path);
  std::size_t counted = 0;
  constexpr std::size_t calls = 16;
  std::vector<Bytes> frames(calls);
  while (state.KeepRunningBatch(static_cast<std::int64_t>(operations * calls))) {
    state.PauseTiming();
    for (Bytes& frame : frames) {
      frame = call_from(number, operations);
      number += operations;
    }
    const std::size_t before = allocations;
    state.ResumeTiming();
    for (const Bytes& frame : frames) benchmark::DoNotOptimize(gateway.take(1, frame));
    gateway.go_on();
    disk.commit(path);
    counted += allocations - before;
  }
  if (told != number) state.SkipWithError("not all were answered");
  state.SetItemsProcessed(state.iterations());
  state.counters["allocations"] = static_cast<double>(counted) / static_cast<double>(state.iterations());
}
BENCHMARK(node_path)->Name("node")->Arg(1)->Arg(64)->Arg(1024);

}  // namespace
}  // namespace holdfast

BENCHMARK_MAIN();
