// What the tests of "Every call" have in common: a daemon that has cups, and requests byte by byte.
#pragma once

#include <string>

#include "support/ephemeral_daemon.h"
#include "support/raw_connection.h"

namespace holdfast::e2e {

inline constexpr const char* one_cup = R"({"lines":[{"sku":"cup","quantity":1}]})";

class Calls : public OnEphemeral<Calls> {
 protected:
  void SetUp() override {
    OnEphemeral::SetUp();
    ASSERT_EQ(shop().adjust("cup", 1'000, "in-cup").status, 201);
  }

  static std::string get(const std::string& target, const std::string& headers = {}) {
    return "GET " + target + " HTTP/1.1\r\nHost: shop\r\n" + headers + "\r\n";
  }
  // A request with a body, all headers but Host and Content-Length given.
  static std::string with_body(const std::string& line, const std::string& headers, const std::string& body) {
    return line + " HTTP/1.1\r\nHost: shop\r\n" + headers + "Content-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
  }
  static std::string put(const std::string& id, const std::string& body = one_cup,
                         const std::string& headers = "Content-Type: application/json\r\n") {
    return with_body("PUT /v1/reservations/" + id, headers, body);
  }
  Reply raw(const std::string& bytes) {
    RawConnection connection(http());
    connection.send(bytes);
    return connection.next();
  }
  // Reserving with this body, under an id of its own.
  Reply reserve(const std::string& body) {
    return shop().send("PUT", "/v1/reservations/" + fresh("r"), body);
  }
  static std::string quantity(const std::string& number) {
    return R"({"lines":[{"sku":"cup","quantity":)" + number + "}]}";
  }
};

}  // namespace holdfast::e2e
