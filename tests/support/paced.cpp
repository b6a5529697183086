#include "support/paced.h"

#include <algorithm>
#include <mutex>
#include <thread>

#include "support/http_shop.h"

namespace holdfast::e2e {

namespace {

using Clock = std::chrono::steady_clock;

std::string outcome(const Reply& reply) {
  if (reply.status == 0) return {};
  return reply.status == 201 ? "created" : reply.code();
}

}  // namespace

int PacedAnswers::served() const {
  const auto created = by_code.find("created");
  return created == by_code.end() ? 0 : created->second;
}

std::int64_t PacedAnswers::percentile_us(double percent) const {
  if (took_us.empty()) return 0;
  const auto rank = static_cast<std::size_t>(percent / 100 * static_cast<double>(took_us.size()));
  return took_us[std::min(rank, took_us.size() - 1)];
}

PacedAnswers reserve_paced(const PacedLoad& load) {
  PacedAnswers all;
  std::mutex mutex;
  std::vector<std::thread> threads;
  const auto requests = static_cast<int>(load.per_second * load.duration.count() / 1000);
  const auto begin = Clock::now() + 20ms;
  for (int connection = 0; connection < load.connections; ++connection)
    threads.emplace_back([&, connection] {
      Shop shop(load.http);
      PacedAnswers mine;
      for (int n = connection; n < requests; n += load.connections) {
        const auto due = begin + std::chrono::microseconds(std::int64_t{n} * 1'000'000 / load.per_second);
        std::this_thread::sleep_until(due);
        const Reply reply = shop.reserve(load.prefix + std::to_string(n), load.sku, 1);
        mine.took_us.push_back(
            std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - due).count());
        ++mine.by_code[outcome(reply)];
      }
      const std::lock_guard lock(mutex);
      all.took_us.insert(all.took_us.end(), mine.took_us.begin(), mine.took_us.end());
      for (const auto& [code, count] : mine.by_code) all.by_code[code] += count;
    });
  for (std::thread& thread : threads) thread.join();
  std::ranges::sort(all.took_us);
  return all;
}

}  // namespace holdfast::e2e
