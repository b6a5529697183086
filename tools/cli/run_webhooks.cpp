// webhooks: the events of one region, signed and sent on (src/webhook).
#include <atomic>
#include <chrono>
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

}  // namespace

ExitCode run_webhooks(Session& session) {
  const Arguments& arguments = session.arguments();
  if (const std::string why = webhook::why_no_receiver(arguments.one("--url")); !why.empty()) {
    session.say("--url: " + why);
    return ExitCode::usage;
  }
  const auto secret = secret_of(session);
  if (!secret) return ExitCode::usage;
  webhook::Sender sender({.endpoint = session.endpoint(),
                          .url = arguments.one("--url"),
                          .cursor_file = arguments.one("--state"),
                          .ca_file = arguments.maybe("--ca").value_or(""),
                          .name = plain_name(arguments.maybe("--name").value_or(arguments.one("--url"))),
                          .from_beginning = arguments.has("--all")},
                         *secret, [&](const std::string& line) { session.say(line); });
  const Interrupt interrupt;
  std::atomic<bool> stop = false;
  std::atomic<bool> ended = false;
  const std::jthread watch([&] {
    while (!ended && !stop) {
      if (interrupt.came()) stop = true;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  });
  const bool well = sender.run(stop);
  ended = true;
  return well ? ExitCode::done : ExitCode::failed;
}

}  // namespace holdfast::cli
