// backup: create asks the daemon, and waits; verify and inspect read a file on this machine, and call nobody.
#include <chrono>
#include <thread>

#include "backup/backup.h"
#include "cli/interrupt.h"
#include "cli/render.h"
#include "cli/request.h"
#include "cli/run.h"
#include "cli/session.h"
#include "cli/table.h"

namespace holdfast::cli {
namespace {

constexpr std::chrono::milliseconds backup_poll{100};

json::object object_of(const backup::Contents& contents) {
  return {{"cluster", contents.cluster},
          {"region", contents.region},
          {"incarnation", contents.incarnation},
          {"is_backup", contents.is_backup},
          {"boots", contents.boots},
          {"first_record", contents.first_record},
          {"last_record", contents.last_record},
          {"skus", contents.skus},
          {"pending_reservations", contents.pending_reservations},
          {"rights", contents.rights},
          {"reserved", contents.reserved}};
}

std::string contents_text(const backup::Contents& contents, bool colour) {
  const auto number = [](auto count) { return Cell{std::to_string(count)}; };
  return facts(
      {{"what it is",
        {contents.is_backup ? "a backup" : "a ledger, not a backup: a daemon may sell from it"}},
       {"cluster", {contents.cluster}},
       {"region", {contents.region}},
       {"incarnation", {contents.incarnation}},
       {"boots", number(contents.boots)},
       {"records", {std::to_string(contents.first_record) + " to " + std::to_string(contents.last_record)}},
       {"skus", number(contents.skus)},
       {"pending", number(contents.pending_reservations)},
       {"rights", number(contents.rights)},
       {"reserved", number(contents.reserved)}},
      colour);
}

ExitCode look_at(Session& session, backup::Depth depth) {
  const std::string file = session.arguments().one("FILE");
  const backup::Look look = backup::look(file, depth);
  for (const std::string& fault : look.faults) session.say(fault);
  if (!look.contents) return ExitCode::failed;
  if (session.as_table()) {
    session.print(contents_text(*look.contents, session.colour()));
    if (depth == backup::Depth::verify && look.faults.empty())
      session.print("sound: every page, every checksum, and the records add up\n");
  } else {
    session.print(written(object_of(*look.contents)) + "\n");
  }
  return look.faults.empty() ? ExitCode::done : ExitCode::not_well;
}

}  // namespace

ExitCode run_backup_create(Session& session) {
  auto reply = session.fetch({.method = "POST", .target = "/v1/backup"});
  while (reply && text(reply->body, "state") == "running") {
    std::this_thread::sleep_for(backup_poll);
    reply = session.fetch(get("/v1/backup"));
  }
  if (!reply) return session.failure();
  if (const std::string state = text(reply->body, "state"); state != "done") {
    session.say(state == "none"
                    ? "there is no backup: the daemon was started anew while it made one; ask again"
                    : text(reply->body, "detail"));
    return ExitCode::failed;
  }
  session.show(*reply, {backup_text, "state"});
  return ExitCode::done;
}

ExitCode run_backup_verify(Session& session) { return look_at(session, backup::Depth::verify); }

ExitCode run_backup_inspect(Session& session) { return look_at(session, backup::Depth::inspect); }

}  // namespace holdfast::cli
