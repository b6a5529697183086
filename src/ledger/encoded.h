// What a node wants written, as bytes. It only reads what it is given: for whatever thread has the time.
#pragma once

#include "core/codec.h"
#include "ledger/ledger.h"
#include "node/ports.h"

namespace holdfast::ledger {

[[nodiscard]] Append encoded(node::JournalAppend append, const Codec& codec);

}  // namespace holdfast::ledger
