// What a shop asks of its region, and what becomes of it: plain values, the same over every transport.
//
//   const std::vector<holdfast::Operation> basket{
//       holdfast::operation::Reserve{.id = "cart-1", .items = {{"85123A", 6}}}};
//
// Ids and keys are made by the caller, so that whatever got no answer is asked again, and happens once. The
// meaning of each is that of the HTTP API. Nothing is checked here: what is wrong with one, its outcome says.
// C++20, no other headers needed.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace holdfast {

struct Item {
  std::string sku;
  std::int64_t quantity = 1;
};

// An empty text stands for none; durations are whole seconds, but for waits.
namespace operation {

struct Reserve {
  std::string id;
  std::vector<Item> items;
  std::chrono::seconds ttl{600};
  // For units to arrive; only of an operation that is sent alone. Only what is `insufficient_here` waits:
  // units in other baskets (`all_reserved`) are not waited for.
  std::chrono::milliseconds wait{0};
  bool partial = false;
  std::string customer = {};
  std::string replaces = {};
};
struct Purchase {
  std::string id;
  std::string order = {};
  bool fail_if_expired = false;  // else its units are taken again, if they can be
};
struct Release {
  std::string id;
};
struct Extend {
  std::string id;
  std::chrono::seconds ttl{600};
};
struct Change {
  std::string id;
  std::vector<Item> items;  // the whole new list
};
struct GiveBack {  // goods of a purchase came back
  std::string id;
  std::string key;
  std::vector<Item> items = {};  // empty: all that has not come back yet
};
struct Adjust {  // stock came in (+), or is lost (-)
  std::string sku;
  std::int64_t delta = 0;
  std::string reason;
  std::string key;
  std::string region = {};  // whom it is meant for
};

}  // namespace operation

using Operation = std::variant<operation::Reserve, operation::Purchase, operation::Release, operation::Extend,
                               operation::Change, operation::GiveBack, operation::Adjust>;

// The API's words, to switch over. `other` is a word that this library does not know: a fault of the caller's
// that no shopper can do anything about ("malformed_json"), or of a daemon that is newer.
enum class Code : std::uint8_t {
  done,
  // shortages: the first two may end soon, the next may be none, and the last are as they are
  insufficient_here,
  all_reserved,
  rights_unreachable,
  not_enough,
  sold_out,
  // the request and what it names
  reservation_unknown,
  sku_unknown,
  validation_failed,
  idempotency_mismatch,
  wrong_region,
  already_purchased,
  already_released,
  reservation_expired,
  reservation_pending,
  // this daemon, for now
  overloaded,
  starting,
  draining,
  disk_full,
  fenced,
  request_timeout,
  outcome_unknown,  // it may have happened; ask again under the same id
  unreachable,      // of RetryingClient: nobody could be asked, nothing happened
  other,
};
[[nodiscard]] Code code_of(std::string_view word);  // empty: done

// What became of one operation.
struct Outcome {
  enum class State : std::uint8_t { none, pending, purchased, released, expired };

  std::string code;    // the API's word for why it was refused ("sold_out"); empty: it is done
  std::string detail;  // the same for people
  std::chrono::milliseconds retry_after{0};  // 0: nothing is said
  State state = State::none;                 // of the reservation, where it is about one
  bool created = false;                      // by this very operation
  bool replayed = false;                     // it had been done before
  std::chrono::milliseconds expires_in{0};   // 0 unless pending
  std::int64_t available_here = 0;           // of the SKU, after an adjustment

  [[nodiscard]] bool done() const { return code.empty(); }
  [[nodiscard]] Code kind() const { return code_of(code); }
};

}  // namespace holdfast
