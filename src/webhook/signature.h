// What a webhook is signed with, after Standard Webhooks (standardwebhooks.com): HMAC-SHA256 over
// `ID.TIMESTAMP.BODY`, in base64, after the version: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::webhook {

// whsec_ and base64 of 24 to 64 bytes; nothing: it is no such secret.
class Secret {
 public:
  [[nodiscard]] static std::optional<Secret> parse(std::string_view text);
  [[nodiscard]] std::string sign(std::string_view id, std::int64_t timestamp_s, std::string_view body) const;

 private:
  explicit Secret(std::string key) : key_(std::move(key)) {}
  std::string key_;
};

}  // namespace holdfast::webhook
