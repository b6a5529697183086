#include "sim/check/told.h"

#include "base/overloaded.h"
#include "sim/words.h"

namespace holdfast::sim {

std::string said(const Operation& operation) {
  return "\"" + in_words(operation.request) + "\" was answered \"" + in_words(*operation.answer) + "\"";
}

std::string key_of(const Request& request) {
  return std::visit(Overloaded{
                        [](const request::Adjust& adjust) { return adjust.key; },
                        [](const request::Count& count) { return count.key; },
                        [](const request::Import& import) { return import.key; },
                        [](const request::MoveRights& move) { return move.key; },
                        [](const request::Return& back) { return back.key; },
                        [](const auto&) { return std::string(); },
                    },
                    request);
}

std::size_t Told::ask(Region& region, Request request, Then then) {
  const std::size_t number = operations_.size();
  Operation& operation = operations_.emplace_back();
  operation.region = region.number();
  operation.request = request;
  operation.asked = stage_.queue.now();
  if (changed_) changed_(operation);
  tickets_.push_back(region.submit(std::move(request), [this, &region, number, then = std::move(then)](
                                                           const std::optional<Answer>& answer) {
    Operation& ended = operations_[number];
    const bool said = answer && !region.fenced();
    if (ended.end != Operation::End::open) return;
    ended.ended = stage_.queue.now();
    ended.end = said ? Operation::End::answered : Operation::End::closed;
    if (said) ended.answer = answer;
    if (changed_) changed_(ended);
    if (then) then(ended);
  }));
  return number;
}

void Told::cancel(Region& region, std::size_t number) {
  Operation& operation = operations_[number];
  if (operation.end != Operation::End::open) return;
  operation.end = Operation::End::cancelled;
  operation.ended = stage_.queue.now();
  if (changed_) changed_(operation);
  region.cancel(tickets_[number]);
}

}  // namespace holdfast::sim
