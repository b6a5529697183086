// DigestTable: what is known of each of tens of millions of names, by their digests.
//
// The first bits of a digest say in which page a name stands, its last bits where in the page: there, or in
// the next place that is free, so that one line of the cache tells what there is to tell. A page that is full
// is split in two, by one more bit (extendible hashing: Fagin, Nievergelt, Pippenger, Strong, TODS 1979). So
// no name that comes makes more than one page move, however many there are: a table that is copied from end
// to end when it grows stands still for seconds. Pages are never joined again.
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

template <class Value>
class DigestTable {
 public:
  static constexpr std::size_t page_entries_max = 2048;  // what is moved at once, at the most

  [[nodiscard]] const Value* find(const Digest& name) const;  // nullptr: it is not here
  // What is to be known of a name that may not be here yet: then it is none, and becomes something at once.
  [[nodiscard]] Value& at(const Digest& name);
  void drop(const Digest& name);  // one that is here
  [[nodiscard]] std::size_t size() const { return size_; }
  // In line, always: g++ takes a function that only fetches for one without effect, and drops calls of it.
  [[gnu::always_inline]] void expect(const Digest& name) const {
    if (size_ == 0) return;
    const Entry* const entry = entries_of(page_of(name)) + home(name);
    __builtin_prefetch(entry);
    __builtin_prefetch(entry + 2);  // where it does not end in the same line, or is the neighbour of others
  }

 private:
  struct Entry {
    Digest name;
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
      LargePages<Entry>::page_bytes / (page_entries_max * sizeof(Entry)) + 1;

  [[nodiscard]] static bool is_free(const Entry& entry) { return entry.value == Value{}; }
  [[nodiscard]] std::size_t place_in_directory(const Digest& name) const { return name.low >> (64 - bits_); }
  [[nodiscard]] PageNumber page_of(const Digest& name) const { return directory_[place_in_directory(name)]; }
  [[nodiscard]] const Entry* entries_of(PageNumber page) const {
    return chunks_[page / pages_per_chunk].data() + page % pages_per_chunk * page_entries_;
  }
  [[nodiscard]] Entry* entries_of(PageNumber page) {
    return const_cast<Entry*>(std::as_const(*this).entries_of(page));
  }
  [[nodiscard]] std::size_t home(const Digest& name) const { return name.low & (page_entries_ - 1); }
  [[nodiscard]] std::size_t after(std::size_t place) const { return (place + 1) & (page_entries_ - 1); }
  // Where in the page the name stands, or would.
  [[nodiscard]] std::size_t place_in(const Entry* entries, const Digest& name) const;
  [[nodiscard]] bool is_full(PageNumber page) const { return pages_[page].used * 4 >= page_entries_ * 3; }
  Entry& put(const Digest& name);
  void make_room(const Digest& name);
  void enlarge();
  void split(const Digest& name);
  [[nodiscard]] PageNumber add_page();

  std::size_t page_entries_ = 0;  // of each page: a power of two; less than most while there is one page only
  unsigned bits_ = 1;             // of a digest that say its place in the directory
  std::vector<PageNumber> directory_{0, 0};
  std::vector<Page> pages_ = std::vector<Page>(1);
  std::vector<Entries> chunks_ = std::vector<Entries>(1);
  std::size_t size_ = 0;
};

template <class Value>
std::size_t DigestTable<Value>::place_in(const Entry* entries, const Digest& name) const {
  std::size_t place = home(name);
  while (!is_free(entries[place]) && entries[place].name != name) place = after(place);
  return place;
}

template <class Value>
const Value* DigestTable<Value>::find(const Digest& name) const {
  if (size_ == 0) return nullptr;
  const Entry* entries = entries_of(page_of(name));
  const Entry& entry = entries[place_in(entries, name)];
  return is_free(entry) ? nullptr : &entry.value;
}

template <class Value>
Value& DigestTable<Value>::at(const Digest& name) {
  while (is_full(page_of(name))) make_room(name);
  return put(name).value;
}

// There is room for it.
template <class Value>
typename DigestTable<Value>::Entry& DigestTable<Value>::put(const Digest& name) {
  const PageNumber page = page_of(name);
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
template <class Value>
void DigestTable<Value>::drop(const Digest& name) {
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

template <class Value>
void DigestTable<Value>::make_room(const Digest& name) {
  if (page_entries_ < page_entries_max)
    enlarge();
  else
    split(name);
}

// The only page.
template <class Value>
void DigestTable<Value>::enlarge() {
  constexpr std::size_t entries_min = 16;
  page_entries_ = std::max(entries_min, page_entries_ * 2);
  const Entries all = std::exchange(chunks_[0], Entries(page_entries_));
  pages_[0].used = 0;
  size_ = 0;
  for (const Entry& entry : all)
    if (!is_free(entry)) put(entry.name) = entry;
}

// The page that the name belongs to, in two: what has a bit more that is 1 goes to the new one.
template <class Value>
void DigestTable<Value>::split(const Digest& name) {
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
  Entry* entries = entries_of(page);
  const std::vector<Entry> all(entries, entries + page_entries_);
  std::fill(entries, entries + page_entries_, Entry{});
  size_ -= std::exchange(pages_[page].used, 0);
  for (const Entry& entry : all)
    if (!is_free(entry)) put(entry.name) = entry;
}

template <class Value>
typename DigestTable<Value>::PageNumber DigestTable<Value>::add_page() {
  const auto number = static_cast<PageNumber>(pages_.size());
  pages_.emplace_back();
  if (number % pages_per_chunk == 0) chunks_.emplace_back();
  Entries& chunk = chunks_.back();
  chunk.reserve(pages_per_chunk * page_entries_);  // what is not used yet is not touched
  chunk.resize(chunk.size() + page_entries_);
  return number;
}

}  // namespace holdfast
