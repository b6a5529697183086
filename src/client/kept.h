// Kept: whether a connection that was kept can be used again.
#pragma once

namespace holdfast {

// Nothing is asked on it, so whatever there is to read, be it its end, means that it is over: what is sent on
// it now is lost, or what came is taken for the answer.
[[nodiscard]] bool is_over(int socket);

}  // namespace holdfast
