#include "store/schema.h"

#include "text/toml_section.h"

namespace holdfast::store {
namespace {

void take(TomlSection& section, std::string_view key, std::string& name) {
  if (auto given = section.text(key)) name = *std::move(given);
}

// One that cannot be done without.
void take_needed(TomlSection& section, std::string_view key, std::string& name) {
  take(section, key, name);
  if (name.empty()) section.fault(key, "must not be empty");
}

void take_product(TomlSection section, Schema& schema) {
  take_needed(section, "table", schema.product.table);
  take_needed(section, "id", schema.product.id);
  take_needed(section, "sku", schema.product.sku);
  take(section, "inventory", schema.product.inventory);
  take(section, "available_here", schema.product.available_here);
  take(section, "available_everywhere", schema.product.available_everywhere);
  const auto means = section.text("inventory_means");
  if (means && *means != "left" && *means != "stock")
    section.fault("inventory_means", "left (it falls on sale) or stock (it never falls)");
  if (means) schema.product.means = *means == "left" ? InventoryMeans::left : InventoryMeans::stock;
  section.finish();
}

void take_row(TomlSection section, Schema& schema) {
  take_needed(section, "table", schema.row.table);
  take_needed(section, "id", schema.row.id);
  take(section, "customer", schema.row.customer);
  take_needed(section, "product", schema.row.product);
  take_needed(section, "status", schema.row.status);
  take(section, "quantity", schema.row.quantity);
  take(section, "reservation", schema.row.reservation);
  section.finish();
}

void take_status(TomlSection section, Schema& schema) {
  take_needed(section, "pending", schema.status.pending);
  take_needed(section, "purchased", schema.status.purchased);
  take(section, "returned", schema.status.returned);
  take(section, "released", schema.status.released);
  take(section, "expired", schema.status.expired);
  const auto& words = schema.status;
  const auto differs = [&](std::string_view key, const std::string& word) {
    if (word == words.pending) section.fault(key, "must not be the word for pending");
    if (word == words.purchased && key != "purchased")
      section.fault(key, "must not be the word for purchased");
  };
  differs("purchased", words.purchased);
  differs("returned", words.returned);
  differs("released", words.released);
  differs("expired", words.expired);
  section.finish();
}

void take_all(TomlSection section, Schema& schema) {
  if (auto product = section.section("product")) take_product(*product, schema);
  if (auto customer = section.section("customer")) {
    take(*customer, "table", schema.customer.table);
    take_needed(*customer, "id", schema.customer.id);
    customer->finish();
  }
  if (auto row = section.section("customer_product")) take_row(*row, schema);
  if (auto status = section.section("status")) take_status(*status, schema);
  section.finish();
}

}  // namespace

Result<Schema, std::vector<std::string>> read_schema(const std::string& file, std::string_view text) {
  TomlFaults faults(file);
  Schema schema;
  try {
    const toml::table table = toml::parse(text, file);
    take_all(TomlSection(table, "", faults), schema);
  } catch (const toml::parse_error& error) {
    return failure(std::vector{file + ":" + std::to_string(error.source().begin.line) + ": " +
                               std::string(error.description())});
  }
  if (!faults.none()) return failure(faults.told());
  return schema;
}

std::string sql_name(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) {
    if (c == '.')
      text += "\".\"";
    else
      text.append(c == '"' ? 2 : 1, c);
  }
  return text + '"';
}

}  // namespace holdfast::store
