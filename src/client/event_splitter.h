// EventSplitter: from the bytes of a text/event-stream to its events (WHATWG HTML, 9.2.6), however they are
// cut. Comments, and fields that nobody asks for, are passed over.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "holdfast/client.h"

namespace holdfast {

class EventSplitter {
 public:
  // Every event that is whole now, in order, for as long as the callback says true; false: it said false.
  [[nodiscard]] bool feed(std::string_view bytes, const std::function<bool(const StreamEvent&)>& on_event);

 private:
  void take_line(std::string_view line);
  [[nodiscard]] bool dispatch(const std::function<bool(const StreamEvent&)>& on_event);

  std::string line_;  // what there is of it
  StreamEvent event_;
  bool has_data_ = false;
};

}  // namespace holdfast
