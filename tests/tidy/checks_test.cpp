// Each rule, shown to fail on a small violation, and to let pass what only looks like one.
#include "tidy/checks.h"

#include <gtest/gtest.h>

namespace holdfast::tidy {
namespace {

std::vector<std::string> rules(const Complaints& complaints) {
  std::vector<std::string> names;
  for (const Complaint& complaint : complaints) names.push_back(complaint.rule);
  return names;
}
using Rules = std::vector<std::string>;

Rules include_rules(const std::string& path, const std::string& header) {
  return rules(check_includes({path, "#include " + header + "\n"}));
}
Rules word_rules(const std::string& path, const std::string& code) {
  return rules(check_banned_words({path, code + "\n"}));
}
Rules text_rules(const std::string& path, const std::string& text) {
  return rules(check_text({path, text + "\n"}));
}

TEST(Checks, a_lower_layer_must_not_include_a_higher_one) {
  for (const auto& [path, header] : std::vector<std::pair<std::string, std::string>>{
           {"src/base/a.h", "\"core/ids.h\""},
           {"src/core/a.h", "\"node/loop.h\""},
           {"src/core/a.h", "\"ledger/ledger.h\""},
           {"src/node/a.h", "\"wire/frame.h\""},
           {"src/ledger/a.cpp", "\"wire/frame.h\""},
           {"src/api/a.cpp", "\"net/link.h\""},
           {"src/wire/a.cpp", "\"node/loop.h\""},
           {"src/client/a.cpp", "\"api/json.h\""},
           {"src/client/a.cpp", "<core/ids.h>"},
           {"sim/a.cpp", "\"net/link.h\""},
           {"include/holdfast/a.h", "\"base/result.h\""},
           {"tools/cli/a.cpp", "\"core/ids.h\""},
           {"tools/proxy/a.cpp", "\"client/client.h\""},
       })
    EXPECT_EQ(include_rules(path, header), Rules{"layer"}) << path << " " << header;
}

TEST(Checks, a_layer_may_include_itself_and_those_below) {
  for (const auto& [path, header] : std::vector<std::pair<std::string, std::string>>{
           {"src/core/a.h", "\"core/ids.h\""},
           {"src/core/a.h", "\"base/time.h\""},
           {"src/net/a.h", "\"wire/frame.h\""},
           {"src/daemon/a.cpp", "\"ledger/ledger.h\""},
           {"sim/a.cpp", "\"sim/world.h\""},
           {"sim/a.cpp", "\"wire/frame.h\""},
           {"src/client/a.cpp", "\"holdfast/client.h\""},
           {"tools/cli/a.cpp", "\"client/http.h\""},
           {"tools/cli/a.cpp", "\"cli/table.h\""},
           {"tests/core/a.cpp", "\"core/ids.h\""},
           {"src/core/a.cpp", "<map>"},
       })
    EXPECT_EQ(include_rules(path, header), Rules{}) << path << " " << header;
}

TEST(Checks, an_include_in_a_comment_is_none) {
  EXPECT_EQ(rules(check_includes(
                {"src/base/a.h", "// #include \"core/ids.h\"\n/*\n#include \"core/ids.h\"\n*/\n"})),
            Rules{});
}

TEST(Checks, only_the_shells_know_asio_and_beast) {
  EXPECT_EQ(include_rules("src/node/a.cpp", "<boost/asio/io_context.hpp>"), Rules{"library"});
  EXPECT_EQ(include_rules("src/wire/a.cpp", "<boost/beast/http.hpp>"), Rules{"library"});
  EXPECT_EQ(include_rules("tools/cli/a.cpp", "<boost/asio.hpp>"), Rules{"library"});
  EXPECT_EQ(include_rules("src/net/a.cpp", "<boost/asio.hpp>"), Rules{});
  EXPECT_EQ(include_rules("src/net/a.cpp", "<asio.hpp>"), Rules{"library"});
}

TEST(Checks, only_wire_knows_capnproto) {
  EXPECT_EQ(include_rules("src/net/a.cpp", "<capnp/message.h>"), Rules{"library"});
  EXPECT_EQ(include_rules("src/net/a.cpp", "<kj/array.h>"), Rules{"library"});
  EXPECT_EQ(include_rules("src/daemon/a.cpp", "\"proto/gossip.capnp.h\""), Rules{"library"});
  EXPECT_EQ(include_rules("src/wire/a.cpp", "\"proto/gossip.capnp.h\""), Rules{});
}

TEST(Checks, only_one_pair_of_files_knows_sqlite) {
  EXPECT_EQ(include_rules("src/ledger/marks.cpp", "<sqlite3.h>"), Rules{"library"});
  EXPECT_EQ(include_rules("tests/ledger/a.cpp", "<sqlite3.h>"), Rules{"library"});
  EXPECT_EQ(include_rules("src/ledger/sqlite.cpp", "<sqlite3.h>"), Rules{});
}

TEST(Checks, only_one_header_knows_tomlplusplus) {
  EXPECT_EQ(include_rules("src/daemon/config_file.cpp", "<toml++/toml.h>"), Rules{"library"});
  EXPECT_EQ(include_rules("sim/scenario/a.cpp", "<toml++/toml.hpp>"), Rules{"library"});
  EXPECT_EQ(include_rules("src/text/toml.h", "<toml++/toml.h>"), Rules{});
}

TEST(Checks, what_is_pure_reads_no_clock) {
  for (const char* code :
       {"auto t = std::chrono::system_clock::now();", "steady_clock::now()", "std::time(nullptr)",
        "time(nullptr)", "::time(0)", "gettimeofday(&t, nullptr)", "clock_gettime(CLOCK_MONOTONIC, &t)"})
    EXPECT_FALSE(word_rules("src/core/a.cpp", code).empty()) << code;
}

TEST(Checks, what_is_pure_draws_nothing_of_its_own) {
  for (const char* code : {"std::random_device d;", "int x = rand();", "int x = std::rand();", "srand(1);",
                           "std::mt19937 twister;"})
    EXPECT_FALSE(word_rules("src/node/a.cpp", code).empty()) << code;
}

TEST(Checks, what_is_pure_has_no_tables_without_an_order) {
  EXPECT_EQ(word_rules("sim/a.cpp", "std::unordered_map<int, int> m;"), Rules{"banned"});
  EXPECT_EQ(word_rules("src/base/a.h", "std::unordered_set<int> s;"), Rules{"banned"});
  EXPECT_NE(
      check_banned_words({"sim/a.cpp", "std::unordered_map<int, int> m;"}).front().text.find("std::map"),
      std::string::npos);
}

TEST(Checks, what_is_pure_has_one_thread) {
  for (const char* code : {"std::thread t;", "std::jthread t;", "std::mutex m;", "std::condition_variable c;",
                           "std::atomic<int> a;", "thread_local int x;", "pthread_create(&t);"})
    EXPECT_EQ(word_rules("src/node/a.h", code), Rules{"banned"}) << code;
}

TEST(Checks, core_and_node_have_no_floating_point) {
  EXPECT_EQ(word_rules("src/core/a.cpp", "double rate = 0;"), Rules{"banned"});
  EXPECT_EQ(word_rules("src/node/a.cpp", "float rate = 0;"), Rules{"banned"});
  EXPECT_EQ(word_rules("src/api/a.cpp", "double rate = 0;"), Rules{});
}

TEST(Checks, what_only_looks_banned_is_not) {
  for (const char* code : {"NodeTime t = node_time(0);", "// a double, drawn by rand()",
                           "auto s = \"std::mutex\";", "int redouble = 1'000;", "double_check();",
                           "auto c = '\"'; // double", "R\"(double \" float)\"", "now.time(0)", "operand(1)"})
    EXPECT_EQ(word_rules("src/core/a.cpp", code), Rules{}) << code;
  EXPECT_EQ(word_rules("src/net/a.cpp", "std::mutex m; steady_clock::now();"), Rules{});
}

std::string function_of(std::size_t lines, const std::string& head = "void f() ") {
  std::string text = head + "{\n";
  for (std::size_t i = 2; i < lines; ++i) text += "  if (x) { y(\"}\"); }\n";
  return text + "}\n";
}

TEST(Checks, a_function_has_at_most_sixty_lines) {
  EXPECT_EQ(rules(check_sizes({"src/a.cpp", function_of(60)})), Rules{});
  const auto complaints = check_sizes({"src/a.cpp", "int a;\n" + function_of(61)});
  ASSERT_EQ(rules(complaints), Rules{"function-size"});
  EXPECT_EQ(complaints.front().line, 2u);
}

TEST(Checks, functions_are_found_in_classes_and_namespaces_and_behind_initializers) {
  for (const char* head : {"Foo::Foo() : a_{1}, b_(2) ", "template <class T>\nstd::vector<T> f(T x) const ",
                           "TEST(A, b) ", "auto f = [](int x) "})
    EXPECT_EQ(rules(check_sizes({"src/a.cpp", function_of(61, head)})), Rules{"function-size"}) << head;
  EXPECT_EQ(rules(check_sizes(
                {"src/a.cpp", "namespace a {\nclass alignas(64) B {\n" + function_of(61) + "};\n}\n"})),
            Rules{"function-size"});
}

TEST(Checks, a_long_class_of_short_functions_is_no_long_function) {
  std::string text = "#define X(a) {\nnamespace a {\nstruct B : C<D(int)> {\n";
  for (int i = 0; i < 40; ++i) text += "void f() {\n}\nint x{1};\n";
  EXPECT_EQ(rules(check_sizes({"src/a.cpp", text + "};\n}\n"})), Rules{});
}

TEST(Checks, a_file_has_at_most_five_hundred_lines) {
  EXPECT_EQ(rules(check_sizes({"src/a.cpp", std::string(500, '\n')})), Rules{});
  EXPECT_EQ(rules(check_sizes({"src/a.cpp", std::string(501, '\n')})), Rules{"file-size"});
}

TEST(Checks, no_file_names_a_path_of_one_machine) {
  const std::string work =
                        "/"
                        "work",
                    home =
                        "/"
                        "home";
  for (const std::string& text :
       {work + "/main", "cd " + work, "\"" + home + "/me/x\"", "DIR=" + home + "/me"})
    EXPECT_EQ(text_rules("README.md", text), Rules{"forbidden"}) << text;
  for (const std::string& text :
       {"a" + work + "/b", "." + home, work + "ers", "${DIR}" + work, work + "-flow"})
    EXPECT_EQ(text_rules("README.md", text), Rules{}) << text;
}

TEST(Checks, data_beside_the_repository_is_named_in_one_file_only) {
  const std::string text =
      "cat ../"
      "shared/data";
  EXPECT_EQ(text_rules("tools/test", text), Rules{"forbidden"});
  EXPECT_EQ(text_rules(".ci/run", text), Rules{});
}

TEST(Checks, tests_that_run_at_once_share_no_directory) {
  const std::string shared =
      "testing::"
      "TempDir() + \"log\"";
  EXPECT_EQ(text_rules("tests/cli/a.cpp", shared), Rules{"forbidden"});
  EXPECT_EQ(text_rules("tests/cli/a.cpp", "test::TempDir folder;"), Rules{});
}

TEST(Checks, a_todo_says_what_and_why) {
  EXPECT_EQ(text_rules("src/a.cpp",
                       "// TO"
                       "DO: fix"),
            Rules{"todo"});
  EXPECT_EQ(text_rules("src/a.cpp",
                       "// TO"
                       "DO: take rows in slices once a peer has a million"),
            Rules{});
  EXPECT_EQ(text_rules("src/a.cpp",
                       "AUTO"
                       "TO"
                       "DOWN"),
            Rules{});
}

TEST(Checks, a_header_begins_with_a_comment) {
  EXPECT_EQ(rules(check_header_comment({"src/a.h", "#pragma once\n"})), Rules{"header-comment"});
  EXPECT_EQ(rules(check_header_comment({"src/a.h", "// A.\n#pragma once\n"})), Rules{});
  EXPECT_EQ(rules(check_header_comment({"src/a.cpp", "#include <map>\n"})), Rules{});
}

TEST(Checks, two_files_define_no_class_of_one_name) {
  const auto complaints_of = [](const std::string& one, const std::string& other) {
    return rules(check_definitions({{"src/a.h", one}, {"src/b.h", other}}));
  };
  const std::string region =
      "#include <map>\nnamespace holdfast {\nclass Region {\n  struct Link {};\n};\n}\n";
  EXPECT_EQ(complaints_of(region, region), Rules{"one-definition"});
  for (const std::string same : {
           "namespace holdfast { struct Region final : Base<std::map<int, int>> {}; }",
           "namespace holdfast { template <class T>\nclass Region {}; }",
           "namespace holdfast { enum class Region : int { a }; }",
           "namespace holdfast { struct [[gnu::packed]] alignas(8) Region {}; }",
       })
    EXPECT_EQ(complaints_of(region, same), Rules{"one-definition"}) << same;
  for (const std::string other : {
           "namespace holdfast::sim { class Region {}; }",
           "namespace holdfast { namespace { class Region {}; } }",
           "namespace holdfast { class Region; void f(struct Region& region) {} }",
           "namespace holdfast { class Region::Outer {}; struct Link {}; }",
           "namespace holdfast { struct Outer { class Region {}; }; }",
           "// namespace holdfast { class Region {}; }",
       })
    EXPECT_EQ(complaints_of(region, other), Rules{}) << other;
}

TEST(Checks, a_folder_with_sources_has_a_readme_of_one_screen) {
  EXPECT_EQ(rules(check_readmes({{"src/x/a.cpp", ""}})), Rules{"readme"});
  EXPECT_EQ(rules(check_readmes({{"tools/x/a.h", ""}, {"tools/x/README.md", std::string(61, '\n')}})),
            Rules{"readme"});
  EXPECT_EQ(rules(check_readmes({{"src/x/a.cpp", ""}, {"src/x/README.md", "# x\n"}, {"src/y/b.txt", ""}})),
            Rules{});
}

}  // namespace
}  // namespace holdfast::tidy
