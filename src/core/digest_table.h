// DigestTable: what is known of each of tens of millions of names, by their digests, by half of them, or by
// another hash.
//
// The first bits of a digest say in which page a name stands, its last bits where in the page: there, or in
// the next place that is free, so that one line of the cache tells what there is to tell. A page that is full
// is split in two, by one more bit (extendible hashing: Fagin, Nievergelt, Pippenger, Strong, TODS 1979). So
// no name that comes makes more than one page move, however many there are: a table that is copied from end
// to end when it grows stands still for seconds. Digests are random, so that all pages would be full at the
// same time: when one is, depends on its first bits. Pages are never joined again.
//
// A value that equals Value{} is none. Whoever knows that names will be asked for has their lines fetched
// beforehand (expect()). Threads: none.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "base/digest.h"
#include "base/large_pages.h"

namespace holdfast {

// What stands for a name in a table: random bits.
[[nodiscard]] constexpr std::uint64_t bits_of(const Digest& name) { return name.low; }
[[nodiscard]] constexpr std::uint64_t bits_of(std::uint64_t half) { return half; }

template <class Name, class Value>
class DigestTable {
 public:
  static constexpr std::size_t page_entries_max = 2048;  // what is moved at once, at the most

  [[nodiscard]] const Value* find(const Name& name) const;  // nullptr: it is not here
  // What is to be known of a name that may not be here yet: then it is none, and becomes something at once.
  [[nodiscard]] Value& at(const Name& name);
  void drop(const Name& name);  // one that is here
  [[nodiscard]] std::size_t size() const { return size_; }
  // In line, always: g++ takes a function that only fetches for one without effect, and drops calls of it.
  [[gnu::always_inline]] void expect(const Name& name) const {
    if (size_ == 0) return;
    __builtin_prefetch(entries_of(page_of(name)) + home(name));
  }

 private:
  struct Entry {
    Name name{};
    Value value{};
  };
  using Entries = std::vector<Entry, LargePages<Entry>>;
  using PageNumber = std::uint32_t;
  struct Page {
    std::uint32_t used = 0;
    unsigned bits = 0;  // of a digest: those that all that stand in it have in common
  };
  // So many that a chunk of them is large enough for large pages.
  static constexpr std::size_t pages_per_chunk =
      (large_page_bytes - 1) / (page_entries_max * sizeof(Entry)) + 1;
  // With how many of 64 places taken a page is full, by the first bits of what stands in it: from 3/4 to half
  // of that, in equal ratios, so that of a table that grows always some are, and never all.
  static constexpr std::uint8_t full_from[] = {48, 46, 44, 42, 40, 39, 37, 35,
                                               34, 33, 31, 30, 29, 27, 26, 25};

  [[nodiscard]] static bool is_free(const Entry& entry) { return entry.value == Value{}; }
  [[nodiscard]] std::size_t place_in_directory(const Name& name) const {
    return bits_of(name) >> (64 - bits_);
  }
  [[nodiscard]] PageNumber page_of(const Name& name) const { return directory_[place_in_directory(name)]; }
  [[nodiscard]] const Entry* entries_of(PageNumber page) const {
    return chunks_[page / pages_per_chunk].data() + page % pages_per_chunk * page_entries_;
  }
  [[nodiscard]] Entry* entries_of(PageNumber page) {
    return const_cast<Entry*>(std::as_const(*this).entries_of(page));
  }
  [[nodiscard]] std::size_t home(const Name& name) const { return bits_of(name) & (page_entries_ - 1); }
  [[nodiscard]] std::size_t after(std::size_t place) const { return (place + 1) & (page_entries_ - 1); }
  // Where in the page the name stands, or would.
  [[nodiscard]] std::size_t place_in(const Entry* entries, const Name& name) const;
  [[nodiscard]] bool is_full(PageNumber page, const Name& name) const {
    return pages_[page].used * 64 >= page_entries_ * full_from[bits_of(name) >> 60];
  }
  Entry& put(PageNumber page, const Name& name);
  [[gnu::noinline]] PageNumber make_room(const Name& name);
  void enlarge();
  void split(const Name& name);
  [[nodiscard]] std::uint32_t share(Entry* entries, Entry* other, std::uint64_t bit);
  [[nodiscard]] PageNumber add_page();

  std::size_t page_entries_ = 0;  // of each page: a power of two; less than most while there is one page only
  unsigned bits_ = 1;             // of a digest that say its place in the directory
  std::vector<PageNumber> directory_{0, 0};
  std::vector<Page> pages_ = std::vector<Page>(1);
  std::vector<Entries> chunks_ = std::vector<Entries>(1);
  std::size_t size_ = 0;
};

template <class Name, class Value>
std::size_t DigestTable<Name, Value>::place_in(const Entry* entries, const Name& name) const {
  std::size_t place = home(name);
  while (!is_free(entries[place]) && entries[place].name != name) place = after(place);
  return place;
}

template <class Name, class Value>
const Value* DigestTable<Name, Value>::find(const Name& name) const {
  if (size_ == 0) return nullptr;
  const Entry* entries = entries_of(page_of(name));
  const Entry& entry = entries[place_in(entries, name)];
  return is_free(entry) ? nullptr : &entry.value;
}

template <class Name, class Value>
Value& DigestTable<Name, Value>::at(const Name& name) {
  const PageNumber page = page_of(name);
  return put(is_full(page, name) ? make_room(name) : page, name).value;
}

// There is room for it.
template <class Name, class Value>
typename DigestTable<Name, Value>::Entry& DigestTable<Name, Value>::put(PageNumber page, const Name& name) {
  Entry* entries = entries_of(page);
  Entry& entry = entries[place_in(entries, name)];
  if (is_free(entry)) {
    entry.name = name;
    ++pages_[page].used;
    ++size_;
  }
  return entry;
}

// Those behind it move up, as far as they want to stand there.
template <class Name, class Value>
void DigestTable<Name, Value>::drop(const Name& name) {
  HF_ASSERT(size_ > 0);
  const PageNumber page = page_of(name);
  Entry* entries = entries_of(page);
  std::size_t gap = place_in(entries, name);
  HF_ASSERT(!is_free(entries[gap]));
  const std::size_t mask = page_entries_ - 1;
  for (std::size_t next = after(gap); !is_free(entries[next]); next = after(next)) {
    const std::size_t from_home = (next - home(entries[next].name)) & mask;
    if (from_home < ((next - gap) & mask)) continue;
    entries[gap] = entries[next];
    gap = next;
  }
  entries[gap].value = Value{};
  --pages_[page].used;
  --size_;
}

// In the page that the name belongs to, which may be another then.
template <class Name, class Value>
typename DigestTable<Name, Value>::PageNumber DigestTable<Name, Value>::make_room(const Name& name) {
  PageNumber page = page_of(name);
  for (; is_full(page, name); page = page_of(name)) {
    if (page_entries_ < page_entries_max)
      enlarge();
    else
      split(name);
  }
  return page;
}

// The only page.
template <class Name, class Value>
void DigestTable<Name, Value>::enlarge() {
  constexpr std::size_t entries_min = 16;
  page_entries_ = std::max(entries_min, page_entries_ * 2);
  const Entries all = std::exchange(chunks_[0], Entries(page_entries_));
  pages_[0].used = 0;
  size_ = 0;
  for (const Entry& entry : all)
    if (!is_free(entry)) put(page_of(entry.name), entry.name) = entry;
}

// The page that the name belongs to, in two: what has a bit more that is 1 goes to the new one.
template <class Name, class Value>
void DigestTable<Name, Value>::split(const Name& name) {
  const PageNumber page = page_of(name);
  if (pages_[page].bits == bits_) {
    ++bits_;
    HF_ASSERT(bits_ <= 32);  // digests are random: this would be more of them than can be
    std::vector<PageNumber> wider(directory_.size() * 2);
    for (std::size_t place = 0; place < wider.size(); ++place) wider[place] = directory_[place / 2];
    directory_ = std::move(wider);
  }
  const PageNumber other = add_page();
  const std::size_t places = directory_.size() >> pages_[page].bits;
  const auto first =
      directory_.begin() + static_cast<std::ptrdiff_t>(place_in_directory(name) / places * places);
  std::fill(first + static_cast<std::ptrdiff_t>(places / 2), first + static_cast<std::ptrdiff_t>(places),
            other);
  pages_[other].bits = ++pages_[page].bits;
  const std::uint32_t moved =
      share(entries_of(page), entries_of(other), std::uint64_t{1} << (64 - pages_[page].bits));
  pages_[page].used -= moved;
  pages_[other].used = moved;
}

// What has the bit goes to the other page, which is empty; what has not moves up to where that made room.
// From a free place on, so that whatever wants to stand before another comes before it. How many went.
template <class Name, class Value>
std::uint32_t DigestTable<Name, Value>::share(Entry* entries, Entry* other, std::uint64_t bit) {
  std::size_t place = 0;
  while (!is_free(entries[place])) ++place;
  std::uint32_t went = 0;
  for (std::size_t left = page_entries_; --left > 0;) {
    place = after(place);
    if (is_free(entries[place])) continue;
    const Entry entry = entries[place];
    const bool goes = (bits_of(entry.name) & bit) != 0;
    if (!goes && home(entry.name) == place) continue;
    entries[place].value = Value{};
    Entry* const to = goes ? other : entries;
    to[place_in(to, entry.name)] = entry;
    went += goes;
  }
  return went;
}

template <class Name, class Value>
typename DigestTable<Name, Value>::PageNumber DigestTable<Name, Value>::add_page() {
  const auto number = static_cast<PageNumber>(pages_.size());
  pages_.emplace_back();
  if (number % pages_per_chunk == 0) chunks_.emplace_back();
  Entries& chunk = chunks_.back();
  chunk.reserve(pages_per_chunk * page_entries_);  // what is not used yet is not touched
  chunk.resize(chunk.size() + page_entries_);
  return number;
}

}  // namespace holdfast
