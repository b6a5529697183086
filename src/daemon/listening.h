// The addresses that a daemon listens on, and what it says of one that it cannot have.
#pragma once

#include <boost/system/error_code.hpp>
#include <optional>

#include "daemon/config.h"
#include "daemon/open_ledger.h"

namespace holdfast {

[[nodiscard]] StartFailure cannot_listen(const boost::system::error_code& error, const Address& address);

// Takes all of them for a moment; or which one cannot be had.
[[nodiscard]] std::optional<StartFailure> try_to_listen(const Config& config);

}  // namespace holdfast
