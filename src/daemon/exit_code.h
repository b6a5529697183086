// What holdfastd's exit says, for whoever starts it.
#pragma once

namespace holdfast {

enum class ExitCode : int {
  stopped = 0,  // by SIGTERM or SIGINT
  failed = 1,   // while running
  usage = 2,    // command line or configuration
  address_in_use = 3,
  data_directory = 4,  // locked, of another region or cluster, or of a newer schema
  disk = 5,
};

}  // namespace holdfast
