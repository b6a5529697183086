// What a tick costs while a thousand SKUs are busy, with none and with a million quiet ones beside them: the
// quiet ones should cost nothing. The medians of the two are to be compared.
#include <benchmark/benchmark.h>

#include <string>

#include "support/shop.h"

namespace holdfast::test {
namespace {

constexpr int busy_skus = 1'000;
constexpr std::size_t import_lines = 10'000;

std::string busy(int number) { return "busy-" + std::to_string(number); }

// Region eu, which knows that us has plenty of what is busy, and has next to none of it itself.
class BusyShop {
 public:
  explicit BusyShop(std::int64_t quiet_skus) {
    shop_.link("us");
    std::vector<PeerStock> plenty;
    for (int i = 0; i < busy_skus; ++i) plenty.push_back({busy(i), 1'000'000});
    shop_.hear("us", plenty);
    for (std::int64_t i = 0; i < quiet_skus; ++i) bring_in("quiet-" + std::to_string(i), i + 1 == quiet_skus);
    acknowledge();
  }

  // One shopper for each who finds nothing and goes.
  void shoppers_come() {
    for (int i = 0; i < busy_skus; ++i) {
      request::Reserve reserve;
      reserve.id = "cart-" + std::to_string(++carts_);
      reserve.lines = {{busy(i), Units(1)}};
      step(input::Asked{RequestToken(carts_), std::move(reserve), {}});
    }
    acknowledge();
  }

  void tick() {
    now_.node += Millis(100);
    now_.wall += Millis(100);
    step(input::Tick{});
  }

 private:
  void step(const Input& input) {
    shop_.replica().step(now_, input, effects_);
    benchmark::DoNotOptimize(effects_);
    effects_ = {};
  }

  void bring_in(std::string sku, bool is_last) {
    import_.lines.push_back({import_.lines.size() + 1, std::move(sku), Units(10), {}});
    if (import_.lines.size() < import_lines && !is_last) return;
    import_.key = "import-" + std::to_string(++carts_);
    step(input::Asked{RequestToken(carts_), std::exchange(import_, {}), {}});
  }

  // us has heard everything, and is heard.
  void acknowledge() {
    message::VersionVector vector;
    vector.entries.push_back({config_of("eu").own, shop_.state().replicas().version(self), 0, false});
    vector.rows_seen = 1'000'000'000;
    step(input::Received{LinkId(1), std::move(vector)});
  }

  Shop shop_{Peers{"us"}};
  Now now_ = shop_.now();
  Effects effects_;
  request::Import import_;
  std::uint64_t carts_ = 0;
};

void tick(benchmark::State& state) {
  BusyShop shop(state.range(0));
  for (auto _ : state) {
    state.PauseTiming();
    shop.shoppers_come();
    state.ResumeTiming();
    shop.tick();
  }
}
BENCHMARK(tick)->Arg(0)->Arg(1'000'000)->Iterations(200)->Repetitions(5)->ReportAggregatesOnly()->Unit(
    benchmark::kMicrosecond);

}  // namespace
}  // namespace holdfast::test

BENCHMARK_MAIN();
