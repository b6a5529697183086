// What a node wants written, as bytes. It only reads what it is given: for whatever thread has the time.
#pragma once

#include "ledger/ledger.h"
#include "node/codec.h"
#include "node/ports.h"

namespace holdfast::ledger {

[[nodiscard]] Append encoded(node::JournalAppend append, const node::Codec& codec);

}  // namespace holdfast::ledger
