// Runs the program as a shell would, against a fake daemon: what it printed, where, and how it ended.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cli/canned.h"
#include "client/fake_daemon.h"

namespace holdfast {

struct Ran {
  int code = -1;
  std::string out;
  std::string err;
};

// Without a terminal, and with HOLDFAST_ENDPOINT set to endpoint.
[[nodiscard]] Ran run_program(const std::string& endpoint, std::vector<std::string> words,
                              const std::string& in = {});

// The same, by /bin/sh; the program is $HOLDFAST.
[[nodiscard]] Ran run_shell(const std::string& endpoint, const std::string& command);

// Against a daemon that gives the same answer to everything, and the requests it got.
struct RanAndAsked : Ran {
  std::vector<FakeRequest> requests;
};
[[nodiscard]] RanAndAsked ask(FakeAnswer answer, std::vector<std::string> words, const std::string& in = {});

}  // namespace holdfast
