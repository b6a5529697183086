// The rules that keep the architecture true, as data. What they mean in code is in checks.h.
//
// A folder named in a rule stands for all below it; the longest that fits counts. To break a rule on purpose,
// add an exception with its reason here.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace holdfast::tidy {

using Names = std::vector<std::string_view>;

// Which of our own folders the files of a folder may include.
struct Layer {
  std::string_view folder;
  std::string_view name;  // as it stands in #include "name/..."
  Names may_include;
};
inline const std::vector<Layer> layers{
    {"src/base", "base", {}},
    {"src/sockets", "sockets", {"base"}},
    {"src/text", "text", {}},
    {"src/orders", "orders", {"base", "text"}},
    {"src/core", "core", {"base"}},
    {"src/node", "node", {"base", "core"}},
    {"src/ledger", "ledger", {"base", "core", "node"}},
    {"src/wire", "wire", {"base", "core", "holdfast"}},
    {"src/backup", "backup", {"base", "core", "node", "ledger", "wire"}},
    {"src/net", "net", {"base", "sockets", "core", "node", "wire"}},
    {"src/api", "api", {"base", "sockets", "core", "node"}},
    {"src/native", "native", {"base", "sockets", "core", "node", "wire"}},
    {"src/daemon",
     "daemon",
     {"base", "sockets", "text", "core", "node", "ledger", "wire", "net", "api", "native"}},
    {"sim", "sim", {"base", "text", "orders", "core", "node", "ledger", "wire"}},
    {"include/holdfast", "holdfast", {}},
    {"src/client", "client", {"holdfast", "base", "wire"}},
    {"src/store", "store", {"base", "text", "holdfast"}},  // it knows daemons from outside only
    {"src/webhook", "webhook", {"base", "text", "holdfast", "client"}},
    {"tools",
     "tools",
     {"text", "orders", "store", "webhook", "backup", "holdfast",
      "client"}},  // and no other part of Holdfast
    {"tools/proxy", "proxy", {}},
};

// Which folders or files may include a library; a header that ends or begins so is of it.
struct Library {
  std::string_view header;
  Names allowed;
};
inline const std::vector<Library> libraries{
    {"boost/asio",
     {"src/sockets", "src/net", "src/api", "src/native", "src/daemon", "src/client", "tools/proxy",
      "tools/load/http_load.cpp", "tests"}},  // tools/load speaks HTTP as a stranger does
    {"boost/beast", {"src/net", "src/api", "src/daemon", "src/client", "tools/proxy", "tests"}},
    {"curses.h", {"tools/cli/top/terminal.cpp"}},
    {"asio", {}},  // the standalone one does not mix with Boost's
    {"capnp/", {"src/wire"}},
    {"kj/", {"src/wire"}},
    {".capnp.h", {"src/wire"}},
    {"sqlite3.h",
     {"src/ledger/sqlite.h", "src/ledger/sqlite.cpp", "src/ledger/gathering_vfs.cpp",
      "src/store/sqlite.cpp",                                   // a ledger; a shop's database
      "tests/ledger/fault_vfs.cpp", "sim/disk/disk_vfs.cpp"}},  // file systems for it
    {"openssl/", {"src/webhook/signature.cpp", "src/client/tls_way.cpp"}},
    {"toml++/", {"src/text/toml.h"}},  // its assertions are set there
    {"libpq-fe.h", {"src/store/postgres.cpp"}},
};

// Words that must not stand in the code of these folders (comments and strings may hold them).
struct Banned {
  std::string_view word;  // at the beginning of a name
  std::string_view instead;
  Names folders;
};
inline const Names pure{"src/base", "src/core", "src/node", "sim"};
inline const std::vector<Banned> banned{
    {"system_clock::now", "take the time as an input (base/time.h)", pure},
    {"steady_clock::now", "take the time as an input (base/time.h)", pure},
    {"high_resolution_clock::now", "take the time as an input (base/time.h)", pure},
    {"std::time(", "take the time as an input (base/time.h)", pure},
    {"time(nullptr", "take the time as an input (base/time.h)", pure},
    {"time(NULL", "take the time as an input (base/time.h)", pure},
    {"time(0", "take the time as an input (base/time.h)", pure},
    {"gettimeofday", "take the time as an input (base/time.h)", pure},
    {"clock_gettime", "take the time as an input (base/time.h)", pure},
    {"std::random_device", "Random, with a seed that is an input (base/random.h)", pure},
    {"std::mt19937", "Random, the same on every machine (base/random.h)", pure},
    {"std::rand", "Random, with a seed that is an input (base/random.h)", pure},
    {"rand(", "Random, with a seed that is an input (base/random.h)", pure},
    {"srand(", "Random, with a seed that is an input (base/random.h)", pure},
    {"std::unordered_map", "std::map, or boost::unordered_flat_map where order reaches no effect", pure},
    {"std::unordered_set", "std::set, or boost::unordered_flat_set where order reaches no effect", pure},
    {"std::unordered_multimap", "std::multimap", pure},
    {"std::unordered_multiset", "std::multiset", pure},
    {"std::thread", "one thread: threads belong to the shells", pure},
    {"std::jthread", "one thread: threads belong to the shells", pure},
    {"std::async", "one thread: threads belong to the shells", pure},
    {"std::mutex", "one thread: nothing to lock", pure},
    {"std::shared_mutex", "one thread: nothing to lock", pure},
    {"std::recursive_mutex", "one thread: nothing to lock", pure},
    {"std::condition_variable", "one thread: nothing to wait for", pure},
    {"std::atomic", "one thread: a plain value", pure},
    {"thread_local", "one thread: a member", pure},
    {"pthread_", "one thread: threads belong to the shells", pure},
    {"float", "whole numbers: the same on every machine", {"src/core", "src/node"}},
    {"double", "whole numbers: the same on every machine", {"src/core", "src/node"}},
};

inline constexpr std::size_t file_lines_max = 500;
inline constexpr std::size_t function_lines_max = 60;
inline constexpr std::size_t readme_lines_max = 60;
inline constexpr std::size_t todo_words_min = 5;

// Text that no tracked file may hold. Written in two parts here, or this file would hold it.
struct Forbidden {
  std::string_view text;
  bool is_absolute_path;  // only where a path begins
  std::string_view why;
  Names allowed;
};
inline const std::vector<Forbidden> forbidden{
    {"../"
     "shared",
     false,
     "data beside the repository is named in .ci/run only",
     {".ci/run"}},
    {"/"
     "work",
     true,
     "a path of one machine",
     {}},
    {"/"
     "home",
     true,
     "a path of one machine",
     {}},
    {"testing::"
     "TempDir()",
     false,
     "tests that run at once share it: support/temp_dir.h makes a directory for one",
     {}},
};

// What may break which rule (its name in a complaint), and why.
struct Exception {
  std::string_view path;
  std::string_view rule;
  std::string_view reason;
};
inline const std::vector<Exception> exceptions{
    {"tests/core/state_test.cpp", "function-size",
     "one random history, held against one model, step by step"},
    {"sim/fuzz/workers.cpp", "banned", "how long a fuzz run takes, for people: no world sees it"},
};

}  // namespace holdfast::tidy
