// Sender: one region's events to one receiver, as signed webhooks, each until it is taken, in order.
//
//   webhook-id: the event's cursor, the same however often it is sent     webhook-timestamp: when it was sent
//   webhook-signature: v1,...      {"type":"reservation.purchased","timestamp":"...","data":{...}}
//
// A receiver takes one by answering 2xx. Any other answer, or none, and it is sent again, after a while that
// grows; 410 means that it wants no more. While it does not take one, nothing behind it is sent, and the
// daemon keeps the rest in its journal. Sent at least once: a receiver that has seen an id passes it over.
// Threads: one.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>

#include "holdfast/client.h"
#include "webhook/cursor_file.h"
#include "webhook/signature.h"

namespace holdfast::webhook {

struct SendOptions {
  std::string endpoint;  // of the daemon
  std::string url;       // of the receiver: http://HOST[:PORT]/PATH, https://
  std::string cursor_file;
  std::string ca_file = {};     // of certificates to trust; empty: those of the system
  std::string name = {};        // as what the daemon tells of it
  bool from_beginning = false;  // where there is no cursor yet: of what is kept, not from now
  std::chrono::milliseconds retry_min{1'000}, retry_max{300'000};
};

class Sender {
 public:
  using Say = std::function<void(const std::string&)>;

  Sender(SendOptions options, Secret secret, Say say);

  // Until it is stopped: true; or false if it cannot ever go on, which has been said.
  [[nodiscard]] bool run(const std::atomic<bool>& stop);
  [[nodiscard]] std::int64_t sent() const { return sent_; }

 private:
  enum class End { stopped, again, hopeless };
  [[nodiscard]] bool read_cursor();
  [[nodiscard]] End send_once(const std::atomic<bool>& stop);
  void begin(const Response& head);
  [[nodiscard]] End end_of(const Answer& answer);
  // False: no more of this stream.
  [[nodiscard]] bool deliver(const StreamEvent& event, const std::atomic<bool>& stop);
  [[nodiscard]] Call webhook_of(const StreamEvent& event) const;
  [[nodiscard]] bool keep(const std::string& cursor);
  [[nodiscard]] Call stream() const;
  // So that the daemon can say how far behind the receiver is. Not at each event, and once more after the
  // last.
  void tell_position(std::chrono::milliseconds at_most_each);
  void pause(std::chrono::milliseconds time, const std::atomic<bool>& stop) const;

  SendOptions options_;
  Secret secret_;
  Say say_;
  CursorFile file_;
  std::optional<std::string> cursor_;  // as the file has it
  Client receiver_;
  std::string path_;
  std::optional<std::string> told_;  // as the daemon knows it, and since when
  std::chrono::steady_clock::time_point told_at_{};
  bool away_ = false;  // the daemon, which was said
  bool gone_ = false;  // the receiver wants no more, or the cursor cannot be kept
  std::int64_t sent_ = 0;
};

// Why a text is no URL of a receiver, or one with a file of certificates that cannot be read; empty: all is
// well.
[[nodiscard]] std::string why_no_receiver(const std::string& url, const std::string& ca_file);

// What a receiver is called where nobody named it: its host and port, and four digits that tell it from
// others there. Paths and queries hold what only the two of them may know.
[[nodiscard]] std::string name_of_receiver(const std::string& url);

}  // namespace holdfast::webhook
