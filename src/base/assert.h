// HF_ASSERT: a broken promise of our own code ends the process, in release builds too.
//
// Memory that breaks an invariant must not reach a shopper or a peer: what is durable is sound, and a restart
// recovers from it. One condition each, so that the line printed says which promise broke. Never for input
// from outside: that is refused (base/result.h).
#pragma once

namespace holdfast {

[[noreturn, gnu::cold, gnu::noinline]] void assertion_failed(const char* condition, const char* file,
                                                             int line);

}  // namespace holdfast

#define HF_ASSERT(condition)                                        \
  do {                                                              \
    if (!(condition)) [[unlikely]]                                  \
      ::holdfast::assertion_failed(#condition, __FILE__, __LINE__); \
  } while (false)
