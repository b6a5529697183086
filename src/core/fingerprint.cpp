#include "core/fingerprint.h"

#include <algorithm>
#include <array>
#include <boost/container/small_vector.hpp>
#include <charconv>
#include <cstring>
#include <map>

namespace holdfast {

namespace {

// Fields one after the other, each with its length, so that no two different requests read the same. For each
// kind: how many characters it takes at the most, and where they end once they are written. Most are of few:
// what writes one is in line.
constexpr std::size_t number_max = 21;  // characters, with its sign and what ends it

std::size_t most(std::int64_t) { return number_max; }
std::size_t most(std::string_view text) { return number_max + text.size(); }
std::size_t most(const Line& line) { return most(line.sku) + number_max; }
std::size_t most(const Few<Line>& lines) {
  if (lines.size() == 1) return number_max + most(lines[0]);
  std::size_t characters = number_max;
  for (const Line& line : lines) characters += most(line);
  return characters;
}
std::size_t most(const request::ImportLine& line) {
  return number_max + most(line.sku) + number_max + most(line.fault);
}

inline char* write(char* out, std::int64_t number, char end = ';') {
  if (number >= 0 && number < 10)  // nearly all are lengths, and most of nothing
    *out++ = static_cast<char>('0' + number);
  else
    out = std::to_chars(out, out + number_max, number).ptr;
  *out++ = end;
  return out;
}
inline char* write(char* out, std::string_view text) {
  out = write(out, static_cast<std::int64_t>(text.size()), ':');
  return std::copy(text.begin(), text.end(), out);
}
inline char* write(char* out, const Line& line) { return write(write(out, line.sku), line.quantity.count()); }
// Lines of one SKU are one, and their order says nothing.
Few<Line> in_order(const Few<Line>& lines) {
  Few<Line> sums = summed(lines);
  std::ranges::sort(sums, {}, &Line::sku);
  return sums;
}
[[gnu::noinline]] char* write_summed(char* out, const Few<Line>& lines) {
  const Few<Line> sums = in_order(lines);
  out = write(out, static_cast<std::int64_t>(sums.size()));
  for (const Line& line : sums) out = write(out, line);
  return out;
}
inline char* write(char* out, const Few<Line>& lines) {
  return lines.size() == 1 ? write(write(out, std::int64_t{1}), lines[0]) : write_summed(out, lines);
}
char* write(char* out, const request::ImportLine& line) {
  out = write(write(out, static_cast<std::int64_t>(line.line)), line.sku);
  return write(write(out, line.quantity.count()), line.fault);
}

// Room for most requests.
using Text = boost::container::small_vector<char, 256>;

template <std::size_t size, class... Fields>
Digest digest_of(std::uint64_t hash_seed, const char (&operation)[size], const Fields&... fields) {
  Text text((most(operation) + ... + most(fields)), boost::container::default_init);
  char* out = write(text.data(), std::string_view(operation, size - 1));
  ((out = write(out, fields)), ...);
  return digest({text.data(), out}, hash_seed);
}

// Of more than is put together first.
template <class... Fields>
void add_fields(DigestOfParts& parts, const Fields&... fields) {
  Text text((most(fields) + ...), boost::container::default_init);
  char* out = text.data();
  ((out = write(out, fields)), ...);
  parts.add({text.data(), out});
}

// What a busy shop asks all day is written as it stands in memory: numbers of eight bytes, and texts after
// how long they are.
char* put(char* out, std::uint64_t number) {
  std::memcpy(out, &number, sizeof number);
  return out + sizeof number;
}
char* put(char* out, std::string_view text) {
  out = put(out, text.size());
  return std::copy(text.begin(), text.end(), out);
}

std::size_t most_put(const request::Reserve& request) {
  constexpr std::size_t number = sizeof(std::uint64_t);
  std::size_t bytes = 5 * number + request.customer.size() + request.replaces.size();
  for (const Line& line : request.lines) bytes += 2 * number + line.sku.size();
  return bytes;
}

// Of lines that are in order.
Digest digest_of_lines(const request::Reserve& request, const Few<Line>& lines, std::uint64_t hash_seed) {
  Text bytes(most_put(request), boost::container::default_init);
  char* out = put(bytes.data(), static_cast<std::uint64_t>(request.ttl.count()));
  out = put(out, lines.size());
  out = put(out, std::uint64_t{request.partial});
  out = put(put(out, request.customer), request.replaces);
  for (const Line& line : lines)
    out = put(put(out, static_cast<std::uint64_t>(line.quantity.count())), line.sku);
  return digest({bytes.data(), out}, hash_seed);
}

}  // namespace

Digest fingerprint(const request::Reserve& request, std::uint64_t hash_seed) {
  if (request.lines.size() == 1) return digest_of_lines(request, request.lines, hash_seed);
  return digest_of_lines(request, in_order(request.lines), hash_seed);
}

Digest fingerprint_in_words(const request::Reserve& request, std::uint64_t hash_seed) {
  return digest_of(hash_seed, "reserve", request.customer, request.ttl.count(), std::int64_t{request.partial},
                   request.replaces, request.lines);
}

Digest fingerprint(const request::Return& request, std::uint64_t hash_seed) {
  return digest_of(hash_seed, "return", request.id, request.lines);
}

Digest fingerprint(const request::Change& request, std::uint64_t hash_seed) {
  return digest_of(hash_seed, "change", request.id, request.lines);
}

Digest fingerprint(const request::Adjust& request, std::uint64_t hash_seed) {
  return digest_of(hash_seed, "adjust", request.sku, request.delta.count(), request.reason, request.region);
}

Digest fingerprint(const request::Count& request, std::uint64_t hash_seed) {
  return digest_of(hash_seed, "count", request.sku, request.counted.count(), request.reason, request.region);
}

Digest fingerprint(const request::Import& request, std::uint64_t hash_seed) {
  DigestOfParts parts(hash_seed);
  add_fields(parts, std::string_view("import"), request.region);
  for (const request::ImportLine& line : request.lines) add_fields(parts, line);
  return parts.digest();
}

Digest fingerprint(const request::MoveRights& request, std::uint64_t hash_seed) {
  return digest_of(hash_seed, "move", request.sku, request.to, request.region, request.quantity.count());
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
