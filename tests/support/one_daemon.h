// A fresh daemon for each test, and a shop that calls it.
#pragma once

#include <gtest/gtest.h>

#include <optional>

#include "support/daemon_process.h"

namespace holdfast::e2e {

class OneDaemon : public testing::Test {
 protected:
  void SetUp() override { begin({}); }

  void begin(DaemonConfig config) {
    daemon_.emplace(dir_ / "eu", std::move(config));
    ASSERT_TRUE(daemon_->start()) << daemon_->log();
    shop_.emplace(daemon_->shop());
  }
  void restart(const std::vector<std::string>& arguments = {}) {
    ASSERT_TRUE(daemon_->start(arguments)) << daemon_->log();
    shop_.emplace(daemon_->shop());
  }
  DaemonProcess& daemon() { return *daemon_; }
  Shop& shop() { return *shop_; }

  TempDir dir_;
  std::optional<DaemonProcess> daemon_;
  std::optional<Shop> shop_;
};

}  // namespace holdfast::e2e
