#include "ledger/mark_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/assert.h"
#include "base/digest.h"
#include "ledger/try.h"

namespace holdfast::ledger {
namespace {

constexpr std::size_t name_bytes = 64;
constexpr off_t slot_distance = 4096;  // never in one sector
constexpr std::array<char, 8> magic = {'H', 'F', 'M', 'A', 'R', 'K', '1', '\n'};

struct Slot {
  std::array<char, 8> magic{};
  std::uint64_t sequence = 0;
  std::uint64_t position = 0;
  std::uint64_t made_ms = 0;
  std::uint64_t nonce = 0;
  std::uint64_t directory = 0;
  std::array<char, name_bytes> machine{};
  std::array<char, name_bytes> region{};
  std::array<char, 328> reserved{};
  std::uint64_t checksum = 0;
};
static_assert(sizeof(Slot) == 512 && offsetof(Slot, checksum) == 504);

std::uint64_t slot_checksum(const Slot& slot) {
  return checksum(std::as_bytes(std::span(&slot, 1)).first(offsetof(Slot, checksum)));
}

std::array<char, name_bytes> padded(const std::string& text) {
  HF_ASSERT(text.size() < name_bytes);
  std::array<char, name_bytes> name{};
  std::ranges::copy(text, name.begin());
  return name;
}

std::string unpadded(const std::array<char, name_bytes>& name) {
  return {name.data(), ::strnlen(name.data(), name.size())};
}

off_t place_of(std::uint64_t sequence) { return sequence % 2 == 0 ? 0 : slot_distance; }

Slot slot_of(const Mark& mark, std::uint64_t sequence) {
  Slot slot{.magic = magic,
            .sequence = sequence,
            .position = mark.position.value(),
            .made_ms = mark.replica.incarnation.made_ms,
            .nonce = mark.replica.incarnation.nonce,
            .directory = mark.directory,
            .machine = padded(mark.machine),
            .region = padded(mark.replica.region)};
  slot.checksum = slot_checksum(slot);
  return slot;
}

Mark mark_of(const Slot& slot) {
  return {.replica = {unpadded(slot.region), {.made_ms = slot.made_ms, .nonce = slot.nonce}},
          .machine = unpadded(slot.machine),
          .directory = slot.directory,
          .position = Position(slot.position)};
}

struct Slots {
  std::optional<Slot> newest;
  bool unreadable = false;
};

Result<Slots, Error> read_slots(const File& file, const std::filesystem::path& path) {
  Slots slots;
  bool any_bytes = false;
  for (const std::uint64_t turn : {0, 1}) {
    Slot slot;
    const ssize_t size = ::pread(file.get(), &slot, sizeof slot, place_of(turn));
    if (size < 0) return failure(system_error("read", path));
    any_bytes |= size > 0;
    const bool sound = size == sizeof slot && slot.magic == magic && slot.checksum == slot_checksum(slot);
    if (sound && (!slots.newest || slot.sequence > slots.newest->sequence)) slots.newest = slot;
  }
  slots.unreadable = any_bytes && !slots.newest;
  return slots;
}

}  // namespace

Result<MarkFile::Found, Error> MarkFile::look(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return Found{};
  HF_LET(file, open_file(path, O_RDONLY));
  HF_LET(slots, read_slots(file, path));
  Found found{.mark = {}, .unreadable = slots.unreadable};
  if (slots.newest) found.mark = mark_of(*slots.newest);
  return found;
}

Result<MarkFile, Error> MarkFile::open(const std::filesystem::path& path, Sync sync) {
  HF_LET(file, open_file(path, O_RDWR | O_CREAT));
  HF_LET(slots, read_slots(file, path));
  if (sync == Sync::yes) HF_TRY(sync_directory(path.parent_path()));
  MarkFile opened(path, std::move(file), sync);
  if (slots.newest) opened.sequence_ = slots.newest->sequence;
  return opened;
}

Result<void, Error> MarkFile::write(const Mark& mark) {
  const Slot slot = slot_of(mark, sequence_ + 1);
  const ssize_t size = ::pwrite(file_.get(), &slot, sizeof slot, place_of(slot.sequence));
  if (size != sizeof slot) return failure(system_error("write", path_));
  if (sync_ == Sync::yes && ::fdatasync(file_.get()) != 0) return failure(system_error("sync", path_));
  sequence_ = slot.sequence;
  return {};
}

}  // namespace holdfast::ledger
