#include "cli/replay_seller.h"

#include <algorithm>
#include <ranges>

#include "cli/request.h"

namespace holdfast::cli::replay {
namespace {

// Of one SKU one line, in the order first named.
std::vector<Line> summed(const Task& task) {
  std::vector<Line> lines;
  for (const auto& line : task.lines) {
    const auto same = std::ranges::find(lines, line.sku, &Line::sku);
    if (same == lines.end())
      lines.push_back({line.sku, line.quantity});
    else
      same->quantity += line.quantity;
  }
  return lines;
}

json::array lines_json(const std::vector<Line>& lines) {
  json::array array;
  for (const auto& line : lines) array.push_back({{"sku", line.sku}, {"quantity", line.quantity}});
  return array;
}

std::vector<Line> lines_of(const json::value& body) {
  std::vector<Line> lines;
  for (const auto& line : list(body, "lines"))
    lines.push_back({plain(at(line, "sku")), number(line, "quantity").value_or(0)});
  return lines;
}

}  // namespace

AnswerLog::AnswerLog(const std::string& path) : to_file_(!path.empty()) {
  if (to_file_) file_.open(path, std::ios::binary | std::ios::trunc);
}

void AnswerLog::add(Event event) {
  const std::lock_guard lock(mutex_);
  if (to_file_) file_ << event_text(event) << std::endl;  // a replay may be stopped at any time
  events_.push_back(std::move(event));
}

void Seller::perform(const Task& task) {
  switch (task.kind) {
    case Task::Kind::sell: return sell(task);
    case Task::Kind::take_back: return take_back(task);
    case Task::Kind::write_off: return write_off(task);
  }
}

void Seller::sell(const Task& task) {
  const auto lines = summed(task);
  for (const auto& line : lines) tally_.units_wanted += line.quantity;
  json::object order{
      {"lines", lines_json(lines)}, {"partial", manner_.partial}, {"wait_ms", manner_.wait_ms}};
  if (!task.customer.empty()) order["customer"] = task.customer;
  const auto path = "/v1/reservations/" + task.id;
  const auto reserved = calls_.make(send("PUT", path, order));
  if (reserved.status != 0) tally_.reserve_us.push_back(reserved.took.count());
  if (!reserved.good()) return refused(task, reserved.code);
  const auto held = lines_of(reserved.body);
  const auto sold = calls_.make(send("POST", path + "/purchase", json::object{{"order", task.order}}));
  if (sold.good()) return bought(task, held);
  if (sold.doubtful) log_.add({"unknown_purchase", region_, task.id, held});
  refused(task, sold.code);
}

// The units go to the order's lines from the first to the last.
void Seller::bought(const Task& task, const std::vector<Line>& lines) {
  log_.add({"purchased", region_, task.id, lines});
  std::map<std::string, std::int64_t> left;
  for (const auto& line : lines) {
    left[line.sku] += line.quantity;
    tally_.units_sold += line.quantity;
    if (!task.customer.empty()) purchases_[{task.customer, line.sku}].push_back({task.id, line.quantity});
  }
  for (const auto& line : task.lines) {
    auto& units = left[line.sku];
    const auto got = std::min(units, line.quantity);
    units -= got;
    if (got == 0) {
      ++tally_.refused["short"];
      continue;
    }
    ++tally_.sold;
    if (got < line.quantity) ++tally_.sold_in_part;
  }
}

void Seller::refused(const Task& task, const std::string& code) {
  tally_.refused[code.empty() ? "other" : code] += static_cast<std::int64_t>(task.lines.size());
}

void Seller::take_back(const Task& task) {
  const auto& line = task.lines.front();
  auto left = line.quantity;
  bool refused_once = false;
  const auto found = purchases_.find({task.customer, line.sku});
  if (found != purchases_.end() && !task.customer.empty())
    for (auto& purchase : found->second | std::views::reverse) {
      const auto units = std::min(left, purchase.left);
      if (units == 0) continue;
      if (take_back_from(purchase, task, units))
        left -= units;
      else
        refused_once = true;
    }
  tally_.units_returned += line.quantity - left;
  if (left < line.quantity)
    ++tally_.returned;
  else if (!refused_once)
    ++tally_.unmatched;
  else
    ++tally_.refused["return"];
  if (!refused_once) tally_.units_unmatched += left;
}

bool Seller::take_back_from(Purchase& purchase, const Task& task, std::int64_t units) {
  const std::vector<Line> lines{{task.lines.front().sku, units}};
  const auto key = task.id + "-" + purchase.id;
  const auto answer = calls_.make(with_key(
      send("POST", "/v1/reservations/" + purchase.id + "/return", json::object{{"lines", lines_json(lines)}}),
      key));
  if (!answer.good() && answer.doubtful) log_.add({"unknown_return", region_, key, lines});
  if (answer.good()) log_.add({"returned", region_, key, lines});
  if (answer.good() || answer.doubtful) purchase.left -= units;
  return answer.good();
}

void Seller::write_off(const Task& task) {
  const auto& line = task.lines.front();
  const json::object body{{"delta", -line.quantity},
                          {"reason", "order " + task.order},
                          {"region", region_},
                          {"wait_ms", manner_.wait_ms}};
  const auto answer = calls_.make(
      with_key(send("POST", "/v1/skus/" + percent_encode(line.sku) + "/adjustments", body), task.id));
  const std::vector<Line> lines{{line.sku, line.quantity}};
  if (!answer.good() && answer.doubtful) log_.add({"unknown_write_off", region_, task.id, lines});
  if (!answer.good()) return refused(task, answer.code);
  log_.add({"written_off", region_, task.id, lines});
  ++tally_.written_off;
  tally_.units_written_off += line.quantity;
}

}  // namespace holdfast::cli::replay
