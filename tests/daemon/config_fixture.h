// Writes a configuration into a folder of the test's own and loads it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "daemon/config.h"

namespace holdfast {

class ConfigTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(testing::TempDir()) / (std::to_string(::getpid()) + test->name());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path write(const std::string& content) {
    const auto file = folder_ / "eu.toml";
    std::ofstream(file, std::ios::binary) << content;
    return file;
  }

  Result<Config, std::vector<ConfigFault>> load(const std::string& content) {
    return load_config({.file = write(content), .environment = environment_, .flags = flags_});
  }

  // The faults as `validate` prints them, without the folder; one line each.
  std::string faults(const std::string& content) {
    const auto loaded = load(content);
    std::string text;
    if (!loaded)
      for (const auto& fault : loaded.error()) text += short_form(text_of(fault)) + "\n";
    return text;
  }

  std::string short_form(std::string text) const {
    const auto prefix = folder_.string() + "/";
    for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix))
      text.erase(at, prefix.size());
    return text;
  }

  // `value from origin`, as GET /v1/config would say it.
  std::string value_of(const Config& config, const std::string& key) const {
    for (const auto& value : config.values)
      if (value.key == key)
        return short_form(
            (value.value.index() == 0 ? std::get<0>(value.value) : std::to_string(std::get<1>(value.value))) +
            " from " + value.origin);
    return "no such value";
  }

  std::filesystem::path folder_;
  std::map<std::string, std::string> environment_;
  std::vector<ConfigFlag> flags_;
};

}  // namespace holdfast
