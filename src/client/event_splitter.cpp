#include "client/event_splitter.h"

#include <utility>

namespace holdfast {

bool EventSplitter::feed(std::string_view bytes, const std::function<bool(const StreamEvent&)>& on_event) {
  for (std::size_t end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
    line_ += bytes.substr(0, end);
    bytes.remove_prefix(end + 1);
    if (line_.ends_with('\r')) line_.pop_back();
    const std::string line = std::exchange(line_, {});
    if (!line.empty())
      take_line(line);
    else if (!dispatch(on_event))
      return false;
  }
  line_ += bytes;
  return true;
}

// The id stays until another one comes; an event without data is none.
bool EventSplitter::dispatch(const std::function<bool(const StreamEvent&)>& on_event) {
  const StreamEvent event = event_;
  event_ = {event.id, {}, {}};
  return !std::exchange(has_data_, false) || on_event(event);
}

void EventSplitter::take_line(std::string_view line) {
  const std::size_t colon = line.find(':');
  const std::string_view field = line.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "id") event_.id = value;
  if (field == "event") event_.type = value;
  if (field != "data") return;
  if (std::exchange(has_data_, true)) event_.data += '\n';
  event_.data += value;
}

}  // namespace holdfast
