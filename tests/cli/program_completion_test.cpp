#include <array>
#include <cstdio>
#include <filesystem>

#include "cli/program.h"
#include "support/paths.h"
#include "support/process.h"

namespace holdfast {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string printed_by(const std::string& command) {
  std::string text;
  std::array<char, 4096> block{};
  FILE* pipe = ::popen(command.c_str(), "r");
  while (const auto got = std::fread(block.data(), 1, block.size(), pipe)) text.append(block.data(), got);
  ::pclose(pipe);
  return text;
}

bool is_installed(const std::string& shell) { return !printed_by("command -v " + shell).empty(); }

std::string holdfast() { return test::bin_dir() + "/holdfast"; }

// What bash offers for the last of these words.
std::string bash_offers(const std::string& words) {
  return printed_by(
      "bash -c 'source <(" + holdfast() + " completion bash); COMP_WORDS=(" + words +
      " \"$0\"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _holdfast; echo \"${COMPREPLY[@]}\"' ''");
}

std::string fish_offers(const std::string& words) {
  return printed_by("fish --no-config -c '" + holdfast() + " completion fish | source; complete -C\"" +
                    words + "\"'");
}

TEST(Completion, BashOffersCommandsThenOptionsThenTheirFewWords) {
  EXPECT_THAT(bash_offers("holdfast"),
              AllOf(HasSubstr("status"), HasSubstr("reserve"), Not(HasSubstr("purchase"))));
  EXPECT_THAT(bash_offers("holdfast reserve"), AllOf(HasSubstr("purchase"), Not(HasSubstr("status"))));
  EXPECT_THAT(bash_offers("holdfast -o json reserve purchase"),
              AllOf(HasSubstr("--if-expired"), HasSubstr("--endpoint")));
  EXPECT_EQ(bash_offers("holdfast reserve purchase --if-expired"), "reacquire fail\n");
  EXPECT_THAT(bash_offers("holdfast rights"), AllOf(HasSubstr("move"), HasSubstr("--watch")));
  EXPECT_THAT(bash_offers("holdfast completion"), HasSubstr("zsh"));
}

TEST(Completion, FishOffersTheSame) {
  if (!is_installed("fish")) GTEST_SKIP() << "no fish here";
  EXPECT_THAT(fish_offers("holdfast "),
              AllOf(HasSubstr("status"), HasSubstr("reserve"), Not(HasSubstr("purchase"))));
  EXPECT_THAT(fish_offers("holdfast reserve "), AllOf(HasSubstr("purchase"), Not(HasSubstr("status\t"))));
  EXPECT_THAT(fish_offers("holdfast reserve purchase --if-expired "), HasSubstr("reacquire"));
}

// The line that a zsh at a terminal makes of these keys, once `set_up` has run in it.
std::string zsh_makes(const std::string& set_up, const std::string& keys) {
  const e2e::TempDir dir;
  const std::string path = dir.path().string();
  e2e::write_file(dir / "script",
                  "zmodload zsh/zpty\n"
                  "zpty shell 'TERM=dumb exec zsh -f -i'\n"
                  "zpty -w shell 'cd " +
                      path + "; " + holdfast() +
                      " completion zsh >_holdfast'\n"
                      "zpty -w shell \"" +
                      set_up +
                      "; print rea''dy\"\n"
                      "zpty -r -m shell said '*ready*'\n"
                      "zpty -w shell $'" +
                      keys +
                      "\\C-aecho \\C-e >line; print do\\'\\'ne'\n"
                      "zpty -r -m shell said '*done*'\n");
  return printed_by("timeout 20 zsh -f " + path + "/script; cat " + path + "/line");
}

TEST(Completion, ZshCompletesFromAFolderOfItsPathAndFromASourcedFile) {
  if (!is_installed("zsh")) GTEST_SKIP() << "no zsh here";
  for (const std::string set_up : {"fpath=(\\$PWD \\$fpath); autoload -U compinit; compinit -D -u",
                                   "autoload -U compinit; compinit -D -u; source ./_holdfast"})
    EXPECT_EQ(zsh_makes(set_up, "holdfast reserve pur\\t --if-expired rea\\t"),
              "holdfast reserve purchase --if-expired reacquire\n")
        << set_up;
}

TEST(Completion, AnotherShellIsAWrongWord) {
  const auto ran = run_program("", {"completion", "bsh"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("bsh is not one of bash, zsh, fish, did you mean bash?"));
}

}  // namespace
}  // namespace holdfast
