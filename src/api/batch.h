// A batch: the operations of one body, each decoded and refused on its own.
//
// Pointers in an operation's errors start at the operation: its result is what the single call would have
// got.
#pragma once

#include <map>
#include <vector>

#include "api/intake.h"
#include "api/json_reader.h"
#include "api/members.h"

namespace holdfast::api {

inline constexpr std::size_t batch_faults_max = limits::batch_operations_max * json_faults_max;

// What is wrong with the JSON of single operations, by their index.
using OperationFaults = std::map<std::size_t, std::vector<FieldError>>;

// Takes them out of the faults of the whole text.
[[nodiscard]] OperationFaults take_operation_faults(JsonRead& read);

// Faults of the batch as a whole are noted by `body`. An operation with faults is refused for them.
[[nodiscard]] std::vector<Operation> read_batch(Members& body, OperationFaults faults,
                                                std::vector<FieldError>& errors);

}  // namespace holdfast::api
