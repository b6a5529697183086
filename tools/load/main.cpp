// holdfast-load: what a daemon does a second over its native port (load.h) or over HTTP (http_load.h), and
// how long it takes.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "load/http_load.h"
#include "load/load.h"

namespace {

using namespace holdfast::load;

void print(const char* prefix, Tally& tally) {
  std::printf("%sp50_us %u\n%sp99_us %u\n%sp999_us %u\n", prefix, tally.percentile_us(500), prefix,
              tally.percentile_us(990), prefix, tally.percentile_us(999));
}

// False: nothing came of it, which is all there is to say.
template <class AnyLoad>
bool report(AnyLoad& load) {
  if (!load.trouble().empty()) std::fprintf(stderr, "holdfast-load: %s\n", load.trouble().c_str());
  Tally& reserved = load.reservations();
  if (!load.trouble().empty() && reserved.done == 0) return false;
  std::printf("reserved %zu\nrefused %zu\nunanswered %zu\nrate %.0f\n", reserved.done, reserved.refused,
              reserved.unanswered,
              load.seconds() > 0 ? static_cast<double>(reserved.done) / load.seconds() : 0);
  print("", reserved);
  return true;
}

void report_purchases(Tally& bought) {
  std::printf("purchased %zu\npurchases_refused %zu\npurchases_unanswered %zu\n", bought.done, bought.refused,
              bought.unanswered);
  print("purchase_", bought);
}

int load_over_http(const Options& options) {
  HttpLoad load(options);
  load.run();
  (void)report(load);
  return load.trouble().empty() ? 0 : 1;
}

int load_natively(const Options& options) {
  Load load(options);
  if (!options.stock_up || load.stock_up()) load.run();
  if (report(load) && options.purchase) report_purchases(load.purchases());
  return load.trouble().empty() ? 0 : 1;
}

void describe(CLI::App& app, Options& options) {
  app.add_option(
         "endpoint", options.endpoint,
         "holdfast://HOST:PORT; or http://HOST:PORT, where one is reserved a request, of stock that there is")
      ->required();
  app.add_option("--prefix", options.prefix,
                 "of the ids, at most 32 characters; one that was not used before");
  app.add_option("--named", options.named, "what the names of products begin with");
  app.add_option("--skus", options.skus, "how many products")->check(CLI::Range(1, 10'000'000));
  app.add_option("--connections", options.connections)->check(CLI::Range(1, 4096));
  app.add_option("--batch", options.batch, "operations a frame")->check(CLI::Range(1, 1024));
  app.add_option("--depth", options.depth, "frames under way on a connection")->check(CLI::Range(1, 1024));
  app.add_option("--rate", options.rate,
                 "reservations a second, whatever is answered; times count from when a frame was due")
      ->check(CLI::Range(1, 10'000'000));
  app.add_option("--count", options.count, "without a rate: about so many reservations, if the seconds last")
      ->check(CLI::Range(1, 1'000'000'000));
  app.add_option("--seconds", options.seconds)->check(CLI::Range(1, 3600));
  app.add_flag("--purchase", options.purchase, "purchase what was reserved, in a frame of its own");
  app.add_flag("!--stocked", options.stock_up, "there is stock already");
}

}  // namespace

int main(int count, char** arguments) {
  Options options;
  CLI::App app("Reserves one unit an operation, as fast as the daemon answers or at a rate.");
  describe(app, options);
  try {
    app.parse(count, arguments);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr, "holdfast-load: %s (--help says more)\n", error.what());
    return 2;
  }
  return options.endpoint.starts_with("http://") ? load_over_http(options) : load_natively(options);
}
