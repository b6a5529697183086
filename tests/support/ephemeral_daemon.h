// EphemeralDaemon: a shop's own daemon for its tests, `holdfastd run --ephemeral`; and tests that share one.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "support/http_shop.h"
#include "support/process.h"

namespace holdfast::e2e {

class EphemeralDaemon {
 public:
  explicit EphemeralDaemon(const std::vector<std::string>& arguments = {}, const std::string& region = "eu");

  [[nodiscard]] const std::string& http() const { return http_; }      // empty: it does not serve
  [[nodiscard]] const std::string& native() const { return native_; }  // empty: not on that port
  [[nodiscard]] Shop shop(milliseconds timeout = 10s) const { return Shop(http_, timeout); }
  [[nodiscard]] Process& process() { return *process_; }

 private:
  TempDir dir_;
  std::optional<Process> process_;
  std::string http_;
  std::string native_;
};

// One daemon for all tests of a suite; each makes SKUs, ids and keys of its own.
template <class Suite>
class OnEphemeral : public testing::Test {
 protected:
  static void SetUpTestSuite() { daemon_ = new EphemeralDaemon; }
  static void TearDownTestSuite() {
    delete daemon_;
    daemon_ = nullptr;
  }
  void SetUp() override { ASSERT_FALSE(daemon_->http().empty()) << daemon_->process().log(); }

  static const std::string& http() { return daemon_->http(); }
  Shop& shop() { return shop_; }

  // A SKU that no other test of this binary knows, with so many units.
  std::string stocked(std::int64_t units) {
    std::string sku = fresh("sku");
    EXPECT_EQ(shop().adjust(sku, units, "in-" + sku).status, 201);
    return sku;
  }
  static std::string fresh(const std::string& what) { return what + "-" + std::to_string(++made_); }

 private:
  static inline EphemeralDaemon* daemon_ = nullptr;
  static inline int made_ = 0;
  Shop shop_{http()};
};

}  // namespace holdfast::e2e
