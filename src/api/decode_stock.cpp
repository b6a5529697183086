#include "api/decode.h"
#include "api/import_text.h"
#include "api/pointer.h"
#include "api/sku_cursor.h"

namespace holdfast::api {

request::Adjust adjust_members(Members& body) {
  request::Adjust adjust;
  adjust.delta = Units(body.integer("delta"));
  adjust.reason = body.text("reason");
  adjust.region = body.text_or_none("region");
  return adjust;
}

Request decode_get_sku(Parts& parts) { return request::GetSku{parts.path[0]}; }

Request decode_list_skus(Parts& parts) {
  request::ListSkus list;
  list.limit = parts.query.limit();
  list.after = read_sku_cursor(parts.query.cursor_or_none("after"));
  return list;
}

Request decode_availability(Parts& parts) {
  request::GetAvailability get;
  const auto array = parts.body.array("skus");
  if (!array) return get;
  for (auto sku = array->first(); sku != array->past() && get.skus.size() <= limits::availability_skus_max;
       sku = sku.next()) {
    const bool is_text = sku.kind() == JsonKind::string;
    if (!is_text) {
      std::string pointer = "/skus";
      append_index(pointer, get.skus.size());
      parts.errors.push_back({std::move(pointer), "must be a string"});
    }
    get.skus.emplace_back(is_text ? sku.string() : std::string_view());
  }
  return get;
}

Request decode_adjust(Parts& parts) {
  request::Adjust adjust = adjust_members(parts.body);
  adjust.wait = Millis(parts.body.integer_or("wait_ms", 0));
  adjust.sku = parts.path[0];
  return adjust;
}

Request decode_count(Parts& parts) {
  request::Count count;
  count.sku = parts.path[0];
  count.counted = Units(parts.body.integer("counted"));
  count.reason = parts.body.text("reason");
  count.region = parts.body.text_or_none("region");
  return count;
}

Request decode_import(Parts& parts) {
  request::Import import;
  import.region = parts.query.text_or_none("region");
  import.lines =
      parts.media_type == MediaType::csv ? read_csv(parts.raw, parts.errors) : read_ndjson(parts.raw);
  order_lines(import);
  return import;
}

Request decode_move(Parts& parts) {
  request::MoveRights move;
  move.sku = parts.body.text("sku");
  move.to = parts.body.text("to");
  move.quantity = Units(parts.body.integer("quantity"));
  move.region = parts.body.text_or_none("region");
  return move;
}

Request decode_audit(Parts&) { return request::Audit{}; }

Request decode_audit_sku(Parts& parts) { return request::Audit{parts.path[0]}; }

Request decode_status(Parts&) { return request::GetStatus{}; }

Request decode_rights(Parts& parts) {
  request::GetRights rights;
  rights.sku = parts.query.text_or_none("sku");
  const bool runs_dry = parts.query.word_or_none("sort", {"sku", "runs_dry"}).value_or(0) == 1;
  rights.sort = runs_dry ? request::RightsOrder::runs_dry : request::RightsOrder::sku;
  rights.limit = parts.query.limit();
  rights.after = read_sku_cursor(parts.query.cursor_or_none("after"));
  return rights;
}

}  // namespace holdfast::api
