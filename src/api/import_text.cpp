#include "api/import_text.h"

#include <charconv>
#include <optional>
#include <string>

#include "api/json_reader.h"
#include "api/members.h"

namespace holdfast::api {
namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

void skip_byte_order_mark(std::string_view& text) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
}

struct CsvRow {
  std::uint64_t line = 0;  // where it begins
  std::vector<std::string> fields;
  std::string fault;
  [[nodiscard]] bool is_empty() const { return fault.empty() && fields.size() == 1 && fields[0].empty(); }
};

// Takes one row after the other; a quoted field may hold commas, quotes (doubled) and line ends.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : rest_(text) {}

  std::optional<CsvRow> next() {
    if (rest_.empty()) return std::nullopt;
    CsvRow row{.line = line_, .fields = {}, .fault = {}};
    do {
      std::string field = rest_.starts_with('"') ? quoted(row) : plain();
      if (row.fields.size() < fields_kept_max) row.fields.push_back(std::move(field));
    } while (take(','));
    if (!at_line_end() && row.fault.empty()) row.fault = "has text after a closing quote";
    skip_line_end();
    return row;
  }

  void pass_over_empty_lines() {
    for (; at_line_end() && !rest_.empty(); ++line_) rest_.remove_prefix(rest_.front() == '\r' ? 2 : 1);
  }

 private:
  static constexpr std::size_t fields_kept_max = 3;  // one more than a row may have

  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  [[nodiscard]] bool at_line_end() const {
    return rest_.empty() || rest_.starts_with('\n') || rest_.starts_with("\r\n");
  }

  std::string plain() {
    std::size_t size = std::min(rest_.find_first_of(",\n"), rest_.size());
    const bool before_crlf =
        size > 0 && size < rest_.size() && rest_[size] == '\n' && rest_[size - 1] == '\r';
    if (before_crlf) --size;
    std::string field(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return field;
  }

  std::string quoted(CsvRow& row) {
    std::string field;
    rest_.remove_prefix(1);
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"' && !take('"')) return field;
      if (c == '\n') ++line_;
      field += c;
    }
    row.fault = "has a quote that is never closed";
    return field;
  }

  void skip_line_end() {
    rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
    if (take('\n')) ++line_;
  }

  std::string_view rest_;
  std::uint64_t line_ = 1;
};

std::string quantity_fault(std::string_view text, std::int64_t& quantity) {
  const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), quantity);
  const bool whole = error == std::errc() && stopped == text.data() + text.size();
  return whole ? std::string() : "quantity must be an integer";
}

// At most so many bytes of it, and no half of a character.
void cut(std::string& text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return;
  while (bytes_max > 0 && (static_cast<unsigned char>(text[bytes_max]) & 0xc0) == 0x80) --bytes_max;
  text.resize(bytes_max);
}

// Of a line that is refused a little is told, and kept: after a quote that is never closed its SKU would be
// all the rest of the file.
request::ImportLine checked(request::ImportLine line) {
  constexpr std::size_t sku_told_bytes_max = 4 * limits::sku_chars_max;
  if (line.fault.empty()) line.fault = import_line_fault(line.sku, line.quantity);
  if (line.fault.empty()) return line;
  cut(line.sku, sku_told_bytes_max);
  cut(line.fault, limits::import_fault_bytes_max);
  return line;
}

request::ImportLine line_of(CsvRow row) {
  request::ImportLine line;
  line.line = row.line;
  line.sku = std::move(row.fields[0]);
  line.fault = std::move(row.fault);
  if (line.fault.empty() && row.fields.size() != 2) line.fault = "must have two fields, sku and quantity";
  if (!line.fault.empty()) return checked(std::move(line));
  std::int64_t quantity = 0;
  line.fault = quantity_fault(row.fields[1], quantity);
  line.quantity = Units(quantity);
  return checked(std::move(line));
}

std::string told(const FieldError& error) {
  return error.pointer.empty() ? error.detail : error.pointer + ' ' + error.detail;
}

request::ImportLine line_of(std::uint64_t number, std::string_view text) {
  request::ImportLine line;
  line.line = number;
  JsonRead read = read_json(text);
  if (!read.malformed.empty()) {
    line.fault = "is not JSON: " + read.malformed;
    return checked(std::move(line));
  }
  std::vector<FieldError> errors = std::move(read.faults);
  if (errors.empty() || read.told_all) {  // whose line it is can be told of a bad one, too
    Members members(read.json.root(), "", errors);
    line.sku = members.text("sku");
    line.quantity = Units(members.integer("quantity"));
    members.done();
  }
  if (!errors.empty()) line.fault = told(errors[0]);
  return checked(std::move(line));
}

bool is_header(const std::optional<CsvRow>& row) {
  return row && row->fault.empty() && row->fields == std::vector<std::string>{"sku", "quantity"};
}

}  // namespace

std::vector<request::ImportLine> read_csv(std::string_view text, std::vector<FieldError>& errors) {
  skip_byte_order_mark(text);
  CsvReader reader(text);
  std::vector<request::ImportLine> lines;
  if (!is_header(reader.next())) {
    errors.push_back({"", "must have the first line sku,quantity"});
    return lines;
  }
  while (lines.size() <= limits::import_lines_max) {
    reader.pass_over_empty_lines();
    std::optional<CsvRow> row = reader.next();
    if (!row) break;
    if (!row->is_empty()) lines.push_back(line_of(std::move(*row)));
  }
  return lines;
}

std::vector<request::ImportLine> read_ndjson(std::string_view text) {
  skip_byte_order_mark(text);
  std::vector<request::ImportLine> lines;
  for (std::uint64_t number = 1; !text.empty() && lines.size() <= limits::import_lines_max; ++number) {
    const std::size_t size = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, size);
    text.remove_prefix(std::min(size + 1, text.size()));
    if (line.find_first_not_of(" \t\r") != std::string_view::npos) lines.push_back(line_of(number, line));
  }
  return lines;
}

}  // namespace holdfast::api
