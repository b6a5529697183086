// Shop: what a shop's back end says to a daemon, in the words of a test.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "holdfast/client.h"

namespace holdfast::e2e {

struct Reply {
  int status = 0;  // 0: no answer came
  Headers headers;
  std::string text;
  boost::json::value body;  // null where it is no JSON

  [[nodiscard]] std::string header(std::string_view name) const;
  // A member by its path: "lines.0.sku". Numbers as they stand; absent: "(none)".
  [[nodiscard]] std::string at(std::string_view path) const;
  [[nodiscard]] std::int64_t number(std::string_view path) const;  // -1 where there is none
  // The names of an object's members, in their order: "sku quantity". Empty path: of the whole body.
  [[nodiscard]] std::string names(std::string_view path = {}) const;
  // What a JSON value is, in a word: "string", "integer", "null", ...; absent: "(none)".
  [[nodiscard]] std::string kind(std::string_view path) const;
  [[nodiscard]] std::string code() const { return at("code"); }
};
// What a failed expectation shows.
void PrintTo(const Reply& reply, std::ostream* out);

class Shop {
 public:
  explicit Shop(std::string http, std::chrono::milliseconds timeout = std::chrono::seconds(10));

  [[nodiscard]] Reply call(const Call& call);
  Reply get(const std::string& target);
  Reply send(const std::string& method, const std::string& target, const std::string& body,
             const std::string& key = {});
  Reply post(const std::string& target, const std::string& body = {}, const std::string& key = {}) {
    return send("POST", target, body, key);
  }

  // `more` are further members: R"("wait_ms":2000)".
  Reply reserve(const std::string& id, const std::string& sku, std::int64_t quantity,
                const std::string& more = {});
  Reply purchase(const std::string& id, const std::string& body = {});
  Reply release(const std::string& id);
  Reply reservation(const std::string& id) { return get("/v1/reservations/" + id); }
  Reply adjust(const std::string& sku, std::int64_t delta, const std::string& key = {});
  Reply sku(const std::string& sku) { return get("/v1/skus/" + percent_encode(sku)); }
  [[nodiscard]] std::string state_of(const std::string& id) { return reservation(id).at("state"); }

 private:
  Client client_;
};

}  // namespace holdfast::e2e
