#include "webhook/signature.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace holdfast::webhook {
namespace {

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), bytes_of(text),
                                   static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

std::string to_base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  text.resize(static_cast<std::size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                                       bytes_of(bytes), static_cast<int>(bytes.size()))));
  return text;
}

}  // namespace

std::optional<Secret> Secret::parse(std::string_view text) {
  constexpr std::string_view prefix = "whsec_";
  if (!text.starts_with(prefix)) return std::nullopt;
  auto key = from_base64(text.substr(prefix.size()));
  if (!key || key->size() < 24 || key->size() > 64) return std::nullopt;
  return Secret(*std::move(key));
}

std::string Secret::sign(std::string_view id, std::int64_t timestamp_s, std::string_view body) const {
  const std::string signed_text =
      std::string(id) + '.' + std::to_string(timestamp_s) + '.' + std::string(body);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()), bytes_of(signed_text), signed_text.size(),
       digest.data(), &size);
  return "v1," + to_base64({reinterpret_cast<const char*>(digest.data()), size});
}

}  // namespace holdfast::webhook
