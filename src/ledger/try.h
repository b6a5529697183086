// What failed below fails here, with the same reason: these leave the function early.
//
//   HF_TRY(connection.execute("BEGIN"));             a Result<void, E>
//   HF_LET(end, journal.end(base));                  a Result<T, E>; `end` is then a T&
#pragma once

#include <utility>

#include "base/result.h"

#define HF_TRY(expression) \
  if (auto hf_tried = (expression); !hf_tried) return failure(std::move(hf_tried).error())

#define HF_LET(name, expression)                                \
  auto name##_or = (expression);                                \
  if (!name##_or) return failure(std::move(name##_or).error()); \
  auto& name = *name##_or
