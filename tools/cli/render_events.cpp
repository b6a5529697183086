#include "cli/format.h"
#include "cli/render.h"

namespace holdfast::cli {
namespace {

std::string padded(std::string text, std::size_t size) {
  if (const std::size_t has = width(text); has < size) text.append(size - has, ' ');
  return text;
}

std::string lines_of(const json::value& reservation) {
  std::string lines;
  for (const auto& line : list(reservation, "lines")) {
    lines += "  " + text(line, "sku") + "=" + plain(at(line, "quantity"));
    if (const auto returned = number(line, "returned")) lines += " (" + grouped(*returned) + " back)";
  }
  return lines;
}

std::string signed_number(std::int64_t number) { return (number > 0 ? "+" : "") + grouped(number); }

std::string reservation_of(const json::value& data) {
  std::string line = text(data, "id") + lines_of(data);
  if (const auto order = text(data, "order"); !order.empty()) line += "  order " + order;
  return line;
}

std::string stock_of(const json::value& data) {
  std::string line = text(data, "sku") + "  " + signed_number(number(data, "delta").value_or(0));
  if (const auto available = number(data, "available_here")) line += "  available " + grouped(*available);
  const auto reason = text(data, "reason");
  return line + "  " + (reason.empty() ? "import" : reason);
}

std::string transfer_of(const json::value& data) {
  const auto region = text(data, "region");
  const auto to = text(data, "to"), from = text(data, "from");
  return text(data, "sku") + "  " + (from.empty() ? region : from) + " -> " + (to.empty() ? region : to) +
         "  " + grouped(number(data, "quantity").value_or(0));
}

std::string object_of(std::string_view type, const json::value& data) {
  if (type.starts_with("reservation.")) return reservation_of(data);
  if (type.starts_with("stock.")) return stock_of(data);
  if (type.starts_with("rights.")) return transfer_of(data);
  return text(data, "peer") +
         (type == "region.cut_off" ? "  its units cannot be sold elsewhere" : "  heard again");
}

}  // namespace

std::string event_line(std::string_view type, const json::value& data) {
  return time_of_day(text(data, "at")) + "  " + padded(printable(type), 22) + object_of(type, data) + "\n";
}

std::string event_row(std::string_view type, std::string_view data) {
  const std::string head = "{\"event\":" + written(json::value(json::string(type)));
  return data.starts_with("{\"") ? head + "," + std::string(data.substr(1)) : head + "}";
}

}  // namespace holdfast::cli
