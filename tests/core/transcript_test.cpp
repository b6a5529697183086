// Transcripts: tests/scenarios/*.txt, which anyone can read. Each block is commands, "----", and what came of
// them. With HOLDFAST_REGENERATE=1 the files are written anew, to be reviewed as a diff.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "support/paths.h"
#include "support/shop.h"

namespace holdfast::test {
namespace {

using Words = std::vector<std::string>;

std::int64_t number(const std::string& text) { return std::stoll(text); }

// "90s", "10m"
Millis duration(const std::string& text) {
  return Millis(number(text) * (text.back() == 'm' ? 60'000 : 1'000));
}

std::string shown(Millis time) {
  const std::int64_t s = time.count() / 1000;
  return s >= 60 && s % 60 == 0 ? std::to_string(s / 60) + "m" : std::to_string(s) + "s";
}

std::string shown(const answer::ReservationView& view) {
  std::string text = view.id + " " + name(view.state);
  for (const answer::LineView& line : view.lines) {
    text += ", " + std::to_string(line.quantity.count()) + " of " + line.sku;
    if (line.returned > no_units) text += " (" + std::to_string(line.returned.count()) + " returned)";
  }
  if (view.expires_in) text += ", expires in " + shown(*view.expires_in);
  return text;
}

std::string shown(const Refusal& refusal) {
  std::string text = std::string("refused: ") + name(refusal.code);
  for (const ShortLine& line : refusal.shortage)
    text += " (" + line.sku + ": wanted " + std::to_string(line.requested.count()) + ", available " +
            std::to_string(line.available_here.count()) + ", elsewhere " +
            std::to_string(line.elsewhere_estimate.count()) + ")";
  if (refusal.reservation) text += " (" + shown(*refusal.reservation) + ")";
  return text;
}

std::string shown(const Answer& answer) {
  if (!answer) return shown(answer.error());
  if (const auto* reservation = std::get_if<answer::ReservationAnswer>(&*answer))
    return (reservation->replayed ? "repeat: " : "") + shown(reservation->reservation);
  if (const auto* adjusted = std::get_if<answer::Adjusted>(&*answer))
    return (adjusted->replayed ? "repeat: " : "") + adjusted->sku + " available " +
           std::to_string(adjusted->available_here.count());
  return said(answer);
}

// One region, told what to do by lines of text.
class Script {
 public:
  explicit Script(Peers peers) : shop_(std::move(peers)) {}

  std::string run(const std::string& line) {
    std::istringstream in(line);
    Words words;
    options_.clear();
    for (std::string word; in >> word;) {
      if (const auto equals = word.find('='); equals != std::string::npos)
        options_[word.substr(0, equals)] = word.substr(equals + 1);
      else
        words.push_back(word);
    }
    const std::size_t records = shop_.journal().size();
    std::string said = act(words);
    const std::size_t made = shop_.journal().size() - records;
    if (made > 0) said += "; " + std::to_string(made) + (made == 1 ? " record" : " records");
    for (auto it = waiting_.begin(); it != waiting_.end();) {
      const Answer* answer = shop_.answer_to(it->second);
      if (answer != nullptr) said += "\n  " + it->first + " waited: " + shown(*answer);
      it = answer != nullptr ? waiting_.erase(it) : std::next(it);
    }
    return said;
  }

 private:
  std::string act(const Words& words) {
    const std::string& verb = words.at(0);
    if (verb == "pass") return shop_.pass(duration(words.at(1))), "time passes";
    if (verb == "restart") return shop_.restart(), "started again";
    if (verb == "link") return shop_.link(words.at(1)), words.at(1) + " is up";
    if (verb == "hear") {
      const std::int64_t sent = options_.contains("sent") ? number(options_["sent"]) : 0;
      shop_.hear(words.at(1), {{words.at(2), number(words.at(3)), sent}});
      return words.at(2) + " available " + std::to_string(shop_.available(words.at(2)));
    }
    if (verb == "show")
      return words.at(1) + " rights " + std::to_string(shop_.rights(words.at(1))) + ", available " +
             std::to_string(shop_.available(words.at(1)));
    const RequestToken token = shop_.submit(request(words));
    if (const Answer* answer = shop_.answer_to(token)) return shown(*answer);
    waiting_.emplace_back(words.at(1), token);
    return "waits";
  }

  Request request(const Words& words) {
    const std::string& verb = words.at(0);
    if (verb == "reserve") {
      auto reserve = test::reserve(words.at(1), lines_from(words, 2));
      if (options_.contains("ttl")) reserve.ttl = duration(options_["ttl"]);
      if (options_.contains("wait")) reserve.wait = duration(options_["wait"]);
      reserve.replaces = options_["replaces"];
      return reserve;
    }
    if (verb == "purchase")
      return request::Purchase{
          words.at(1), options_["order"],
          options_["if_expired"] == "fail" ? request::IfExpired::fail : request::IfExpired::reacquire};
    if (verb == "release") return request::Release{words.at(1)};
    if (verb == "get") return request::GetReservation{words.at(1)};
    if (verb == "extend") return request::Extend{words.at(1), duration(words.at(2))};
    if (verb == "change") return request::Change{words.at(1), lines(lines_from(words, 2))};
    if (verb == "return") return request::Return{words.at(1), options_["key"], lines(lines_from(words, 2))};
    if (verb == "receive") {
      const std::string key = options_.contains("key") ? options_["key"] : "k" + std::to_string(++keys_);
      return request::Adjust{
          .sku = words.at(1), .key = key, .delta = Units(number(words.at(2))), .reason = "test"};
    }
    throw std::invalid_argument("no such command: " + verb);
  }

  static Lines lines_from(const Words& words, std::size_t first) {
    Lines found;
    for (std::size_t i = first; i + 1 < words.size(); i += 2)
      found.emplace_back(words[i], number(words[i + 1]));
    return found;
  }

  Shop shop_;
  std::map<std::string, std::string> options_;
  std::vector<std::pair<std::string, RequestToken>> waiting_;
  int keys_ = 0;
};

// The file as it would be if it were written now. "peers us" in the first line of a file configures them.
std::string replay(std::istream& file) {
  std::string written;
  std::optional<Script> script;
  bool in_results = false;
  std::string results;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("#") || (line.empty() && !in_results)) {
      written += line + "\n";
    } else if (line.empty()) {
      in_results = false;
      written += "\n";
    } else if (line == "----") {
      in_results = true;
      written += line + "\n" + std::exchange(results, {});
    } else if (!in_results) {
      written += line + "\n";
      if (!script) script.emplace(line.starts_with("peers ") ? Peers{line.substr(6)} : Peers{});
      results += line.starts_with("peers ") ? "configured\n" : script->run(line) + "\n";
    }
  }
  return written;
}

std::string text_in(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Transcripts, are_as_they_were_reviewed) {
  int transcripts = 0;
  for (const auto& entry : std::filesystem::directory_iterator(source_dir() + "/tests/scenarios")) {
    if (entry.path().extension() != ".txt") continue;
    ++transcripts;
    const std::string reviewed = text_in(entry.path());
    std::istringstream file(reviewed);
    const std::string now = replay(file);
    if (std::getenv("HOLDFAST_REGENERATE") != nullptr)
      std::ofstream(entry.path()) << now;
    else
      EXPECT_EQ(now, reviewed) << entry.path();
  }
  EXPECT_GE(transcripts, 4);
}

}  // namespace
}  // namespace holdfast::test
