// holdfastd: the daemon beside a region's store database.
#include <fcntl.h>
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cctype>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <map>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include "base/large_pages.h"
#include "daemon/config.h"
#include "daemon/daemon.h"
#include "daemon/page_maker.h"
#include "daemon/version.h"
#include "text/nearest.h"

extern char** environ;  // POSIX

namespace holdfast {
namespace {

struct RunArguments {
  std::string config_file;
  std::vector<std::string> set;
  std::string data_dir;
  std::string log_level;
  std::string region;
  bool moved = false;
  bool ephemeral = false;
};

int exit_with(ExitCode code, const std::string& line) {
  std::fprintf(stderr, "holdfastd: %s\n", line.c_str());
  return static_cast<int>(code);
}

std::map<std::string, std::string> environment() {
  std::map<std::string, std::string> values;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const auto equals = text.find('=');
    if (text.starts_with("HOLDFAST_") && equals != std::string::npos)
      values[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return values;
}

void add_ephemeral_flags(const RunArguments& arguments, std::vector<ConfigFlag>& flags) {
  flags.push_back({"--ephemeral", "cluster", "ephemeral"});
  if (!arguments.region.empty()) flags.push_back({"--region", "region", arguments.region});
  flags.push_back({"--ephemeral", "http.listen", "127.0.0.1:0"});
  flags.push_back({"--ephemeral", "gossip.listen", "127.0.0.1:0"});
}

Result<ConfigSources, std::vector<ConfigFault>> sources(const RunArguments& arguments) {
  ConfigSources sources;
  std::vector<ConfigFault> faults;
  if (!arguments.config_file.empty()) sources.file = arguments.config_file;
  sources.environment = environment();
  if (arguments.ephemeral) add_ephemeral_flags(arguments, sources.flags);
  if (!arguments.data_dir.empty()) sources.flags.push_back({"--data-dir", "data_dir", arguments.data_dir});
  if (!arguments.log_level.empty())
    sources.flags.push_back({"--log-level", "log.level", arguments.log_level});
  for (const std::string& argument : arguments.set) {
    if (auto flag = set_flag(argument))
      sources.flags.push_back(*std::move(flag));
    else
      faults.push_back(flag.error());
  }
  if (!faults.empty()) return failure(std::move(faults));
  return sources;
}

Result<Config, std::vector<ConfigFault>> load(const RunArguments& arguments) {
  const auto from = sources(arguments);
  if (!from) return failure(from.error());
  return load_config(*from);
}

int print_faults(const std::vector<ConfigFault>& faults, std::FILE* to) {
  for (const ConfigFault& fault : faults) std::fprintf(to, "%s\n", text_of(fault).c_str());
  return static_cast<int>(ExitCode::usage);
}

// Whoever reads the log may go away, or never have been there, or let it grow no further: that must not end
// who sells, and no file of the ledger may come to stand where the log is written.
void keep_standard_streams() {
  (void)std::signal(SIGPIPE, SIG_IGN);
  (void)std::signal(SIGXFSZ, SIG_IGN);
  int opened = 0;
  do opened = ::open("/dev/null", O_RDWR);
  while (opened >= 0 && opened <= STDERR_FILENO);
  if (opened >= 0) ::close(opened);
}

// Each shopper's connection takes a descriptor, and a shell lets a program begin with few. Why there are far
// too few, if so.
std::optional<std::string> take_descriptors() {
  constexpr rlim_t needed = 64;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::nullopt;
  limit.rlim_cur = limit.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
  (void)::getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= needed) return std::nullopt;
  return "it may have " + std::to_string(limit.rlim_cur) +
         " files and connections open, and needs at least " + std::to_string(needed) +
         ", one more for each connection: raise `ulimit -n` or LimitNOFILE";
}

// Nobody catches that there is no memory left: what is in memory alone was never promised. All else is a bug.
[[noreturn]] void end_uncaught() {
  try {
    if (const auto uncaught = std::current_exception()) std::rethrow_exception(uncaught);
  } catch (const std::bad_alloc&) {
    std::fputs("holdfastd: there is no memory left, and the daemon stops\n", stderr);
    ::_exit(static_cast<int>(ExitCode::failed));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "holdfastd: a bug: %s\n", error.what());
  }
  std::abort();
}

// Until the daemon listens for signals itself there is nothing to finish.
void stop_at_once(int) { ::_exit(static_cast<int>(ExitCode::stopped)); }

int run(const RunArguments& arguments) {
  (void)std::signal(SIGTERM, stop_at_once);
  (void)std::signal(SIGINT, stop_at_once);
  if (arguments.config_file.empty() && !arguments.ephemeral)
    return exit_with(ExitCode::usage,
                     "run needs --config FILE ('holdfastd init FILE' writes one), or --ephemeral");
  if (!arguments.region.empty() && !arguments.ephemeral)
    return exit_with(
        ExitCode::usage,
        "--region goes with --ephemeral only; with a configuration --set region=" + arguments.region);
  if (arguments.ephemeral && arguments.region.empty() && arguments.config_file.empty())
    return exit_with(ExitCode::usage, "run --ephemeral needs --region NAME");
  auto config = load(arguments);
  if (!config) return print_faults(config.error(), stderr);
  keep_standard_streams();
  std::set_terminate(end_uncaught);
  if (const auto too_few = take_descriptors()) return exit_with(ExitCode::failed, *too_few);
  const auto again = [arguments] { return load(arguments); };
  // What one thread took another gives back: from memory of their own they would keep what the other needs.
  (void)::mallopt(M_ARENA_MAX, 1);
  // Memory comes from the system in large steps: of each most is made ready (heap_ahead.h) before it is used.
  // What would be a mapping of its own is not, and many buffers are larger than malloc's 128 KiB.
  constexpr int step_bytes = 8 << 20;
  (void)::mallopt(M_TOP_PAD, step_bytes);
  (void)::mallopt(M_MMAP_THRESHOLD, large_page_bytes);
  const PageMaker page_maker;
  Daemon daemon(*std::move(config), again, arguments.ephemeral ? Storage::memory : Storage::disk,
                arguments.moved ? Moved::yes : Moved::no);
  if (const auto failed = daemon.start()) return exit_with(failed->code, failed->detail);
  return static_cast<int>(daemon.run());
}

// The faults are what was asked for; that there are none is talk.
int validate(const RunArguments& arguments) {
  const auto config = load(arguments);
  if (!config) return print_faults(config.error(), stdout);
  std::fprintf(stderr, "%s: ok\n", arguments.config_file.c_str());
  return static_cast<int>(ExitCode::stopped);
}

int init(const std::string& file) {
  std::error_code error;
  if (std::filesystem::exists(file, error))
    return exit_with(ExitCode::usage, file + " exists: it is left as it is");
  std::ofstream out(file);
  out << initial_config();
  out.close();
  if (!out) return exit_with(ExitCode::failed, "cannot write " + file + ": " + std::strerror(errno));
  std::printf("wrote %s; next: look at cluster and region in it, then\n  holdfastd run --config %s\n",
              file.c_str(), file.c_str());
  return static_cast<int>(ExitCode::stopped);
}

int main(int argc, char** argv) {
  CLI::App app("holdfastd: stock that is sold in many regions at once and never sold twice", "holdfastd");
  app.require_subcommand(1);
  app.set_version_flag("--version", "holdfastd " + version);

  RunArguments arguments;
  CLI::App* run_command = app.add_subcommand("run", "Serve a region");
  run_command->add_option("--config", arguments.config_file, "The configuration")->type_name("FILE");
  run_command->add_option("--set", arguments.set, "A value over the configuration's: http.listen=127.0.0.1:0")
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->take_all();
  run_command->add_option("--data-dir", arguments.data_dir, "Where the ledger lies")->type_name("DIR");
  run_command->add_option("--log-level", arguments.log_level, "debug, info, warn or error")
      ->type_name("LEVEL");
  run_command->add_option("--region", arguments.region, "With --ephemeral: the region's name")
      ->type_name("NAME");
  run_command->add_flag(
      "--moved", arguments.moved,
      "A cleanly stopped data directory was moved to this machine, and lives here from now on");
  run_command->add_flag("--ephemeral", arguments.ephemeral,
                        "A ledger in memory and free ports, printed on stdout: for a shop's own tests");

  CLI::App* validate_command = app.add_subcommand("validate", "Check a configuration: one line per fault");
  validate_command->add_option("file", arguments.config_file, "The configuration")
      ->required()
      ->type_name("FILE");
  std::string init_file;
  CLI::App* init_command = app.add_subcommand("init", "Write a commented configuration");
  init_command->add_option("file", init_file, "Where to")->required()->type_name("FILE");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (argc > 1 && argv[1][0] != '-' && app.get_subcommands().empty())
      return exit_with(
          ExitCode::usage,
          std::string("unknown command: ") + argv[1] +
              did_you_mean(nearest(argv[1], std::array<std::string_view, 3>{"run", "validate", "init"})) +
              "; see holdfastd --help");
    if (error.get_exit_code() == 0) return app.exit(error);
    std::string what = error.what();
    if (!what.empty()) what[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(what[0])));
    return exit_with(ExitCode::usage, what + "; see holdfastd --help");
  }
  if (*run_command) return run(arguments);
  if (*validate_command) return validate(arguments);
  return init(init_file);
}

}  // namespace
}  // namespace holdfast

int main(int argc, char** argv) { return holdfast::main(argc, argv); }
