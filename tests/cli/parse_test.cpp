#include "cli/parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::cli {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

Invocation good(std::vector<std::string> words) {
  auto parsed = parse(std::move(words));
  if (const auto* error = std::get_if<UsageError>(&parsed)) ADD_FAILURE() << error->text;
  return std::holds_alternative<Invocation>(parsed) ? std::get<Invocation>(parsed) : Invocation{};
}

std::string error_of(std::vector<std::string> words) {
  const auto parsed = parse(std::move(words));
  const auto* error = std::get_if<UsageError>(&parsed);
  return error ? error->text : "no error";
}

std::string help_of(std::vector<std::string> words) {
  const auto parsed = parse(std::move(words));
  const auto* help = std::get_if<Help>(&parsed);
  return help ? help->text : "no help";
}

TEST(Values, ALineSplitsAtTheLastEqualsSign) {
  EXPECT_EQ(parse_line("85123A=6"), (Line{"85123A", 6}));
  EXPECT_EQ(parse_line("a=b=2"), (Line{"a=b", 2}));
  for (const auto* text : {"", "a", "=1", "a=", "a=0", "a=-1", "a=1.5", "a=x"})
    EXPECT_FALSE(parse_line(text)) << text;
}

TEST(Values, DurationsHaveUnitsAndSecondsAreTheDefault) {
  EXPECT_EQ(parse_duration("500ms"), milliseconds(500));
  EXPECT_EQ(parse_duration("10s"), milliseconds(10'000));
  EXPECT_EQ(parse_duration("1m"), milliseconds(60'000));
  EXPECT_EQ(parse_duration("2h"), milliseconds(7'200'000));
  EXPECT_EQ(parse_duration("600"), milliseconds(600'000));
  EXPECT_EQ(parse_duration("1000000h"), std::chrono::hours(1'000'000));
  for (const auto* text : {"", "s", "1.5s", "-1s", "1 s", "1d", "99999999999999999s", "1000001h"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(Values, WholeNumbersMayHaveASign) {
  EXPECT_EQ(parse_whole("-5"), -5);
  EXPECT_EQ(parse_whole("+5"), 5);
  for (const auto* text : {"", "+", "+-5", "5x", "1e3", "0x5", " 5"}) EXPECT_FALSE(parse_whole(text)) << text;
}

TEST(Parse, GlobalOptionsStandAnywhere) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"-o", "json", "reserve", "get", "a"},
                                                {"reserve", "-o", "json", "get", "a"},
                                                {"reserve", "get", "-o", "json", "a"},
                                                {"reserve", "get", "a", "--output=json"}}) {
    const auto invocation = good(words);
    ASSERT_NE(invocation.command, nullptr);
    EXPECT_EQ(invocation.command->path, "reserve get");
    EXPECT_EQ(invocation.arguments.one("ID"), "a");
    EXPECT_EQ(invocation.arguments.one("--output"), "json");
  }
}

TEST(Parse, LinesRepeatAndSwallowNothingElse) {
  const auto invocation = good({"reserve", "create", "--line", "a=1", "--line", "[b,c]=2", "cart-1"});
  EXPECT_EQ(invocation.arguments.all("--line"), (std::vector<std::string>{"a=1", "[b,c]=2"}));
  EXPECT_EQ(invocation.arguments.one("ID"), "cart-1");
}

TEST(Parse, ASkuMayBeNamedLikeACommand) {
  EXPECT_EQ(good({"stock", "get", "status"}).arguments.one("SKU"), "status");
  EXPECT_EQ(good({"rights", "reserve"}).arguments.one("SKU"), "reserve");
  EXPECT_EQ(good({"rights", "--", "move"}).command->path, "rights");
}

TEST(Parse, ADeltaMayBeNegative) {
  EXPECT_EQ(good({"stock", "adjust", "a", "-12", "--reason", "broken"}).arguments.number("DELTA"), -12);
}

TEST(Parse, WhatIsMistypedIsSuggested) {
  EXPECT_EQ(error_of({"stauts"}), "unknown command: stauts, did you mean status?");
  EXPECT_EQ(error_of({"reserve", "relaese", "a"}),
            "unknown command: reserve relaese, did you mean reserve release?");
  EXPECT_EQ(error_of({"banana"}), "unknown command: banana; see holdfast --help");
  EXPECT_EQ(error_of({"status", "--timeuot", "1s"}),
            "status: unknown option --timeuot, did you mean --timeout?");
  EXPECT_THAT(error_of({"reserve", "list", "--state", "pendign"}), HasSubstr("did you mean pending?"));
}

TEST(Parse, AMistypedOptionIsNamedRatherThanWhatIsMissingForIt) {
  EXPECT_EQ(error_of({"reserve", "create", "--lin", "a=1"}),
            "reserve create: unknown option --lin, did you mean --line?");
  EXPECT_EQ(error_of({"status", "-x"}), "status: unknown option -x; see holdfast status --help");
  EXPECT_EQ(
      error_of({"stock", "get", "-x"}),
      "stock get: unknown option -x; a SKU or an ID that begins with - stands behind all options and --; "
      "see holdfast stock get --help");
  EXPECT_EQ(error_of({"rights", "--watch=3"}), "rights: --watch takes no value; see holdfast rights --help");
  EXPECT_EQ(error_of({"status", "foo"}), "status: unexpected foo; for example: holdfast status");
}

TEST(Parse, HelpIsACommandToo) {
  EXPECT_EQ(help_of({"help"}), help_of({"--help"}));
  EXPECT_EQ(help_of({"help", "reserve"}), help_of({"reserve", "--help"}));
  EXPECT_EQ(help_of({"help", "reserve", "get"}), help_of({"reserve", "get", "--help"}));
}

TEST(Parse, WhatIsMissingOrWrongIsNamed) {
  EXPECT_EQ(error_of({}), "no command given; see holdfast --help");
  EXPECT_EQ(error_of({"stock"}),
            "stock needs a command after it: get, list, adjust, count, import; see holdfast stock --help");
  EXPECT_THAT(error_of({"stock", "get"}), HasSubstr("SKU is required"));
  EXPECT_THAT(error_of({"reserve", "create"}), HasSubstr("--line is required"));
  EXPECT_THAT(error_of({"reserve", "create", "--line", "a"}), HasSubstr("a is not SKU=N"));
  EXPECT_THAT(error_of({"reserve", "extend", "a", "--ttl", "500ms"}), HasSubstr("whole seconds"));
  EXPECT_THAT(error_of({"stock", "adjust", "a", "1", "--reason", "r", "--key", "a\nb"}),
              HasSubstr("visible ASCII"));
  EXPECT_THAT(error_of({"stock", "get", ""}), HasSubstr("SKU"));
}

TEST(Parse, EveryCommandHasHelpWithItsExamples) {
  for (const auto& command : commands()) {
    const std::string path(command.path);
    const auto space = path.find(' ');
    std::vector<std::string> words{path.substr(0, space)};
    if (space != std::string::npos) words.push_back(path.substr(space + 1));
    words.push_back("--help");
    const auto help = help_of(words);
    EXPECT_THAT(help, HasSubstr(std::string(command.summary)));
    for (const auto example : command.examples) EXPECT_THAT(help, HasSubstr(std::string(example)));
    EXPECT_THAT(help_of({"--help"}), HasSubstr(path));
  }
}

TEST(Parse, EveryExampleOfTheHelpIsGood) {
  for (const auto& command : commands())
    for (const auto example : command.examples) {
      std::vector<std::string> words;
      std::string word;
      std::istringstream stream{std::string(example.substr(example.find("holdfast") + 8))};
      while (stream >> word && word != "|") words.push_back(word);
      EXPECT_EQ(good(words).command, &command) << example;
    }
}

TEST(Parse, VersionIsToldAnywhere) {
  EXPECT_THAT(help_of({"--version"}), testing::StartsWith("holdfast "));
  EXPECT_THAT(help_of({"reserve", "--version"}), testing::StartsWith("holdfast "));
}

}  // namespace
}  // namespace holdfast::cli
