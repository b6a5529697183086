// What a newcomer is likely to type, and is wrong: each is told in one line what to type instead.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/parse.h"

namespace holdfast::cli {
namespace {

struct Typed {
  std::vector<std::string> words;
  std::string helps;  // what the line must hold
};

const std::vector<Typed> wrong_commands{
    {{}, "see holdfast --help"},
    {{"stauts"}, "did you mean status?"},
    {{"run", "--config", "eu.toml"}, "holdfastd run --config FILE"},
    {{"init", "eu.toml"}, "holdfastd init FILE"},
    {{"stop"}, "SIGTERM"},
    {{"buy", "cart-1"}, "did you mean reserve purchase?"},
    {{"purchase", "cart-1"}, "did you mean reserve purchase?"},
    {{"reserve"}, "create, get, list, purchase"},
    {{"reserve", "85123A", "6"}, "reserve has create, get"},
    {{"reserve", "cancel", "cart-1"}, "did you mean reserve release?"},
    {{"reserve", "confirm", "cart-1"}, "did you mean reserve purchase?"},
    {{"reserve", "show", "cart-1"}, "did you mean reserve get?"},
    {{"stock", "show", "85123A"}, "did you mean stock get?"},
    {{"stock", "add", "85123A", "10"}, "did you mean stock adjust?"},
    {{"stock", "set", "85123A", "40"}, "did you mean stock count?"},
    {{"stock", "adjust", "85123A", "10"},
     "for example: holdfast stock adjust 85123A 500 --reason delivery-77"},
    {{"stock", "adjust", "85123A", "ten", "--reason", "r"}, "ten is not a whole number"},
    {{"reserve", "create", "cart-1", "85123A=6"},
     "for example: holdfast reserve create cart-8812 --line 85123A=6"},
    {{"reserve", "create", "cart-1", "--line", "85123A:6"}, "85123A:6 is not SKU=N"},
    {{"reserve", "create", "cart-1", "--sku", "85123A", "--quantity", "6"}, "write --line SKU=N"},
    {{"reserve", "create", "c", "--line", "a=1", "--ttl", "10min"}, "such as 600, 90s or 10m"},
    {{"reserve", "list", "--state", "paid"}, "pending, purchased, released, expired"},
    {{"rights", "move", "85123A", "eu", "us", "20"}, "holdfast rights move 85123A --from eu --to us 200"},
    {{"logs"}, "did you mean events tail?"},
    {{"tail"}, "did you mean events tail?"},
    {{"events", "follow"}, "did you mean events tail?"},
    {{"events", "list"}, "events has tail"},
    {{"config", "get"}, "config has show, reload"},
    {{"events", "tail", "--after", "nonsense"}, "nonsense is not an event's id"},
    {{"audit", "85123A"}, "audit has verify, explain"},
    {{"status", "--json"}, "write -o json"},
    {{"status", "-o", "yaml"}, "table, json, ndjson"},
    {{"status", "--host", "127.0.0.1"}, "write --endpoint http://HOST:PORT"},
    {{"regions"}, "did you mean status?"},
    {{"watch"}, "did you mean top?"},
    {{"completion"}, "holdfast completion bash"},
};

TEST(Newcomer, IsToldInOneLineWhatToTypeInstead) {
  for (const Typed& attempt : wrong_commands) {
    std::string typed = "holdfast";
    for (const auto& word : attempt.words) typed += " " + word;
    const auto parsed = parse(attempt.words);
    const auto* error = std::get_if<UsageError>(&parsed);
    ASSERT_TRUE(error) << typed;
    EXPECT_THAT(error->text, testing::HasSubstr(attempt.helps)) << typed;
    EXPECT_THAT(error->text, testing::Not(testing::HasSubstr("\n"))) << typed;
  }
}

}  // namespace
}  // namespace holdfast::cli
