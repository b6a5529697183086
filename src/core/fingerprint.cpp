#include "core/fingerprint.h"

#include <algorithm>
#include <array>
#include <boost/container/small_vector.hpp>
#include <charconv>
#include <map>

namespace holdfast {

namespace {

// Fields one after the other, each with its length, so that no two different requests read the same. Most
// are of few characters: what adds one is in line.
class Canonical {
 public:
  explicit Canonical(std::string_view operation) { add(operation); }
  Canonical(const Canonical&) = delete;
  Canonical& operator=(const Canonical&) = delete;

  [[gnu::always_inline]] Canonical& add(std::string_view text) {
    char* const out = write(room(number_max + text.size()), static_cast<std::int64_t>(text.size()), ':');
    next_ = out + text.copy(out, text.size());
    return *this;
  }
  [[gnu::always_inline]] Canonical& add(std::int64_t number) {
    next_ = write(room(number_max), number, ';');
    return *this;
  }
  // Lines of one SKU are one, and their order says nothing.
  Canonical& add(const Few<Line>& lines) {
    if (lines.size() == 1) return add_in_order(lines);
    Few<Line> sums = summed(lines);
    std::ranges::sort(sums, {}, &Line::sku);
    return add_in_order(sums);
  }
  [[nodiscard]] Digest digest(std::uint64_t hash_seed) const {
    return holdfast::digest({text_.data(), next_}, hash_seed);
  }

 private:
  static constexpr std::size_t number_max = 21;  // characters, with its sign and what ends it

  // The next so many characters, to be written.
  [[nodiscard]] char* room(std::size_t characters) {
    if (static_cast<std::size_t>(text_.data() + text_.size() - next_) < characters) enlarge(characters);
    return next_;
  }
  [[gnu::noinline]] void enlarge(std::size_t characters) {
    const auto size = static_cast<std::size_t>(next_ - text_.data());
    text_.resize(2 * (size + characters), boost::container::default_init);
    next_ = text_.data() + size;
  }
  // Returns where it ends.
  [[nodiscard]] static char* write(char* out, std::int64_t number, char end) {
    if (number >= 0 && number < 10)  // nearly all are lengths, and most of nothing
      *out++ = static_cast<char>('0' + number);
    else
      out = std::to_chars(out, out + number_max, number).ptr;
    *out++ = end;
    return out;
  }
  Canonical& add_in_order(const Few<Line>& lines) {
    add(static_cast<std::int64_t>(lines.size()));
    for (const Line& line : lines) add(line.sku).add(line.quantity.count());
    return *this;
  }

  static constexpr std::size_t enough = 256;
  boost::container::small_vector<char, enough> text_{enough, boost::container::default_init};
  char* next_ = text_.data();  // where what is written of it ends
};

}  // namespace

Digest fingerprint(const request::Reserve& request, std::uint64_t hash_seed) {
  return Canonical("reserve")
      .add(request.customer)
      .add(request.ttl.count())
      .add(std::int64_t{request.partial})
      .add(request.replaces)
      .add(request.lines)
      .digest(hash_seed);
}

Digest fingerprint(const request::Return& request, std::uint64_t hash_seed) {
  return Canonical("return").add(request.id).add(request.lines).digest(hash_seed);
}

Digest fingerprint(const request::Change& request, std::uint64_t hash_seed) {
  return Canonical("change").add(request.id).add(request.lines).digest(hash_seed);
}

Digest fingerprint(const request::Adjust& request, std::uint64_t hash_seed) {
  return Canonical("adjust")
      .add(request.sku)
      .add(request.delta.count())
      .add(request.reason)
      .add(request.region)
      .digest(hash_seed);
}

Digest fingerprint(const request::Count& request, std::uint64_t hash_seed) {
  return Canonical("count")
      .add(request.sku)
      .add(request.counted.count())
      .add(request.reason)
      .add(request.region)
      .digest(hash_seed);
}

Digest fingerprint(const request::Import& request, std::uint64_t hash_seed) {
  Canonical canonical("import");
  canonical.add(request.region);
  for (const request::ImportLine& line : request.lines)
    canonical.add(static_cast<std::int64_t>(line.line))
        .add(line.sku)
        .add(line.quantity.count())
        .add(line.fault);
  return canonical.digest(hash_seed);
}

Digest fingerprint(const request::MoveRights& request, std::uint64_t hash_seed) {
  return Canonical("move")
      .add(request.sku)
      .add(request.to)
      .add(request.region)
      .add(request.quantity.count())
      .digest(hash_seed);
}

Few<Line> summed(const Few<Line>& lines) {
  Few<Line> sums;
  std::map<std::string_view, std::size_t> places;
  for (const Line& line : lines) {
    const auto [place, is_new] = places.try_emplace(line.sku, sums.size());
    if (is_new)
      sums.push_back(line);
    else
      sums[place->second].quantity += line.quantity;
  }
  return sums;
}

std::string id_from_key(std::string_view key, std::uint64_t hash_seed) {
  std::array<char, 22> buffer;
  return "r-" + std::string(base62(digest(key, hash_seed ^ 0x7265736572766564), buffer));
}

}  // namespace holdfast
