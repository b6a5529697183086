// Writes a configuration into a folder of the test's own and loads it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "daemon/config.h"
#include "support/temp_dir.h"

namespace holdfast {

class ConfigTest : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& content) {
    test::write_file(folder_ / "eu.toml", content);
    return folder_ / "eu.toml";
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
    const auto prefix = folder_.path().string() + "/";
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

  test::TempDir folder_;
  std::map<std::string, std::string> environment_;
  std::vector<ConfigFlag> flags_;
};

}  // namespace holdfast
