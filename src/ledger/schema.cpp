#include "ledger/schema.h"

#include "ledger/journal_table.h"
#include "ledger/meta_table.h"
#include "ledger/pack.h"
#include "ledger/try.h"

namespace holdfast::ledger {
namespace {

struct Pragma {
  const char* set;
  const char* get;
  std::string_view expected;
};

// locking_mode comes before the first access, so that the index of the log is memory and not a file;
// page_size before the log exists. secure_delete is compiled on in Debian and would write every deleted page
// again.
constexpr Pragma pragmas[] = {
    {"PRAGMA locking_mode=EXCLUSIVE", "PRAGMA locking_mode", "exclusive"},
    {"PRAGMA page_size=4096", "PRAGMA page_size", "4096"},
    {"PRAGMA journal_mode=WAL", "PRAGMA journal_mode", "wal"},
    {"PRAGMA synchronous=FULL", "PRAGMA synchronous", "2"},
    {"PRAGMA wal_autocheckpoint", "PRAGMA wal_autocheckpoint", "0"},
    {"PRAGMA secure_delete=OFF", "PRAGMA secure_delete", "0"},
    {"PRAGMA trusted_schema=OFF", "PRAGMA trusted_schema", "0"},
    {"PRAGMA cell_size_check=ON", "PRAGMA cell_size_check", "1"},
    {"PRAGMA temp_store=MEMORY", "PRAGMA temp_store", "2"},
};

constexpr std::string_view application_id = "1214671972";  // "Hfld"

constexpr const char* make_tables = R"(
  PRAGMA application_id=1214671972;
  PRAGMA user_version=1;
  CREATE TABLE meta(name TEXT PRIMARY KEY, bytes BLOB NOT NULL, checksum INTEGER NOT NULL);
  CREATE TABLE journal(first INTEGER PRIMARY KEY, count INTEGER NOT NULL, total INTEGER NOT NULL,
                       checksum INTEGER NOT NULL, bytes BLOB NOT NULL);
  CREATE TABLE slice(kind INTEGER NOT NULL, number INTEGER NOT NULL, includes INTEGER NOT NULL,
                     checksum INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY(kind, number));
)";
static_assert(schema_version == 1, "make_tables says user_version=1");

Bytes packed(const Identity& identity) {
  const Incarnation& incarnation = identity.replica.incarnation;
  return Packer()
      .text(identity.cluster)
      .text(identity.replica.region)
      .number(incarnation.made_ms)
      .number(incarnation.nonce)
      .number(identity.hash_seed)
      .bytes();
}

Result<void, sql::Error> fill_schema(sql::Connection& connection, const Identity& identity) {
  HF_TRY(connection.execute("BEGIN"));
  HF_TRY(connection.execute(make_tables));
  HF_LET(meta, MetaTable::open(connection));
  HF_TRY(meta.put("identity", packed(identity)));
  HF_TRY(meta.put_journal({.base = first_end(identity), .checkpoint_began = {}, .slices_sum = 0}));
  return connection.execute("COMMIT");
}

}  // namespace

Result<void, sql::Error> configure(sql::Connection& connection) {
  for (const Pragma& pragma : pragmas) {
    HF_TRY(connection.execute(pragma.set));
    HF_LET(found, connection.ask(pragma.get));
    if (found != pragma.expected)
      return failure(sql::Error{sql::Kind::other, std::string(pragma.set) + " did not take: it is " + found});
  }
  return {};
}

Result<SchemaState, sql::Error> find_schema(sql::Connection& connection) {
  HF_LET(tables, connection.ask("SELECT count(*) FROM sqlite_schema"));
  HF_LET(application, connection.ask("PRAGMA application_id"));
  HF_LET(version, connection.ask("PRAGMA user_version"));
  if (tables == "0" && application == "0") return SchemaState::missing;
  if (application != application_id) return SchemaState::foreign;
  return std::stoll(version) > schema_version ? SchemaState::newer : SchemaState::ours;
}

Result<void, sql::Error> make_schema(sql::Connection& connection, const Identity& identity) {
  if (auto filled = fill_schema(connection, identity); !filled) {
    connection.roll_back();
    return filled;
  }
  return connection.checkpoint(sql::Checkpoint::truncate);
}

Result<Identity, sql::Error> read_identity(sql::Connection& connection) {
  HF_LET(meta, MetaTable::open(connection));
  HF_LET(bytes, meta.get("identity"));
  Unpacker unpacker(bytes);
  Identity identity;
  identity.cluster = unpacker.text();
  identity.replica.region = unpacker.text();
  identity.replica.incarnation = {.made_ms = unpacker.number(), .nonce = unpacker.number()};
  identity.hash_seed = unpacker.number();
  if (!unpacker.done()) return failure(sql::Error{sql::Kind::damaged, "the ledger's identity is unreadable"});
  return identity;
}

}  // namespace holdfast::ledger
