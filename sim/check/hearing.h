// Hearing: when each region's node took something from each other one, what it was told then of third
// regions, and how far each said that it knows everyone's rows. From it follows which regions a node may
// count as up, which it must, and when it must know that it lacks rows.
//
// A node counts a region as up until it has heard nothing of it for a time, by its own clock. That never runs
// faster than time; that it stands still now and then the caller must know. What a node takes on a link
// counts if it ever says something there afterwards: then it had not closed it. Owner: the world.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/step.h"
#include "sim/stage.h"

namespace holdfast::sim {

class Hearing {
 public:
  Hearing(Stage& stage, std::vector<std::string> regions);

  void heard(std::size_t at, const Input& input);
  void said(std::size_t at, LinkId link, const Message& message);

  // From one moment to another: `longest` is the silence after which a region is cut off.
  struct Span {
    SimTime from;
    SimTime to;
    Micros longest;
  };
  // At `at`, `of` was up at no moment in between.
  [[nodiscard]] bool surely_cut(std::size_t at, std::size_t of, const Span& span) const;
  // At `at`, `of` was up all the time.
  [[nodiscard]] bool surely_up(std::size_t at, std::size_t of, const Span& span) const;
  // As far as `of`, which is surely up, said all the time that it knows everyone's rows; null: it is not
  // known.
  using Versions = std::vector<message::VersionVector::Entry>;
  [[nodiscard]] const Versions* stated(std::size_t at, std::size_t of, const Span& span) const;

 private:
  struct Beat {  // a sign of life
    SimTime at;
    LinkId link;
  };
  struct Word {  // at `at` it was known that the region lived at `of`, at most
    SimTime at;
    SimTime of;
  };
  struct Statement {
    SimTime at;
    LinkId link;
    Versions versions;
  };
  struct Heard {
    std::vector<Beat> beats;
    std::vector<Word> words;
    std::vector<Statement> statements;
  };
  struct Link {
    std::size_t peer = 0;
    SimTime spoken{};              // last, by this side
    message::Heartbeat in_full{};  // the last that was heard and said more than that an earlier one holds
  };

  void take(std::size_t at, LinkId id, Link& link, const Message& message);
  void take(std::size_t at, Link& link, const message::Heartbeat& beat);
  void note_alive(std::size_t at, std::size_t of, SimTime when);
  [[nodiscard]] const Beat* last_beat(const Heard& heard, SimTime before) const;
  [[nodiscard]] const Heard& of(std::size_t at, std::size_t other) const { return heard_[at][other]; }

  Stage& stage_;
  std::vector<std::string> regions_;
  std::vector<std::vector<Heard>> heard_;      // by hearer, and by whom it heard
  std::vector<std::map<LinkId, Link>> links_;  // by hearer
};

}  // namespace holdfast::sim
