#include "api/batch.h"

#include <array>
#include <charconv>
#include <optional>

#include "api/checked.h"
#include "api/problem.h"

namespace holdfast::api {
namespace {

template <class Kind>
Request with_id(Kind request, Members& members) {
  request.id = members.text("id");
  return request;
}

// With an id the client names it, without one the key does, as PUT and POST do.
Request reserve(Members& members) {
  request::Reserve reserve = reserve_members(members);
  reserve.id = members.text_or_none("id");
  return reserve;
}

Request purchase(Members& members) { return with_id(purchase_members(members), members); }
Request release(Members& members) { return with_id(request::Release{}, members); }
Request extend(Members& members) { return with_id(extend_members(members), members); }
Request change(Members& members) { return with_id(change_members(members), members); }
Request give_back(Members& members) { return with_id(return_members(members), members); }

Request adjust(Members& members) {
  request::Adjust adjust = adjust_members(members);
  adjust.sku = members.text("sku");
  return adjust;
}

struct Kind {
  std::string_view op;
  Request (*decode)(Members&);
  KeyRule key;
};

constexpr std::array kinds = {
    Kind{"reserve", reserve, KeyRule::none},     // but for those without an id
    Kind{"purchase", purchase, KeyRule::none},   //
    Kind{"release", release, KeyRule::none},     //
    Kind{"extend", extend, KeyRule::none},       //
    Kind{"change", change, KeyRule::none},       //
    Kind{"return", give_back, KeyRule::needed},  //
    Kind{"adjust", adjust, KeyRule::needed},
};

KeyRule key_rule(const Kind& kind, const Request& request) {
  const auto* reserve = std::get_if<request::Reserve>(&request);
  return reserve && reserve->id.empty() ? KeyRule::needed : kind.key;
}

void refuse_wait(Members& members) {
  if (members.has("wait_ms")) members.fault("wait_ms", "is not for batches: nothing in one waits");
}

Operation operation(Json::Value value) {
  std::vector<FieldError> errors;
  Members members(value, "", errors);
  const std::size_t op =
      members.word("op", {"reserve", "purchase", "release", "extend", "change", "return", "adjust"});
  // Without a known op nothing can be said of the other members.
  if (op >= kinds.size())
    return checked(request::GetStatus{}, std::move(errors), KeyRule::none, std::nullopt);
  const Kind& kind = kinds[op];
  Request request = kind.decode(members);
  const std::optional<std::string> key = members.text_or_none("idempotency_key");
  refuse_wait(members);
  members.done();
  const KeyRule rule = key_rule(kind, request);
  return checked(std::move(request), std::move(errors), rule, key);
}

Operation refused(std::vector<FieldError> faults) {
  if (faults.size() > json_faults_max) faults.resize(json_faults_max);
  return failure(validation_problem(std::move(faults)));
}

constexpr std::string_view operations_pointer = "/operations/";

// The index of the operation that the pointer leads into, which is taken off it.
std::optional<std::size_t> take_index(std::string& pointer) {
  if (!pointer.starts_with(operations_pointer)) return std::nullopt;
  const char* const end = pointer.data() + pointer.size();
  std::size_t index = 0;
  const auto [rest, error] = std::from_chars(pointer.data() + operations_pointer.size(), end, index);
  if (error != std::errc() || (rest != end && *rest != '/')) return std::nullopt;
  pointer.erase(0, static_cast<std::size_t>(rest - pointer.data()));
  return index;
}

}  // namespace

OperationFaults take_operation_faults(JsonRead& read) {
  OperationFaults taken;
  if (!read.told_all) return taken;
  std::erase_if(read.faults, [&](FieldError& fault) {
    const auto index = take_index(fault.pointer);
    if (index) taken[*index].push_back(std::move(fault));
    return index.has_value();
  });
  return taken;
}

std::vector<Operation> read_batch(Members& body, OperationFaults faults, std::vector<FieldError>& errors) {
  std::vector<Operation> operations;
  const auto array = body.array("operations");
  if (!array) return operations;
  for (auto value = array->first(); value != array->past(); value = value.next()) {
    if (operations.size() == limits::batch_operations_max) {
      errors.push_back({"/operations", "must be at most " + std::to_string(limits::batch_operations_max)});
      break;
    }
    const auto found = faults.find(operations.size());
    operations.push_back(found == faults.end() ? operation(value) : refused(std::move(found->second)));
  }
  return operations;
}

}  // namespace holdfast::api
