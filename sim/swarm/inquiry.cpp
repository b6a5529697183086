#include "sim/swarm/inquiry.h"

#include <algorithm>

#include "core/limits.h"

namespace holdfast::sim {

namespace {

constexpr int tries_max = 12;
constexpr Micros gauges_spread_in = 3 * second;
constexpr Millis basket_ttl{120'000};

request::Reserve basket(const std::string& id, const std::string& sku, Units quantity) {
  request::Reserve reserve;
  reserve.id = id;
  reserve.ttl = basket_ttl;
  reserve.lines = {{sku, quantity}};
  return reserve;
}

}  // namespace

// By what it knows of those that are cut off; of whom nothing is known, it may be told either.
void Inquiry::add(std::vector<Question>& questions, const std::string& sku, Units quantity,
                  RefusalCode answer) const {
  for (const std::size_t at : world_.whole) {
    const State& state = world_.regions[at]->state();
    const auto known = state.stock().find(sku);
    if (!known) continue;
    Units cut;
    bool all_heard = true;
    for (std::size_t other = 0; other < world_.regions.size(); ++other) {
      if (world_.whole.contains(other)) continue;
      const auto replica = state.replicas().find(world_.regions[other]->config().own);
      all_heard &= replica && state.stock().rows_total(*replica) > 0;
      if (replica) cut += std::max(no_units, state.stock().rights(*replica, *known));
    }
    if (!all_heard) continue;
    questions.push_back({at, sku, quantity, cut > no_units ? RefusalCode::rights_unreachable : answer});
  }
}

void Inquiry::ask(const std::vector<Question>& questions) {
  questions_ = questions;
  for (int tries = 0; !questions_.empty() && world_.verdict.sound(); ++tries) {
    if (tries == tries_max)
      return world_.verdict.violated(
          "O8", "truth: long after all came to rest, and with all of it known, " + said_last_);
    for (const Question& question : questions_)
      world_.told.ask(*world_.regions[question.region], basket(new_id(), question.sku, question.quantity),
                      [this, question](const Operation& told) { heard(question, told); });
    world_.run_for(second);
  }
}

void Inquiry::heard(const Question& question, const Operation& told) {
  if (told.refused() && told.answer->error().code == question.answer)
    std::erase(questions_, question);
  else if (told.answer)
    said_last_ =
        world_.regions[question.region]->name() + ": " + said(told) + " instead of " + name(question.answer);
}

bool Inquiry::take_all(const std::string& sku) {
  for (int tries = 0; tries < tries_max && world_.verdict.sound(); ++tries) {
    bool is_left = false;
    for (const std::size_t at : world_.whole) {
      const Stock& stock = world_.regions[at]->state().stock();
      const auto known = stock.find(sku);
      if (!known || stock.available(*known) <= no_units) continue;
      is_left = true;
      for (Units left = stock.available(*known); left > no_units; left -= limits::quantity_max)
        take(at, sku, std::min(left, limits::quantity_max));
    }
    world_.run_for(is_left ? second : gauges_spread_in);
    if (!is_left) return true;
  }
  return false;
}

void Inquiry::take(std::size_t at, const std::string& sku, Units quantity) {
  const std::string id = new_id();
  world_.told.ask(*world_.regions[at], basket(id, sku, quantity), [this, at, id](const Operation& told) {
    if (told.succeeded()) baskets_.emplace(at, id);
  });
}

void Inquiry::give_all_up() {
  for (int tries = 0; !baskets_.empty() && tries < tries_max; ++tries) {
    for (const auto& basket : baskets_)
      world_.told.ask(*world_.regions[basket.first], request::Release{basket.second},
                      [this, basket](const Operation& told) {
                        if (told.succeeded()) baskets_.erase(basket);
                      });
    world_.run_for(second);
  }
}

void Inquiry::about_what_is_reserved(const std::string& sku) {
  if (take_all(sku)) {
    Units all;
    for (const std::size_t at : world_.whole) {
      const Stock& stock = world_.regions[at]->state().stock();
      if (const auto known = stock.find(sku)) all += stock.reserved(*known);
    }
    std::vector<Question> questions;
    if (all > no_units) add(questions, sku, Units(1), RefusalCode::all_reserved);
    if (all < limits::quantity_max)
      add(questions, sku, all + Units(1), all > no_units ? RefusalCode::not_enough : RefusalCode::sold_out);
    ask(questions);
  }
  give_all_up();
}

void Inquiry::about_what_is_sold_out(const std::vector<std::string>& skus) {
  std::vector<Question> questions;
  for (const std::string& sku : skus) add(questions, sku, Units(1), RefusalCode::sold_out);
  ask(questions);
}

}  // namespace holdfast::sim
