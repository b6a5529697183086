#include "support/http_shop.h"

#include <atomic>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <ostream>

namespace holdfast::e2e {

namespace {

const boost::json::value* step_into(const boost::json::value& value, std::string_view name) {
  if (const auto* object = value.if_object()) return object->if_contains(name);
  const auto* array = value.if_array();
  if (array == nullptr || name.find_first_not_of("0123456789") != std::string_view::npos) return nullptr;
  return array->if_contains(std::stoul(std::string(name)));
}

const boost::json::value* find(const boost::json::value& root, std::string_view path) {
  const boost::json::value* value = &root;
  while (value != nullptr && !path.empty()) {
    const auto size = std::min(path.find('.'), path.size());
    value = step_into(*value, path.substr(0, size));
    path.remove_prefix(std::min(size + 1, path.size()));
  }
  return value;
}

std::string fresh_key() {
  static std::atomic<int> made = 0;
  return "key-" + std::to_string(++made);
}

}  // namespace

std::string Reply::header(std::string_view name) const {
  return std::string(Response{status, headers, {}}.header(name));
}

std::string Reply::at(std::string_view path) const {
  const auto* value = find(body, path);
  if (value == nullptr) return "(none)";
  return value->is_string() ? std::string(value->get_string()) : boost::json::serialize(*value);
}

std::int64_t Reply::number(std::string_view path) const {
  const auto* value = find(body, path);
  return value != nullptr && value->is_int64() ? value->get_int64() : -1;
}

std::string Reply::names(std::string_view path) const {
  const auto* value = find(body, path);
  if (value == nullptr || !value->is_object()) return "(none)";
  std::string names;
  for (const auto& member : value->get_object())
    names += (names.empty() ? "" : " ") + std::string(member.key());
  return names;
}

std::string Reply::kind(std::string_view path) const {
  const auto* value = find(body, path);
  if (value == nullptr) return "(none)";
  switch (value->kind()) {
    case boost::json::kind::null: return "null";
    case boost::json::kind::bool_: return "boolean";
    case boost::json::kind::int64:
    case boost::json::kind::uint64: return "integer";
    case boost::json::kind::double_: return "fraction";
    case boost::json::kind::string: return "string";
    case boost::json::kind::array: return "array";
    case boost::json::kind::object: return "object";
  }
  return "(none)";
}

void PrintTo(const Reply& reply, std::ostream* out) { *out << reply.status << ' ' << reply.text; }

Shop::Shop(std::string http, std::chrono::milliseconds timeout)
    : client_(http.starts_with("http") ? http : "http://" + http, {.timeout = timeout}) {}

Reply Shop::call(const Call& call) {
  const Answer answer = client_.call(call);
  if (!answer) return {0, {}, answer.failure().detail, nullptr};
  Reply reply{answer->status, answer->headers, answer->body, nullptr};
  boost::system::error_code not_json;
  reply.body = boost::json::parse(reply.text, not_json);
  return reply;
}

Reply Shop::get(const std::string& target) { return call({.method = "GET", .target = target}); }

Reply Shop::send(const std::string& method, const std::string& target, const std::string& body,
                 const std::string& key) {
  Call asked{.method = method, .target = target, .body = body};
  if (!body.empty()) asked.content_type = "application/json";
  if (!key.empty()) asked.headers.emplace_back("Idempotency-Key", key);
  return call(asked);
}

Reply Shop::reserve(const std::string& id, const std::string& sku, std::int64_t quantity,
                    const std::string& more) {
  std::string body = R"({"lines":[{"sku":")" + sku + R"(","quantity":)" + std::to_string(quantity) + "}]";
  if (!more.empty()) body += "," + more;
  return send("PUT", "/v1/reservations/" + id, body + "}");
}

Reply Shop::purchase(const std::string& id, const std::string& body) {
  return post("/v1/reservations/" + id + "/purchase", body);
}

Reply Shop::release(const std::string& id) { return post("/v1/reservations/" + id + "/release"); }

Reply Shop::adjust(const std::string& sku, std::int64_t delta, const std::string& key) {
  return post("/v1/skus/" + percent_encode(sku) + "/adjustments",
              R"({"delta":)" + std::to_string(delta) + R"(,"reason":"test"})",
              key.empty() ? fresh_key() : key);
}

}  // namespace holdfast::e2e
