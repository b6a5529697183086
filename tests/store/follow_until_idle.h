// Follows region eu with a store until all that there is has been written.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <cstdio>
#include <string>

#include "store/follower.h"

namespace holdfast::store {

inline void follow_until_idle(const std::string& store, const std::string& endpoint, const Schema& schema) {
  std::atomic<bool> stop = false;
  Follower follower({.store = store, .region = "eu", .endpoint = endpoint, .home = "eu", .until_idle = true},
                    schema, [](const std::string& line) { std::printf("%s\n", line.c_str()); });
  ASSERT_TRUE(follower.run(stop));
}

}  // namespace holdfast::store
