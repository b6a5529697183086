#include "core/fingerprint.h"

#include <algorithm>
#include <array>
#include <boost/container/small_vector.hpp>
#include <charconv>
#include <map>

namespace holdfast {

namespace {

// Fields one after the other, each with its length, so that no two different requests read the same.
class Canonical {
 public:
  explicit Canonical(std::string_view operation) { add(operation); }

  Canonical& add(std::string_view text) {
    append(static_cast<std::int64_t>(text.size()), ':');
    append(text);
    return *this;
  }
  Canonical& add(std::int64_t number) {
    append(number, ';');
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
    return holdfast::digest({text_.data(), size_}, hash_seed);
  }

 private:
  static constexpr std::size_t digits_max = 20;  // of a number, with its sign

  // The next so many characters, to be written; size_ grows by as many as are.
  [[nodiscard]] char* room(std::size_t characters) {
    if (text_.size() - size_ < characters)
      text_.resize(2 * (size_ + characters), boost::container::default_init);
    return text_.data() + size_;
  }
  void append(std::int64_t number, char end) {
    char* const out = room(digits_max + 1);
    char* written = out;
    if (number >= 0 && number < 10)  // nearly all are lengths, and most of nothing
      *written++ = static_cast<char>('0' + number);
    else
      written = std::to_chars(out, out + digits_max, number).ptr;
    *written++ = end;
    size_ += static_cast<std::size_t>(written - out);
  }
  void append(std::string_view text) {
    text.copy(room(text.size()), text.size());
    size_ += text.size();
  }
  Canonical& add_in_order(const Few<Line>& lines) {
    add(static_cast<std::int64_t>(lines.size()));
    for (const Line& line : lines) add(line.sku).add(line.quantity.count());
    return *this;
  }

  static constexpr std::size_t enough = 256;
  boost::container::small_vector<char, enough> text_{enough, boost::container::default_init};
  std::size_t size_ = 0;  // of what is written of it
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
