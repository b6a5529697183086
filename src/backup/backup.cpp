#include "backup/backup.h"

#include <array>
#include <charconv>

#include "core/recount.h"
#include "core/replica.h"
#include "core/views.h"
#include "ledger/backup_file.h"
#include "node/recovery.h"
#include "wire/codec.h"
#include "wire/record_codec.h"

namespace holdfast::backup {
namespace {

Replica replica_of(const ledger::Identity& identity) {
  CoreConfig config;
  config.cluster = identity.cluster;
  config.own = identity.replica;
  config.hash_seed = identity.hash_seed;
  return Replica(std::move(config));
}

// Why not, or nothing.
std::optional<std::string> recover(ledger::BackupFile& file, Replica& replica) {
  const Codec codec = wire::codec();
  node::Recovery recovery(replica, codec);
  const auto loaded = file.load({
      [&](const ledger::Slice& slice) {
        recovery.slice({static_cast<SliceKind>(slice.key.kind), slice.key.number}, slice.includes,
                       slice.bytes);
      },
      [&](const ledger::JournalBatch& batch) { recovery.batch(batch.first, batch.count, batch.bytes); },
  });
  if (!loaded) return loaded.error().detail;
  return recovery.finish(file.last());
}

std::string shown(const Incarnation& incarnation) {
  constexpr std::size_t digits = 16;
  std::array<char, digits> hex;
  const char* end = std::to_chars(hex.data(), hex.data() + hex.size(), incarnation.nonce, 16).ptr;
  const std::string nonce(static_cast<const char*>(hex.data()), end);
  return std::to_string(incarnation.made_ms) + '-' + std::string(digits - nonce.size(), '0') + nonce;
}

Contents contents_of(const ledger::BackupFile& file, const State& state) {
  Contents contents;
  contents.cluster = file.identity().cluster;
  contents.region = file.identity().replica.region;
  contents.incarnation = shown(file.identity().replica.incarnation);
  contents.is_backup = file.is_backup();
  contents.boots = state.boots().size();
  contents.first_record = file.first().value();
  contents.last_record = file.last().value();
  contents.skus = state.stock().size();
  contents.pending_reservations = state.reservations().size();
  contents.rights = told_sum(state.stock().rights_total(self)).count();
  contents.reserved = told_sum(state.stock().reserved_total(self)).count();
  return contents;
}

void count_records(ledger::BackupFile& file, const State& state, std::vector<std::string>& faults) {
  Recount counted(state, {});
  bool readable = true;
  const auto read = file.every_batch([&](const ledger::JournalBatch& batch) {
    const auto records = wire::decode_records(batch.bytes);
    readable = readable && records.has_value();
    if (!readable || batch.first != counted.last().next()) return counted.lost();
    for (const Record& record : *records) counted.feed(state, record);
  });
  if (!read) return faults.push_back(read.error().detail);
  (void)counted.compare(state, state.stock().size());
  for (const answer::AuditMismatch& mismatch : counted.report(state).mismatches)
    faults.push_back((mismatch.sku.empty() ? "" : mismatch.sku + ": ") + mismatch.field + " is " +
                     std::to_string(mismatch.stored.count()) + ", the records say " +
                     std::to_string(mismatch.counted.count()));
}

}  // namespace

Look look(const std::filesystem::path& path, Depth depth) {
  Look look;
  auto file = ledger::BackupFile::open(path);
  if (!file) {
    look.faults.push_back(file.error().detail);
    return look;
  }
  if (depth == Depth::verify) {
    const auto damage = file->damage();
    if (!damage || !damage->empty()) {
      look.faults.push_back(damage ? path.string() + ": " + *damage : damage.error().detail);
      return look;
    }
  }
  Replica replica = replica_of(file->identity());
  if (auto failed = recover(*file, replica)) {
    look.faults.push_back(*std::move(failed));
    return look;
  }
  const State& state = std::as_const(replica).state();
  look.contents = contents_of(*file, state);
  if (depth == Depth::verify) count_records(*file, state, look.faults);
  return look;
}

}  // namespace holdfast::backup
