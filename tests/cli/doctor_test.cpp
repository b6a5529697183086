// What the doctor says of what was gathered.
#include "cli/doctor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/canned.h"

namespace holdfast::cli {
namespace {

using testing::HasSubstr;

Evidence well() {
  Evidence evidence;
  evidence.status =
      *parse_json(R"({"version":"0.1.0","disk_free_bytes":99000000000,"audit":{"oversold_units":0},
    "alarms":[],"regions":[{"region":"eu","self":true,"state":"up"},
    {"region":"us","self":false,"state":"up","direct":true,"rtt_ms":80}]})");
  evidence.config = *parse_json(R"({"values":[{"key":"gossip.cut_off_after_ms","value":1500},
    {"key":"disk.reserve_mb","value":64}]})");
  evidence.ready = "ready";
  evidence.version = "0.1.0";
  evidence.machine =
      MachineEvidence{"6.1.0-40-amd64 #1 SMP Debian 6.1.153-1", true, DiskEvidence{"ext4", 180}};
  return evidence;
}

// The verdicts that are not good, as `check: detail`.
std::vector<std::string> complaints(const Evidence& evidence) {
  std::vector<std::string> found;
  for (const Finding& one : examine(evidence))
    if (one.verdict != Verdict::good) found.push_back(one.check + ": " + one.detail);
  return found;
}

std::string only_complaint(const Evidence& evidence) {
  const auto found = complaints(evidence);
  return found.size() == 1 ? found.front() : std::to_string(found.size()) + " complaints";
}

TEST(Doctor, FindsNothingWhereAllIsWell) { EXPECT_THAT(complaints(well()), testing::IsEmpty()); }

TEST(Doctor, SaysWhatIsWrongWithTheDaemon) {
  Evidence fenced = well();
  fenced.ready = "fenced";
  EXPECT_THAT(only_complaint(fenced), HasSubstr("is fenced"));
  Evidence old = well();
  old.version = "0.2.0";
  EXPECT_THAT(only_complaint(old), HasSubstr("install the same version"));
  Evidence oversold = well();
  oversold.status.as_object()["audit"].as_object()["oversold_units"] = 3;
  EXPECT_THAT(only_complaint(oversold), HasSubstr("3 units are oversold"));
}

TEST(Doctor, SaysWhatIsWrongWithAPeer) {
  const auto with = [](const char* member, const json::value& value) {
    Evidence evidence = well();
    evidence.status.as_object()["regions"].as_array()[1].as_object()[member] = value;
    return only_complaint(evidence);
  };
  EXPECT_THAT(with("state", "never_heard"), HasSubstr("region us: was never heard"));
  EXPECT_THAT(with("state", "cut_off"), HasSubstr("is cut off"));
  EXPECT_THAT(with("state", "cut_off"), HasSubstr("was not heard since this daemon started"));
  EXPECT_THAT(with("direct", false), HasSubstr("by way of others only"));
  EXPECT_THAT(with("rtt_ms", 600), HasSubstr("gossip.cut_off_after_ms"));
}

TEST(Doctor, SaysWhatLiesWithALostLedger) {
  Evidence evidence = well();
  evidence.status.as_object()["lost"] = *parse_json(
      R"([{"region":"us","incarnation":"i","made_at":"2026-11-23T18:00:04.000Z","rights":1204,"skus":2}])");
  EXPECT_EQ(only_complaint(evidence),
            "lost ledger: 1 204 units of 2 SKUs lie with an older ledger of us, made 2026-11-23 18:00:04Z: "
            "nobody can sell them; unless it was done, count in anew what of it is really there: the column "
            "LOST of holdfast rights says of what, docs/operations.md how");
}

TEST(Doctor, SaysWhatIsWrongWithTheDisk) {
  Evidence full = well();
  full.status.as_object()["disk_free_bytes"] = 1'000;
  EXPECT_THAT(only_complaint(full), HasSubstr("make room"));
  full.status.as_object()["disk_free_bytes"] = 0;
  EXPECT_THAT(only_complaint(full), HasSubstr("in memory"));
  const auto on = [](DiskEvidence disk) {
    Evidence evidence = well();
    evidence.machine->disk = std::move(disk);
    return only_complaint(evidence);
  };
  EXPECT_THAT(on({"tmpfs", 100}), HasSubstr("is memory"));
  EXPECT_THAT(on({"ext4", 2}), HasSubstr("too fast to be true"));
  EXPECT_THAT(on({"ext4", 90'000}), HasSubstr("every sale waits for one"));
  EXPECT_THAT(on({"ext4", std::nullopt}), HasSubstr("not tried"));
}

TEST(Doctor, SaysWhatIsWrongWithTheMachine) {
  Evidence kernel = well();
  kernel.machine->kernel = "6.1.0-14-amd64 #1 SMP Debian 6.1.64-1";
  EXPECT_THAT(only_complaint(kernel), HasSubstr("6.1.66"));
  Evidence drifting = well();
  drifting.machine->clock_is_synchronized = false;
  EXPECT_THAT(only_complaint(drifting), HasSubstr("not synchronized"));
  Evidence apart = well();
  apart.clock_ms = -120'000;
  EXPECT_THAT(only_complaint(apart), HasSubstr("2m 00s"));
  Evidence elsewhere = well();
  elsewhere.machine.reset();
  EXPECT_THAT(only_complaint(elsewhere), HasSubstr("on the daemon's own machine"));
}

TEST(Doctor, IsShownAsATableAndAsJson) {
  Evidence fenced = well();
  fenced.ready = "fenced";
  EXPECT_THAT(findings_text(examine(fenced), false), HasSubstr("BAD  daemon"));
  EXPECT_EQ(text(list(findings_json(examine(fenced)), "findings").front(), "verdict"), "BAD");
}

}  // namespace
}  // namespace holdfast::cli
