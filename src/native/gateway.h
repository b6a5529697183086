// Gateway: between calls of the native protocol and the core, without sockets. It holds the calls that wait
// for answers.
//
//   take() --not a call--> the connection ends
//          --a call-----> answer() for each operation --> settled
//                         tick(), past the deadline   --> settled: outcome_unknown for what changes state
//                         abandon()                   --> nothing, and what waited ends
//
// Each call that is taken and not abandoned is settled exactly once, possibly from within take(). What the
// daemon cannot do now (starting, draining, fenced, a full disk, overload) the node and the core refuse
// themselves, an operation at a time. Owner: the daemon. Threads: the loop's.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "native/desk.h"
#include "native/slots.h"
#include "wire/native_codec.h"

namespace holdfast::native {

// Names a connection. Given by the server; never used twice in a boot.
using ConnectionId = std::uint64_t;

// How long the core may take beyond what an operation waits for.
inline constexpr Millis answer_grace{10'000};

// How a call came: `late` is one that had to wait for long before it was read, as all behind it had. Of such
// a one nothing new is begun, so that the next is read soon: it may finish something.
enum class Arrival { prompt, late };

// Tokens of the native side, so that an answer finds its way: its highest bit, the call, the operation.
[[nodiscard]] constexpr bool is_native(RequestToken token) { return token.value() >> 63 != 0; }

class Gateway final : public node::ShopsPort {
 public:
  // Encoded answers of one call, with a frame around them.
  using Settled = std::function<void(ConnectionId, std::size_t operations, BytesView frame)>;

  explicit Gateway(Desk desk) : desk_(std::move(desk)) {}

  void on_settled(Settled settled) { settled_ = std::move(settled); }

  // The payload of a frame. How many operations it asks for; or why it is no call, in one line.
  [[nodiscard]] Result<std::size_t, std::string> take(ConnectionId connection, BytesView payload,
                                                      Arrival arrival = Arrival::prompt);
  // After one or more of those that came together: what they ask for is decided, and is written together.
  void go_on();

  // The client is gone: what waits for units ends, and what cannot be undone is no longer listened to.
  void abandon(ConnectionId connection);

  void tick();  // several times a second: deadlines
  // Attempts to reserve of calls that were settled since the last time: their answers go out now.
  void count_answered();
  void answer(RequestToken token, const Answer& answer) override;
  void answer_briefly(RequestToken token, const answer::BriefReservation& brief) override;

  [[nodiscard]] std::size_t calls_open() const { return open_.size(); }

 private:
  struct Progress {
    bool reserves = false;
    bool changes = false;
    bool settled = false;
  };
  struct Open {
    std::uint64_t arrived = 0;  // as which of all
    ConnectionId connection = 0;
    std::uint64_t number = 0;  // the caller's
    bool brief = false;
    bool waits = false;  // for units
    std::size_t unanswered = 0;
    std::int64_t began_us = 0;
    std::int64_t deadline_us = 0;
    Attempts attempts;  // that the core has answered
    Few<wire::NativeResult> results;
    Few<Progress> progress;  // as results
  };
  using CallNumber = Slots<Open>::Number;
  struct Answered {
    std::int64_t began_us = 0;
    Attempts attempts;
  };
  // Calls of fewer operations than this, of which so many are on their way from memory while as many are
  // decided. Their lists keep their memory.
  static constexpr std::size_t small = 16;
  struct SmallCalls {
    std::vector<node::InOrder> all = std::vector<node::InOrder>(small);
    std::size_t count = 0;
  };

  [[nodiscard]] CallNumber open(ConnectionId connection, const wire::NativeCall& call);
  void submit(CallNumber number, node::InOrder& operations, Arrival arrival);
  void refuse(ConnectionId connection, const wire::NewReservations& call);
  void keep_ahead(node::InOrder& operations);
  void bring_on();
  template <class Told>
  void take_answer(RequestToken token, const Told& told);
  void settle(CallNumber number, Open& open, std::size_t operation, const Answer& answer);
  void settle(CallNumber number, Open& open, std::size_t operation, const answer::BriefReservation& brief);
  void finish(CallNumber number);
  void note_answered(const Open& open);
  void cancel_unanswered(CallNumber number, const Open& open);
  void give_up(CallNumber number);
  template <class Is>
  [[nodiscard]] std::vector<CallNumber> find_all(const Is& is) const;

  Desk desk_;
  Settled settled_;
  Slots<Open> open_;
  std::uint64_t arrived_ = 0;
  wire::NativeCall call_;  // that is being taken: its memory is used again
  SmallCalls coming_;
  SmallCalls expected_;             // that came before those: what memory has to bring for them is on its way
  std::vector<Answered> answered_;  // not counted yet: one for calls in a row that came together
  Bytes frame_;
  bool submitted_ = false;                // something, and it has not gone on yet
  std::optional<std::int64_t> began_us_;  // of calls that came together
};

}  // namespace holdfast::native
