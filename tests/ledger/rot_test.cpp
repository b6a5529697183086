// One flipped bit anywhere in what a ledger left on its disk is harmless or found; never is anything read
// that was not written. Every 7th bit of the database and every 3rd of the log; HOLDFAST_FULL=1 flips each.
#include <cstdlib>

#include "ledger/disk_world.h"
#include "support/effort.h"

namespace holdfast::ledger {
namespace {

constexpr std::uint64_t page_bytes = 4096;
constexpr std::uint64_t page_header = 12;

class Rot : public testing::Test {
 protected:
  struct Seen {
    unsigned found = 0;
    unsigned harmless = 0;
  };

  // What can be read after a restart, also when more was appended to it; else why not.
  Result<Content, Error> look() {
    const auto open = world_.open();
    if (!open) return failure(open.error());
    if (open->opened.fenced) return failure(Error{Trouble::damaged, *open->opened.fenced});
    return content_of(*open->ledger, open->opened.last);
  }
  void append_one(const Content& before) {
    const auto open = world_.open();
    if (open) std::ignore = open->ledger->append(only(batch_at(before.last.value() + 1, 1, more_)));
  }

  void flip(const std::string& file, std::uint64_t bit) {
    world_.disk.content(file)[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
  }

  // A sound look is followed by an append, which may run into what the look did not touch.
  void expect_harmless_or_found(const std::string& file, std::uint64_t bit, const Content& expected) {
    flip(file, bit);
    const auto content = look();
    if (!content) {
      ++seen_.found;
      return;
    }
    ASSERT_EQ(*content, expected) << "silent, after a flip of bit " << bit << " of " << file;
    ++seen_.harmless;
    append_one(expected);
    const auto later = look();
    if (!later) return;
    if (later->last == expected.last) {
      ASSERT_EQ(*later, expected) << bit;
      return;
    }
    ASSERT_EQ(later->history.back(), batch_at(expected.last.value() + 1, 1, more_));
    const std::vector before(later->history.begin(), later->history.end() - 1);
    ASSERT_EQ(before, expected.history) << "silent, one append after a flip of bit " << bit << " of " << file;
    ASSERT_EQ(later->loaded.slices, expected.loaded.slices) << bit;
  }

  // Those for which `always` says so, and every stride-th of the others.
  void flip_bits_of(const std::string& file, std::uint64_t stride, const Content& expected,
                    bool (*always)(std::uint64_t byte)) {
    const auto moment = world_.moment();
    const std::uint64_t bits = world_.disk.size(file) * 8;
    const bool each = std::getenv("HOLDFAST_FULL") != nullptr;
    for (std::uint64_t bit = 0; bit < bits && !HasFailure(); ++bit) {
      if (!each && bit % (test::sanitized ? 8 * stride : stride) != 0 && !always(bit / 8)) continue;
      expect_harmless_or_found(file, bit, expected);
      world_.return_to(moment);
    }
    std::printf("%llu bytes: %u flips found, %u harmless\n", static_cast<unsigned long long>(bits / 8),
                seen_.found, seen_.harmless);
  }

  DiskWorld world_{1};
  Seen seen_;
  const std::string more_ = "one more";
};

TEST_F(Rot, OfTheLogIsHarmlessOrFound) {
  const Script script{{.append = only(batch_at(1, 1, "first"))},
                      {.append = {.batches = {batch_at(2, 1, "second")},
                                  .slices = {slice_of(1, 1, 2, "slice")},
                                  .checkpoint_began = {},
                                  .history_ends_before = {}}}};
  ASSERT_FALSE(world_.run(script).error);  // and it is killed
  flip_bits_of(world_.files.log().string(), 23, contents_after(script).back(), [](std::uint64_t byte) {
    constexpr std::uint64_t log_header = 32;
    constexpr std::uint64_t frame_header = 24;
    return byte < log_header || (byte - log_header) % (frame_header + page_bytes) < frame_header;
  });
  EXPECT_GT(seen_.found, seen_.harmless);
}

TEST_F(Rot, OfTheDatabaseIsHarmlessOrFound) {
  const Script script = short_script();
  ASSERT_FALSE(world_.run(script).error);
  ASSERT_EQ(world_.disk.size(world_.files.log().string()), 0u);
  flip_bits_of(world_.files.database().string(), 71, contents_after(script).back(),
               [](std::uint64_t byte) { return byte % page_bytes < page_header; });
  EXPECT_GT(seen_.found, test::tries(1000u));
}

// A page of SQLite's that says where others are: which of its bytes say anything.
struct InnerPage {
  std::uint64_t begins;
  std::vector<std::uint64_t> bytes;
};

std::vector<InnerPage> inner_pages(const std::vector<std::byte>& database) {
  constexpr auto inner_table_page = std::byte{0x05};
  const auto number = [&](std::uint64_t at) {
    return std::to_integer<std::uint64_t>(database[at]) << 8 |
           std::to_integer<std::uint64_t>(database[at + 1]);
  };
  std::vector<InnerPage> found;
  for (std::uint64_t page = page_bytes; page < database.size(); page += page_bytes) {
    if (database[page] != inner_table_page) continue;
    const std::uint64_t pointers_end = page + page_header + 2 * number(page + 3);
    const std::uint64_t cells_begin = page + number(page + 5);
    InnerPage inner{page, {}};
    for (std::uint64_t byte = page; byte < page + page_bytes; ++byte)
      if (byte < pointers_end || byte >= cells_begin) inner.bytes.push_back(byte);
    found.push_back(std::move(inner));
  }
  return found;
}

TEST_F(Rot, OfAPageThatSaysWhereOthersAreNeverLeadsToAnotherRecord) {
  Script script;
  for (std::uint64_t at = 1; at <= 40; ++at)
    script.push_back({.append = only(batch_at(at, 1, std::string(700, 'x') + std::to_string(at)))});
  script.push_back({.kind = Step::Kind::stop_and_open});
  ASSERT_FALSE(world_.run(script).error);
  const std::string file = world_.files.database().string();
  const Content expected = contents_after(script).back();
  const auto moment = world_.moment();
  const auto pages = inner_pages(world_.disk.content(file));
  ASSERT_FALSE(pages.empty());
  for (const InnerPage& page : pages)
    for (const std::uint64_t byte : page.bytes)
      for (std::uint64_t bit = 8 * byte; bit < 8 * byte + 8; bit += test::every) {
        flip(file, bit);
        if (const auto open = world_.open(); open && !open->opened.fenced)
          for (const JournalBatch& batch : expected.history)
            if (const auto found = open->ledger->read(batch.first); found && *found) {
              ASSERT_EQ(**found, batch) << "bit " << bit - 8 * page.begins << " of a page";
            }
        world_.return_to(moment);
      }
}

}  // namespace
}  // namespace holdfast::ledger
