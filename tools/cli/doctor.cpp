#include "cli/doctor.h"

#include <algorithm>

#include "cli/format.h"
#include "cli/render.h"
#include "cli/table.h"

namespace holdfast::cli {
namespace {

using Findings = std::vector<Finding>;

// Kernels that lose or damage what was synced, by what stands in their release or version.
struct BadKernel {
  std::string_view release;
  std::string_view why;
};
constexpr BadKernel bad_kernels[] = {
    {"6.1.64", "ext4 can damage files (Debian bug 1057843): use 6.1.66 or later"},
    {"6.1.65", "ext4 can damage files (Debian bug 1057843): use 6.1.66 or later"},
};

// File systems that keep nothing, or whose syncs are another machine's word.
struct DoubtfulFiles {
  std::string_view name;
  Verdict verdict;
  std::string_view why;
};
constexpr DoubtfulFiles doubtful_files[] = {
    {"tmpfs", Verdict::bad, "is memory: everything is lost when the machine stops"},
    {"nfs", Verdict::bad, "is another machine's: locks and syncs are its word"},
    {"overlay", Verdict::doubtful, "is a container's own layer: put data_dir on a volume"},
};

std::string config_value(const json::value& config, std::string_view key) {
  for (const auto& value : list(config, "values"))
    if (text(value, "key") == key) return plain(at(value, "value"));
  return {};
}

Finding ready(const Evidence& evidence) {
  if (evidence.ready == "ready") return {"daemon", Verdict::good, "takes requests"};
  if (evidence.ready == "fenced")
    return {"daemon", Verdict::bad, "is fenced: its log says why, and docs/operations.md what to do"};
  return {"daemon", Verdict::bad, "does not take requests: " + evidence.ready};
}

Finding version_of(const Evidence& evidence) {
  const auto daemon = text(evidence.status, "version");
  if (daemon == evidence.version) return {"version", Verdict::good, daemon};
  return {"version", Verdict::doubtful,
          "the daemon is " + daemon + ", this program " + evidence.version +
              ": install the same version of both"};
}

Finding audit(const Evidence& evidence) {
  const auto oversold = number(at(evidence.status, "audit"), "oversold_units");
  if (!oversold)
    return {"oversell check", Verdict::doubtful, "not yet done: it needs word from every region"};
  if (*oversold == 0) return {"oversell check", Verdict::good, "nothing is oversold"};
  return {"oversell check", Verdict::bad,
          grouped(*oversold) + " units are oversold: holdfast audit verify, in each region"};
}

Findings alarms(const Evidence& evidence) {
  Findings findings;
  for (const auto& alarm : list(evidence.status, "alarms"))
    findings.push_back({"alarm", Verdict::bad, text(alarm, "code") + ": " + text(alarm, "detail")});
  return findings;
}

// Also once it was counted in: nothing says of a unit whether it was one of these.
Findings lost(const Evidence& evidence) {
  Findings findings;
  for (const auto& one : list(evidence.status, "lost"))
    findings.push_back({"lost ledger", Verdict::doubtful,
                        lost_means(one) +
                            "; unless it was done, count in anew what of it is really there: the column LOST "
                            "of holdfast rights says of what, docs/operations.md how"});
  return findings;
}

Finding peer(const json::value& region, const json::value& config) {
  const std::string check = "region " + text(region, "region");
  const auto state = text(region, "state");
  if (state == "never_heard")
    return {
        check, Verdict::bad,
        "was never heard: does it run, and name this region and cluster? nothing is sold out until it is"};
  if (const auto silent_ms = number(region, "heard_ms_ago"); state == "cut_off")
    return {check, Verdict::bad,
            silent_ms
                ? "is cut off for " + span_ms(*silent_ms) + ": look at its daemon, then at the network"
                : "is cut off, and was not heard since this daemon started: the log of this one, or of that "
                  "one, says why"};
  if (!is_true(region, "direct"))
    return {check, Verdict::doubtful,
            "is heard of by way of others only: one side needs the other's address in [[peer]]"};
  const auto rtt = number(region, "rtt_ms").value_or(0);
  const auto limit = parse_json(config_value(config, "gossip.cut_off_after_ms"));
  if (limit && limit->is_int64() && 3 * rtt > limit->get_int64())
    return {check, Verdict::doubtful,
            "answers in " + latency_ms(rtt) + ": gossip.cut_off_after_ms should be three times that"};
  return {check, Verdict::good, "up, " + latency_ms(rtt)};
}

Findings regions(const Evidence& evidence) {
  Findings findings;
  for (const auto& region : list(evidence.status, "regions"))
    if (!is_true(region, "self")) findings.push_back(peer(region, evidence.config));
  if (findings.empty()) findings.push_back({"regions", Verdict::good, "this is the only one"});
  return findings;
}

// Deadlines go by the time that the ledger has lived; a wrong wall clock misleads people alone.
Finding clock(const Evidence& evidence) {
  constexpr std::int64_t off_ms = 2'000;
  const auto ahead = evidence.clock_ms;
  if (ahead > off_ms || ahead < -off_ms)
    return {"clock", Verdict::doubtful,
            "the daemon's and this machine's differ by " + span_ms(ahead < 0 ? -ahead : ahead) +
                ": deadlines are kept all the same, but times that are shown mislead"};
  if (evidence.machine && evidence.machine->clock_is_synchronized == false)
    return {"clock", Verdict::doubtful,
            "is not synchronized: deadlines are kept all the same, but times that are shown drift"};
  return {"clock", Verdict::good, "agrees with this machine's"};
}

Finding room(const Evidence& evidence) {
  if (is_in_memory(evidence.status))
    return {"disk space", Verdict::doubtful,
            "the ledger is in memory: all of it is gone when the daemon ends"};
  const auto free = number(evidence.status, "disk_free_bytes").value_or(0);
  const auto reserve = parse_json(config_value(evidence.config, "disk.reserve_mb"));
  const std::int64_t reserved = reserve && reserve->is_int64() ? reserve->get_int64() << 20 : 0;
  const std::string detail = bytes(free) + " free";
  if (free < reserved) return {"disk space", Verdict::bad, detail + ", less than disk.reserve_mb: make room"};
  if (free < 10 * reserved)
    return {"disk space", Verdict::doubtful, detail + ", less than ten times disk.reserve_mb"};
  return {"disk space", Verdict::good, detail};
}

Finding kernel(const MachineEvidence& machine) {
  for (const BadKernel& one : bad_kernels)
    if (machine.kernel.contains(one.release))
      return {"kernel", Verdict::bad, machine.kernel + ": " + std::string(one.why)};
  return {"kernel", Verdict::good, machine.kernel};
}

Finding file_system(const DiskEvidence& disk) {
  const auto* found = std::ranges::find(doubtful_files, disk.file_system, &DoubtfulFiles::name);
  if (found == std::end(doubtful_files)) return {"file system", Verdict::good, disk.file_system};
  return {"file system", found->verdict, disk.file_system + " " + std::string(found->why)};
}

// No disk that keeps what it says it keeps is so fast: it takes a battery, or a lie.
Finding sync(const DiskEvidence& disk) {
  constexpr std::int64_t incredible_us = 15, slow_us = 20'000;
  if (!disk.sync_us)
    return {"disk sync", Verdict::doubtful, "not tried: run this as the daemon's user or root"};
  const std::string detail = "a synced write takes " + grouped(*disk.sync_us) + " us";
  if (*disk.sync_us < incredible_us)
    return {"disk sync", Verdict::doubtful,
            detail + ", too fast to be true without a battery: is a write cache on, or is it memory?"};
  if (*disk.sync_us > slow_us) return {"disk sync", Verdict::doubtful, detail + ": every sale waits for one"};
  return {"disk sync", Verdict::good, detail};
}

std::string word_for(Verdict verdict) {
  return verdict == Verdict::good ? "ok" : verdict == Verdict::doubtful ? "look" : "BAD";
}

Paint paint_for(Verdict verdict) {
  return verdict == Verdict::good ? Paint::good : verdict == Verdict::doubtful ? Paint::doubtful : Paint::bad;
}

}  // namespace

Findings examine(const Evidence& evidence) {
  Findings findings{ready(evidence), version_of(evidence), audit(evidence)};
  const auto add = [&](Findings more) { findings.insert(findings.end(), more.begin(), more.end()); };
  add(alarms(evidence));
  add(regions(evidence));
  add(lost(evidence));
  add({clock(evidence), room(evidence)});
  if (!evidence.machine) {
    add({{"machine", Verdict::doubtful,
          "its disk and kernel were not looked at: run this on the daemon's own machine"}});
    return findings;
  }
  add({kernel(*evidence.machine)});
  if (const auto& disk = evidence.machine->disk) add({file_system(*disk), sync(*disk)});
  return findings;
}

std::string findings_text(const Findings& findings, bool colour) {
  std::vector<Row> rows;
  for (const Finding& one : findings)
    rows.push_back({{word_for(one.verdict), paint_for(one.verdict)}, {one.check}, {one.detail}});
  return table({{""}, {"CHECK"}, {"WHAT WAS FOUND"}}, rows, colour);
}

json::value findings_json(const Findings& findings) {
  json::array all;
  for (const Finding& one : findings)
    all.push_back(
        json::object{{"check", one.check}, {"verdict", word_for(one.verdict)}, {"detail", one.detail}});
  return json::object{{"findings", std::move(all)}};
}

}  // namespace holdfast::cli
