#include "sim/policies/shared_number.h"

#include <algorithm>

#include "sim/policies/local_commit.h"

namespace holdfast::sim {
namespace {

constexpr Micros tries_again_after{100'000};  // to bring in stock while cut off

}  // namespace

void SharedNumber::open(const Placement& placement, std::move_only_function<void()> ready) {
  for (const auto& region : placement)
    for (std::uint32_t sku = 0; sku < region.size(); ++sku) shelf_.add(sku, region[sku]);
  queue_.after(Micros(0), std::move(ready));
}

void SharedNumber::attempt(Attempt attempt, Done done) {
  const auto path = way(attempt.region);
  if (!path)
    return queue_.after(local_commit, [done = std::move(done)]() mutable {
      done({Denial::cut_off, false, {}, {}});
    });
  queue_.after(path->there,
               [this, path = *path, attempt = std::move(attempt), done = std::move(done)]() mutable {
                 decide(path, std::move(attempt), std::move(done));
               });
}

void SharedNumber::decide(const Way& path, Attempt attempt, Done done) {
  if (const auto part = shelf_.part_of(attempt.basket); attempt.partial && !part.empty())
    attempt.basket = part;
  auto told = [this, path, ttl = attempt.ttl, got = attempt.partial ? attempt.basket : Basket{},
               done = std::move(done)](bool granted, Micros) mutable {
    const Reply reply{granted ? Denial::none : Denial::sold_out, granted && path.remote, queue_.now() + ttl,
                      granted ? got : Basket{}};
    queue_.after(path.back, [reply, done = std::move(done)]() mutable { done(reply); });
  };
  const auto wait = std::max(attempt.wait - path.there - path.back, Micros(0));
  shelf_.reserve(attempt.id, attempt.basket, attempt.ttl, wait, std::move(told));
}

void SharedNumber::finish(std::uint64_t id, Finish finish, Finished finished) {
  shelf_.finish(id, finish);
  queue_.after(Micros(0), [finished = std::move(finished)]() mutable { finished(true); });
}

void SharedNumber::stock_in(std::size_t region, const Basket& goods, std::optional<std::uint64_t>) {
  for (const auto& line : goods) on_the_way_[line.sku] += line.quantity;
  bring(region, goods);
}

void SharedNumber::bring(std::size_t region, Basket goods) {
  const auto path = way(region);
  if (!path)
    return queue_.after(tries_again_after, [this, region, goods = std::move(goods)]() mutable {
      bring(region, std::move(goods));
    });
  queue_.after(path->there, [this, goods = std::move(goods)] {
    for (const auto& line : goods) {
      on_the_way_[line.sku] -= line.quantity;
      shelf_.add(line.sku, line.quantity);
    }
  });
}

std::optional<SharedNumber::Way> Central::way(std::size_t region) {
  if (region == 0) return Way{Micros(0), local_commit, false};
  if (paths_.cut(region, 0) || paths_.cut(0, region)) return std::nullopt;
  return Way{paths_.delay(region, 0), paths_.delay(0, region) + local_commit, true};
}

std::optional<SharedNumber::Way> Quorum::way(std::size_t region) {
  std::vector<Micros> trips;
  for (std::size_t other = 0; other < paths_.size(); ++other)
    if (other != region && !paths_.cut(region, other) && !paths_.cut(other, region))
      trips.push_back(paths_.delay(region, other) + paths_.delay(other, region));
  const auto needed = paths_.size() / 2;  // besides this region
  if (trips.size() < needed) return std::nullopt;
  if (needed == 0) return Way{Micros(0), local_commit, false};
  std::ranges::sort(trips);
  const auto trip = trips[needed - 1];
  return Way{trip / 2, trip / 2 + local_commit, true};
}

}  // namespace holdfast::sim
