// Tracer: strace, attached to a running process, lets some of its system calls fail, hang or kill it.
//
// The words after "inject=" of strace(1): "fdatasync:error=EIO:when=3". Calls are counted for each thread,
// from the moment of attaching; the ledger's thread is the one that writes and syncs. Ends with this value.
#pragma once

#include <string>

#include "support/process.h"

namespace holdfast::e2e {

class Tracer {
 public:
  Tracer(pid_t process, const std::string& inject);
  ~Tracer();
  Tracer(const Tracer&) = delete;
  Tracer& operator=(const Tracer&) = delete;

  // False where processes may not be traced; a test must skip itself then.
  [[nodiscard]] bool attached();
  void end();  // the process goes on by itself
  [[nodiscard]] std::string said() const { return tracer_.log(); }

 private:
  TempDir dir_;
  Process tracer_;
};

}  // namespace holdfast::e2e
