// holdfast-proxy: network faults between real processes.
//
// Exit codes: 0 stopped by SIGTERM or SIGINT · 1 failed · 2 usage · 3 address in use.
#include <CLI/CLI.hpp>
#include <boost/asio/signal_set.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>

#include "proxy/control.h"

namespace {

using namespace holdfast::proxy;

struct Options {
  std::vector<std::string> links;
  std::string control = "127.0.0.1:0";
  std::uint64_t seed = 1;
  std::string addresses_file;
};

// A line for a person, and the exit code.
struct Failure {
  int code;
  std::string line;
};

constexpr const char* examples = R"(Examples:
  holdfast-proxy --control 127.0.0.1:9000 --link 'eu-us=127.0.0.1:9001->127.0.0.1:8431'
  curl -s 127.0.0.1:9000/                                                      what happens on every link
  curl -s -X PUT 127.0.0.1:9000/links/eu-us -d '{"delay_ms":80,"jitter_ms":20}'
  curl -s -X PUT 127.0.0.1:9000/links/eu-us -d '{"cut":"up"}'                  a one-way partition
  curl -s -X PUT 127.0.0.1:9000/links/eu-us -d '{"flip_one_byte_in":100000}'
  curl -s -X POST 127.0.0.1:9000/links/eu-us/reset                             RST to every connection
  curl -s -X POST 127.0.0.1:9000/heal

Exit codes: 0 stopped by SIGTERM or SIGINT, 1 failed, 2 usage, 3 address in use.
)";

template <class T>
T checked(const Parsed<T>& parsed) {
  if (!parsed) throw Failure{2, parsed.error()};
  return *parsed;
}

tcp::endpoint resolved(boost::asio::io_context& io, const Address& address) {
  try {
    return resolve(io, address);
  } catch (const boost::system::system_error& error) {
    throw Failure{2, "cannot resolve '" + address.host + "': " + error.code().message()};
  }
}

Failure cannot_listen(const Address& address, const boost::system::system_error& error) {
  const bool in_use = error.code() == boost::asio::error::address_in_use;
  return {in_use ? 3 : 1,
          "cannot listen on " + address.host + ":" + address.port + ": " + error.code().message()};
}

void add_links(boost::asio::io_context& io, const Options& options, std::list<Link>& links) {
  std::set<std::string> names;
  for (const std::string& text : options.links) {
    const LinkSpec spec = checked(parse_link_spec(text));
    if (!names.insert(spec.name).second) throw Failure{2, "two links are named '" + spec.name + "'"};
    const tcp::endpoint listen = resolved(io, spec.listen);
    const tcp::endpoint target = resolved(io, spec.target);
    try {
      links.emplace_back(io, spec.name, listen, target, options.seed);
    } catch (const boost::system::system_error& error) {
      throw cannot_listen(spec.listen, error);
    }
  }
}

// Whole or not at all: whoever waits for the file reads it at once.
void write_addresses(const std::string& file, const std::string& addresses) {
  const std::string part = file + ".part";
  std::ofstream out(part);
  out << addresses << '\n';
  out.close();
  std::error_code error;
  if (out) std::filesystem::rename(part, file, error);
  if (!out || error) throw Failure{1, "cannot write " + file};
}

void serve(const Options& options) {
  boost::asio::io_context io(1);
  boost::asio::signal_set signals(io, SIGTERM, SIGINT);
  signals.async_wait([&io](const boost::system::error_code&, int) { io.stop(); });

  std::list<Link> links;
  add_links(io, options, links);
  const Address control_address = checked(parse_address(options.control));
  const tcp::endpoint control_endpoint = resolved(io, control_address);
  std::optional<Control> control;
  try {
    control.emplace(io, control_endpoint, links);
  } catch (const boost::system::system_error& error) {
    throw cannot_listen(control_address, error);
  }

  const std::string addresses = control->addresses();
  if (!options.addresses_file.empty()) write_addresses(options.addresses_file, addresses);
  std::printf("%s\n", addresses.c_str());
  std::fflush(stdout);
  io.run();
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("A TCP proxy that does to bytes what bad networks do.", "holdfast-proxy");
  app.footer(examples);
  app.add_option("--link", options.links,
                 "NAME=HOST:PORT->HOST:PORT: listen on the first, pass on to the second")
      ->required()
      ->allow_extra_args(false);
  app.add_option("--control", options.control, "HOST:PORT of the HTTP control")->capture_default_str();
  app.add_option("--seed", options.seed, "Draws jitter and flipped bits")->capture_default_str();
  app.add_option("--addresses", options.addresses_file, "Write what is printed on stdout to this file too");
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr, "holdfast-proxy: %s (--help says more)\n", error.what());
    return 2;
  }
  try {
    serve(options);
  } catch (const Failure& failure) {
    std::fprintf(stderr, "holdfast-proxy: %s\n", failure.line.c_str());
    return failure.code;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "holdfast-proxy: %s\n", error.what());
    return 1;
  }
  return 0;
}
