#include "ledger/disk_world.h"

#include "ledger/memory_ledger.h"
#include "ledger/try.h"

namespace holdfast::ledger {
namespace {

Step appends(Append what) { return {.append = std::move(what)}; }
Step appends(std::uint64_t first, std::uint32_t count, std::string_view text) {
  return appends(only(batch_at(first, count, text)));
}

}  // namespace

Script short_script() {
  const std::string pages(9'000, 'p');
  const Step killed{.kind = Step::Kind::kill_and_open};
  const Step stopped{.kind = Step::Kind::stop_and_open};
  return {appends(1, 1, "first"),
          appends({.batches = {batch_at(2, 1, "second"), batch_at(3, 2, pages)},
                   .slices = {slice_of(1, 1, 2, "old"), slice_of(1, 2, 4, "gone")},
                   .checkpoint_began = {},
                   .history_ends_before = {}}),
          killed,
          appends({.batches = {},
                   .slices = {slice_of(1, 1, 4, "new"), slice_of(1, 2, 4, "")},
                   .checkpoint_began = Position(4),
                   .history_ends_before = {}}),
          appends({.batches = {batch_at(5, 1, "fifth")},
                   .slices = {},
                   .checkpoint_began = {},
                   .history_ends_before = Position(3)}),
          stopped,
          appends(6, 2, "takes the clean end back"),
          appends({.batches = {batch_at(8, 1, pages)},
                   .slices = {slice_of(2, 7, 8, pages)},
                   .checkpoint_began = Position(8),
                   .history_ends_before = Position(8)}),
          stopped,
          killed,
          appends(9, 1, "last"),
          stopped};
}

Script long_script() {
  const std::string more_than_the_log(1'100'000, 'x');
  return {appends(1, 1, "first"),
          appends(2, 4096, more_than_the_log),
          appends(4098, 1, "over the old log"),
          {.kind = Step::Kind::kill_and_open},
          appends(4099, 1, "last")};
}

Result<Content, Error> content_of(Ledger& ledger, Position last) {
  HF_LET(loaded, load_all(ledger));
  Content content{.last = last, .loaded = std::move(loaded), .history = {}};
  for (Position at(1); at <= last; at = at.next()) {
    HF_LET(batch, ledger.read(at));
    if (!batch) continue;
    at = batch->last();
    content.history.push_back(std::move(*batch));
  }
  return content;
}

std::vector<Content> contents_after(const Script& script) {
  const auto open = MemoryLedger::open(std::make_shared<MemoryDisk>(), some_identity());
  std::vector<Content> contents{*content_of(*open->ledger, Position())};
  for (const Step& step : script) {
    if (step.kind != Step::Kind::append) continue;
    const auto appended = open->ledger->append(step.append);
    contents.push_back(*content_of(*open->ledger, appended->durable));
  }
  return contents;
}

DiskWorld::DiskWorld(std::uint64_t seed) : disk(seed) {
  files.options.vfs = vfs.name();
  // Each look is a second later: the mark beside the directory is never behind.
  files.options.clock = [this] { return now_ += std::chrono::seconds(1); };
}

DiskWorld::Ran DiskWorld::run(const Script& script) {
  Ran ran;
  auto open = this->open();
  for (auto step = script.begin();; ++step) {
    if (!open) {
      ran.error = open.error();
      return ran;
    }
    ran.opened = true;
    ran.fenced = open->opened.fenced;
    if (ran.fenced || step == script.end()) return ran;
    if (step->kind == Step::Kind::append) {
      const auto appended = open->ledger->append(step->append);
      if (!appended) {
        ran.error = appended.error();
        return ran;
      }
      ++ran.acknowledged;
      open->ledger->settle();
      std::ignore = open->ledger->regain_room();
      continue;
    }
    if (step->kind == Step::Kind::stop_and_open) {
      if (const auto closed = open->ledger->close(); !closed) {
        ran.error = closed.error();
        return ran;
      }
    }
    open->ledger.reset();
    open = this->open();
  }
}

void DiskWorld::lose_power() {
  disk.lose_power();
  files.forget_run_marks();
}

DiskWorld::Moment DiskWorld::moment() const {
  return {.disk = disk,
          .mark = std::filesystem::exists(files.mark()) ? read_file(files.mark()) : std::string()};
}

void DiskWorld::return_to(const Moment& moment) {
  disk = moment.disk;
  files.forget_run_marks();
  if (moment.mark.empty())
    std::filesystem::remove(files.mark());
  else
    write_file(files.mark(), moment.mark);
}

}  // namespace holdfast::ledger
