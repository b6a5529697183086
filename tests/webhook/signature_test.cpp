#include "webhook/signature.h"

#include <gtest/gtest.h>

namespace holdfast::webhook {
namespace {

TEST(WebhookSignature, is_that_of_the_standards_own_example) {
  const auto secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  ASSERT_TRUE(secret);
  EXPECT_EQ(secret->sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(WebhookSignature, a_secret_is_whsec_and_base64_of_24_to_64_bytes) {
  EXPECT_FALSE(Secret::parse("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
  EXPECT_FALSE(Secret::parse("whsec_"));
  EXPECT_FALSE(Secret::parse("whsec_c2hvcnQ="));
  EXPECT_FALSE(Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS"));
  EXPECT_FALSE(Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZI!2LaLaSw"));
  EXPECT_TRUE(Secret::parse("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="));
}

}  // namespace
}  // namespace holdfast::webhook
