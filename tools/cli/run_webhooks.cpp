// webhooks: the events of one region, signed and sent on (src/webhook).
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "cli/interrupt.h"
#include "cli/run.h"
#include "cli/session.h"
#include "text/plain_name.h"
#include "webhook/sender.h"

namespace holdfast::cli {
namespace {

constexpr auto secret_variable = "HOLDFAST_WEBHOOK_SECRET";

std::optional<webhook::Secret> secret_of(Session& session) {
  auto secret = webhook::Secret::parse(session.environment(secret_variable));
  if (!secret)
    session.say(std::string(secret_variable) +
                ": whsec_ and base64 of 24 to 64 bytes: echo whsec_$(openssl rand -base64 32)");
  return secret;
}

// A receiver that hangs is not waited for: what it is being sent, it gets again.
void stop_at(const Interrupt& interrupt, std::atomic<bool>& stop, const std::atomic<bool>& ended) {
  constexpr std::chrono::milliseconds ask_each{50}, wait_max{1'000};
  while (!ended && !interrupt.came()) std::this_thread::sleep_for(ask_each);
  stop = true;
  for (auto waited = ask_each; !ended; waited += ask_each) {
    if (waited > wait_max) std::quick_exit(static_cast<int>(ExitCode::done));
    std::this_thread::sleep_for(ask_each);
  }
}

}  // namespace

ExitCode run_webhooks(Session& session) {
  const Arguments& arguments = session.arguments();
  const std::string url = arguments.one("--url"), ca_file = arguments.maybe("--ca").value_or("");
  if (const std::string why = webhook::why_no_receiver(url, ca_file); !why.empty()) {
    session.say(why);
    return ExitCode::usage;
  }
  const auto secret = secret_of(session);
  if (!secret) return ExitCode::usage;
  webhook::Sender sender(
      {.endpoint = session.endpoint(),
       .url = url,
       .cursor_file = arguments.one("--state"),
       .ca_file = ca_file,
       .name = plain_name(arguments.maybe("--name").value_or(webhook::name_of_receiver(url))),
       .from_beginning = arguments.has("--all")},
      *secret, [&](const std::string& line) { session.say(line); });
  const Interrupt interrupt;
  std::atomic<bool> stop = false;
  std::atomic<bool> ended = false;
  const std::jthread watch([&] { stop_at(interrupt, stop, ended); });
  const bool well = sender.run(stop);
  ended = true;
  return well ? ExitCode::done : ExitCode::failed;
}

}  // namespace holdfast::cli
