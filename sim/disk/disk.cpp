#include "sim/disk/disk.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/assert.h"

namespace holdfast::sim {
namespace {

bool concerns(DiskFault::Kind kind, bool is_read, bool is_write, bool is_sync) {
  switch (kind) {
    case DiskFault::Kind::power_cut:
    case DiskFault::Kind::io_error: return true;
    case DiskFault::Kind::full: return is_write;
    case DiskFault::Kind::short_read: return is_read;
    case DiskFault::Kind::lying_sync: return is_sync;
  }
  std::unreachable();
}

void put(Bytes& to, std::uint64_t at, BytesView bytes) {
  if (to.size() < at + bytes.size()) to.resize(at + bytes.size());
  if (!bytes.empty()) std::memcpy(to.data() + at, bytes.data(), bytes.size());
}

}  // namespace

void Disk::plan(const DiskFault& fault) {
  fault_ = fault;
  calls_ = 0;
  struck_ = false;
}

void Disk::heal() {
  fault_.reset();
  calls_ = 0;
  struck_ = false;
}

std::optional<DiskFault::Kind> Disk::count(Call call) {
  const std::uint64_t before = calls_++;
  if (!fault_) return std::nullopt;
  if (!concerns(fault_->kind, call == Call::read, call == Call::write, call == Call::sync))
    return std::nullopt;
  const bool cut = fault_->kind == DiskFault::Kind::power_cut;
  if (cut && struck_) return DiskFault::Kind::io_error;  // there is no disk any more
  const bool strikes = fault_->for_ever || cut ? before >= fault_->after : before == fault_->after;
  if (!strikes) return std::nullopt;
  struck_ = true;
  return fault_->kind;
}

DiskAnswer Disk::make(const std::string& name) {
  if (exists(name)) return DiskAnswer::done;
  const auto fault = count(Call::write);
  if (fault == DiskFault::Kind::full) return DiskAnswer::full;
  if (fault != DiskFault::Kind::io_error) files_[name];
  return fault ? DiskAnswer::io_error : DiskAnswer::done;
}

DiskAnswer Disk::remove(const std::string& name) {
  if (!exists(name)) return DiskAnswer::missing;
  const auto fault = count(Call::other);
  if (fault == DiskFault::Kind::io_error) return DiskAnswer::io_error;
  auto gone = files_.extract(name);
  if (gone.mapped().name_is_durable) removed_[name] = std::move(gone.mapped());
  return fault ? DiskAnswer::io_error : DiskAnswer::done;
}

DiskAnswer Disk::read(const std::string& name, std::uint64_t at, std::span<std::byte> to) {
  const auto fault = count(Call::read);
  const bool halved = fault == DiskFault::Kind::short_read;
  if (fault && !halved) return DiskAnswer::io_error;
  const Bytes& seen = files_.at(name).seen;
  const std::uint64_t there = at < seen.size() ? seen.size() - at : 0;
  std::uint64_t size = std::min<std::uint64_t>(there, to.size());
  if (halved) size /= 2;
  if (size > 0) std::memcpy(to.data(), seen.data() + at, size);
  return size == to.size() ? DiskAnswer::done : DiskAnswer::short_read;
}

DiskAnswer Disk::write(const std::string& name, std::uint64_t at, BytesView bytes) {
  File& file = files_.at(name);
  Change written{.at = at, .bytes = Bytes(bytes.begin(), bytes.end())};
  const auto fault = count(Call::write);
  if (fault) return fail(*fault, file, std::move(written));
  change(file, std::move(written));
  return DiskAnswer::done;
}

DiskAnswer Disk::truncate(const std::string& name, std::uint64_t size) {
  File& file = files_.at(name);
  Change cut{.at = size, .bytes = {}, .truncates = true};
  const auto fault = count(Call::other);
  if (fault) return fail(*fault, file, std::move(cut));
  change(file, std::move(cut));
  return DiskAnswer::done;
}

DiskAnswer Disk::fail(DiskFault::Kind kind, File& file, Change half_done) {
  if (kind == DiskFault::Kind::power_cut) {
    change(file, std::move(half_done));
    return DiskAnswer::io_error;
  }
  if (fault_->kind == DiskFault::Kind::power_cut) return DiskAnswer::io_error;
  if (!half_done.truncates && random_.one_in(2)) {
    half_done.bytes.resize(half_done.bytes.size() / 2);
    change(file, std::move(half_done));
  }
  return kind == DiskFault::Kind::full ? DiskAnswer::full : DiskAnswer::io_error;
}

DiskAnswer Disk::sync(const std::string& name) {
  File& file = files_.at(name);
  const auto fault = count(Call::sync);
  if (fault == DiskFault::Kind::lying_sync) return DiskAnswer::done;
  if (fault && fault_->kind == DiskFault::Kind::power_cut) return DiskAnswer::io_error;
  for (const Change& change : std::exchange(file.unsynced, {}))
    fault ? apply_torn(file.medium, change) : apply(file.medium, change);
  return fault ? DiskAnswer::io_error : DiskAnswer::done;
}

DiskAnswer Disk::sync_names() {
  const auto fault = count(Call::sync);
  if (fault == DiskFault::Kind::lying_sync) return DiskAnswer::done;
  if (fault) return DiskAnswer::io_error;
  for (auto& [name, file] : files_) file.name_is_durable = true;
  removed_.clear();
  return DiskAnswer::done;
}

bool Disk::exists(const std::string& name) const { return files_.contains(name); }
std::uint64_t Disk::size(const std::string& name) const { return files_.at(name).seen.size(); }
Bytes& Disk::content(const std::string& name) { return files_.at(name).seen; }

std::vector<std::string> Disk::names() const {
  std::vector<std::string> names;
  for (const auto& [name, file] : files_) names.push_back(name);
  return names;
}

void Disk::turn_bit(const std::string& name, std::uint64_t bit) {
  const auto turned = static_cast<std::byte>(1U << (bit % 8));
  File& file = files_.at(name);
  file.seen[bit / 8] ^= turned;
  if (bit / 8 < file.medium.size()) file.medium[bit / 8] ^= turned;
}

void Disk::apply(Bytes& to, const Change& change) {
  change.truncates ? to.resize(change.at) : put(to, change.at, change.bytes);
}

void Disk::change(File& file, Change change) {
  apply(file.seen, change);
  file.unsynced.push_back(std::move(change));
}

void Disk::lose_power() {
  heal();
  std::erase_if(files_,
                [&](const auto& named) { return !named.second.name_is_durable && random_.one_in(2); });
  for (auto& [name, file] : removed_)
    if (random_.one_in(2)) files_.try_emplace(name, std::move(file));
  removed_.clear();
  for (auto& [name, file] : files_) lose_power(file);
}

// One file loses all, keeps all, or a subset: each is drawn often enough to be seen.
void Disk::lose_power(File& file) {
  enum Fate : std::uint64_t { nothing_more, everything, a_subset };
  const std::uint64_t fate = random_.below(4);
  for (const Change& change : file.unsynced) {
    if (fate == nothing_more) break;
    if (fate == everything)
      apply(file.medium, change);
    else
      apply_torn(file.medium, change);
  }
  file.unsynced.clear();
  file.seen = file.medium;
  file.name_is_durable = true;
}

void Disk::apply_torn(Bytes& to, const Change& change) {
  if (change.truncates) {
    if (random_.one_in(2)) to.resize(change.at);
    return;
  }
  const std::uint64_t end = change.at + change.bytes.size();
  for (std::uint64_t at = change.at; at < end;) {
    const std::uint64_t next = std::min(end, (at / sector_bytes + 1) * sector_bytes);
    const BytesView sector = BytesView(change.bytes).subspan(at - change.at, next - at);
    if (random_.one_in(2))
      put(to, at, sector);
    else if (to.size() < next && random_.one_in(2))
      put(to, at, Bytes(sector.size(), std::byte(random_.below(256))));
    at = next;
  }
}

}  // namespace holdfast::sim
