// The machine that this process runs on, as far as the marks care.
#pragma once

#include <filesystem>
#include <string>

namespace holdfast::ledger {

// /etc/machine-id, else /var/lib/dbus/machine-id, else empty.
[[nodiscard]] std::string machine_id();

// The first of /run/holdfast and $XDG_RUNTIME_DIR/holdfast that is there or can be made, and can be written;
// /run/holdfast if none.
[[nodiscard]] std::filesystem::path run_directory();

}  // namespace holdfast::ledger
