#include "client/endpoint.h"

#include <gtest/gtest.h>

#include "holdfast/client.h"

namespace holdfast {
namespace {

TEST(Endpoint, AHostAndAPortAreTakenApart) {
  const auto endpoint = parse_endpoint("http://shop.example:8420/");
  ASSERT_TRUE(endpoint);
  EXPECT_EQ(endpoint->host, "shop.example");
  EXPECT_EQ(endpoint->port, "8420");
  EXPECT_EQ(endpoint->authority, "shop.example:8420");
}

TEST(Endpoint, AnIpv6AddressStandsInBrackets) {
  const auto endpoint = parse_endpoint("http://[::1]:8420");
  ASSERT_TRUE(endpoint);
  EXPECT_EQ(endpoint->host, "::1");
  EXPECT_EQ(endpoint->port, "8420");
}

TEST(Endpoint, WithoutAPortItIs80) {
  EXPECT_EQ(parse_endpoint("http://a")->port, "80");
  EXPECT_EQ(parse_endpoint("http://[::1]")->port, "80");
}

TEST(Endpoint, TheNativeProtocolHasASchemeOfItsOwn) {
  EXPECT_EQ(parse_endpoint("holdfast://a")->scheme, Scheme::native);
  EXPECT_EQ(parse_endpoint("holdfast://a")->port, "8422");
  EXPECT_EQ(parse_endpoint("holdfast://[::1]:7")->host, "::1");
  EXPECT_EQ(parse_endpoint("http://a")->scheme, Scheme::http);
}

TEST(Endpoint, HttpsIsAtPort443) {
  EXPECT_EQ(parse_endpoint("https://a")->scheme, Scheme::https);
  EXPECT_EQ(parse_endpoint("https://a")->port, "443");
}

TEST(Endpoint, WhatIsNoEndpointIsRefused) {
  for (const auto* text : {"", "http://", "https://", "a:1", "http://a:", "http://a:0", "http://a:65536",
                           "http://a:b", "http://a/v1", "http://a?b", "http://[::1", "http://[]:1",
                           "http://u@a:1", "http://[::1]8420", "ftp://a", "http://a b:1"})
    EXPECT_FALSE(parse_endpoint(text)) << text;
}

TEST(Endpoint, TheReasonHelps) {
  EXPECT_EQ(why_not_endpoint("a:1"), "it must begin with http://, did you mean http://a:1");
  EXPECT_EQ(why_not_endpoint("http://a:x"), "it must be http://HOST:PORT or https://HOST, IPv6 in brackets");
  EXPECT_EQ(why_not_endpoint("holdfast://a:"), "it must be holdfast://HOST:PORT, IPv6 in brackets");
  EXPECT_EQ(why_not_endpoint(""), "no endpoint was named");
}

TEST(PercentEncode, WhatHasAMeaningInAPathIsEncoded) {
  EXPECT_EQ(percent_encode("cart-8812_~."), "cart-8812_~.");
  EXPECT_EQ(percent_encode("a/b c%?=&+"), "a%2Fb%20c%25%3F%3D%26%2B");
  EXPECT_EQ(percent_encode("\xc3\xa9"), "%C3%A9");
}

}  // namespace
}  // namespace holdfast
