#include "cli/commands.h"

#include "cli/replay.h"
#include "cli/run.h"

namespace holdfast::cli {
namespace {

using enum Kind;
using Examples = const std::string_view[];

constexpr Parameter globals[] = {
    {"--endpoint", text, Count::optional, "URL",
     "The daemon to call (HOLDFAST_ENDPOINT; http://127.0.0.1:8420)"},
    {"--timeout", timeout, Count::optional, "TIME", "For a whole call: 500ms, 10s, 1m (10s)"},
    {"-o,--output", format, Count::optional, "FORMAT",
     "table, json (the answer as it came) or ndjson (table)"},
};

constexpr Parameter id{"ID", text, Count::required, "", "The reservation"};
constexpr Parameter sku{"SKU", text, Count::required, "", "The product"};
constexpr Parameter line_some{"--line", line, Count::some, "SKU=N", "A product and how many; once for each"};
constexpr Parameter key_option{"--key", key, Count::optional, "KEY",
                               "Idempotency key; the same one repeats safely (made at random and printed)"};
constexpr Parameter region_option{"--region", text, Count::optional, "REGION",
                                  "The region this is meant for; another one refuses it"};
constexpr Parameter reason{"--reason", text, Count::required, "TEXT", "Why, for the records"};
constexpr Parameter limit{"--limit", positive, Count::optional, "N", "How many at most (100)"};
constexpr Parameter after{"--after", text, Count::optional, "CURSOR", "Go on after an earlier page"};

constexpr Examples status_examples = {"holdfast status", "holdfast status -o json | jq .state_hash"};

constexpr Parameter top_parameters[] = {
    {"--once", flag, Count::optional, "", "One screen, for scripts and for who only looks once"}};
constexpr Examples top_examples = {"holdfast top", "holdfast top --once"};

constexpr Parameter rights_parameters[] = {
    {"SKU", text, Count::optional, "", "Only this product"},
    {"--watch", flag, Count::optional, "", "Again each second, until stopped"},
    {"--sort", sort, Count::optional, "ORDER", "sku or runs_dry (sku)"},
    limit,
    after,
};
constexpr Examples rights_examples = {"holdfast rights --sort runs_dry --limit 20",
                                      "holdfast rights 85123A --watch"};

constexpr Parameter tail_parameters[] = {
    {"--after", cursor, Count::optional, "CURSOR", "Go on after this event, by its id (from now on)"},
    {"--all", flag, Count::optional, "", "From the beginning of the history that is kept"},
    {"--limit", positive, Count::optional, "N", "End after so many events"},
};
constexpr Examples tail_examples = {"holdfast events tail",
                                    "holdfast events tail --all -o ndjson | jq .event"};

constexpr Parameter move_parameters[] = {
    sku,
    {"--from", text, Count::required, "REGION", "The region that gives: the one that --endpoint calls"},
    {"--to", text, Count::required, "REGION", "The region that gets them"},
    {"N", positive, Count::required, "", "How many"},
    key_option,
};
constexpr Examples move_examples = {"holdfast rights move 85123A --from eu --to us 200"};

constexpr Parameter create_parameters[] = {
    {"ID", text, Count::optional, "", "The reservation's id; made at random and printed if left out"},
    line_some,
    {"--customer", text, Count::optional, "TEXT", "Whose it is"},
    {"--ttl", seconds, Count::optional, "TIME", "How long it is held: 600, 90s, 10m (600)"},
    {"--wait-ms", milliseconds, Count::optional, "MS", "How long to wait for units from elsewhere (0)"},
    {"--partial", flag, Count::optional, "", "Take what can be had"},
    {"--replaces", text, Count::optional, "ID", "Release this reservation in the same step"},
};
constexpr Examples create_examples = {"holdfast reserve create cart-8812 --line 85123A=6 --line 71053=1",
                                      "holdfast reserve create --line 85123A=1 --ttl 15m --wait-ms 500"};

constexpr Parameter id_parameters[] = {id};
constexpr Examples get_examples = {"holdfast reserve get cart-8812"};

constexpr Parameter list_parameters[] = {
    {"--customer", text, Count::optional, "TEXT", "Only of this customer"},
    {"--sku", text, Count::optional, "SKU", "Only with this product"},
    {"--state", state, Count::optional, "STATE", "pending, purchased, released or expired"},
    limit,
    after,
};
constexpr Examples list_examples = {"holdfast reserve list --state pending --customer c_17"};

constexpr Parameter purchase_parameters[] = {
    id,
    {"--order", text, Count::optional, "TEXT", "The shop's order"},
    {"--if-expired", if_expired, Count::optional, "WHAT", "reacquire or fail (reacquire)"},
};
constexpr Examples purchase_examples = {"holdfast reserve purchase cart-8812 --order 2026-1001"};
constexpr Examples release_examples = {"holdfast reserve release cart-8812"};

constexpr Parameter extend_parameters[] = {
    id, {"--ttl", seconds, Count::required, "TIME", "From now: 600, 90s, 10m; may also be sooner"}};
constexpr Examples extend_examples = {"holdfast reserve extend cart-8812 --ttl 10m"};

constexpr Parameter change_parameters[] = {id, line_some};
constexpr Examples change_examples = {"holdfast reserve change cart-8812 --line 85123A=2"};

constexpr Parameter return_parameters[] = {
    id,
    {"--line", line, Count::any, "SKU=N", "What came back (all that has not yet)"},
    key_option,
};
constexpr Examples return_examples = {"holdfast reserve return cart-8812 --line 85123A=1"};

constexpr Parameter sku_parameters[] = {sku};
constexpr Examples stock_get_examples = {"holdfast stock get 85123A"};
constexpr Parameter page_parameters[] = {limit, after};
constexpr Examples stock_list_examples = {"holdfast stock list --limit 1000 -o ndjson"};

constexpr Parameter adjust_parameters[] = {
    sku,
    {"DELTA", whole, Count::required, "", "Units brought in, or with a minus written off"},
    reason,
    region_option,
    {"--wait-ms", milliseconds, Count::optional, "MS", "How long to wait for units to write off (0)"},
    key_option,
};
constexpr Examples adjust_examples = {"holdfast stock adjust 85123A 500 --reason delivery-77",
                                      "holdfast stock adjust 85123A -3 --reason broken"};

constexpr Parameter count_parameters[] = {
    sku, {"N", whole, Count::required, "", "How many are on the shelf"}, reason, region_option, key_option};
constexpr Examples count_examples = {"holdfast stock count 85123A 40 --reason stocktaking"};

constexpr Parameter drain_parameters[] = {
    {"--give-rights", flag, Count::optional, "",
     "Ask for no rights any more, and give away those that are here"},
    {"--wait", seconds, Count::optional, "TIME", "How long to wait for reservations to end: 90s, 10m (0)"},
    {"--stop", flag, Count::optional, "", "Ask for rights again"},
};
constexpr Examples drain_examples = {"holdfast drain --give-rights --wait 10m", "holdfast drain --stop"};
constexpr Parameter import_parameters[] = {
    {"FILE", text, Count::required, "", "CSV (first line sku,quantity) or NDJSON; - for standard input"},
    region_option,
    key_option,
};
constexpr Examples import_examples = {"holdfast stock import delivery.csv",
                                      "zcat delivery.ndjson.gz | holdfast stock import -"};

constexpr Parameter replay_parameters[] = {
    {"FILE", text, Count::optional, "", "CSV or .gz: time,order,sku,quantity,customer,country[,description]"},
    {"--region", text, Count::any, "NAME=URL", "A region's daemon, empty; once for each region of the map"},
    {"--map", text, Count::optional, "FILE", "TOML: which region serves which country"},
    {"--stock", text, Count::optional, "SHARE", "Stock, of the units that are asked for (80%)"},
    {"--split", text, Count::optional, "SPLIT", "The stock's shares: even, or eu=60,us=30,ap=10 (even)"},
    {"--connections", positive, Count::optional, "N", "In each region, 256 at most (8)"},
    {"--duration", timeout, Count::optional, "TIME", "Pace the whole history into this (as fast as it goes)"},
    {"--wait-ms", milliseconds, Count::optional, "MS",
     "How long to wait for units from elsewhere, 10000 at most (0)"},
    {"--patience", timeout, Count::optional, "TIME", "How long to repeat a call that has no answer (1m)"},
    {"--goods", text, Count::optional, "REGEX", "Which SKUs are goods; others are skipped"},
    {"--all-or-nothing", flag, Count::optional, "", "No partial orders"},
    {"--strict", flag, Count::optional, "", "Stop at a bad line"},
    {"--log", text, Count::optional, "FILE", "Write the answers received, as NDJSON"},
    {"--recount", text, Count::optional, "LOG", "Sell nothing: recount an earlier replay's log"},
};
constexpr Examples replay_examples = {
    "holdfast replay orders.csv.gz --map regions.toml --region eu=http://127.0.0.1:8420 --duration 60s",
    "holdfast replay --recount answers.ndjson"};

constexpr Parameter webhooks_parameters[] = {
    {"--url", text, Count::required, "URL", "Who gets them: http://HOST[:PORT]/PATH or https://"},
    {"--state", text, Count::required, "FILE", "Where the receiver is, from one run to the next"},
    {"--all", flag, Count::optional, "",
     "At first, from the beginning of the history that is kept (from now)"},
    {"--ca", text, Count::optional, "FILE", "Certificates to trust over https, PEM (the system's)"},
    {"--name", text, Count::optional, "NAME", "As what `holdfast status` shows it (by its host)"},
};
constexpr Examples webhooks_examples = {
    "HOLDFAST_WEBHOOK_SECRET=whsec_... holdfast webhooks --url http://127.0.0.1:9000/holdfast --state eu.cursor"};

constexpr Parameter store_option{"--store", text, Count::required, "URL",
                                 "The shop's database: postgres://... or sqlite:PATH"};
constexpr Parameter tables_option{"--tables", text, Count::optional, "FILE",
                                  "TOML: the names of its tables and columns (docs/store.md)"};
constexpr Parameter pending_ttl{"--pending-ttl", seconds, Count::optional, "TIME",
                                "How long open rows are held: 90s, 10m, 4h (4h)"};
constexpr Parameter followed{"--region", text, Count::any, "NAME=URL",
                             "A region to follow; once for each, in one order everywhere (the one called)"};
constexpr Parameter follow_parameters[] = {
    store_option,
    tables_option,
    followed,
    {"--from-now", flag, Count::optional, "", "Where it cannot go on from its position, go on from now"},
    {"--until-idle", flag, Count::optional, "", "End once nothing came for a second"},
    {"--name", text, Count::optional, "NAME", "As what `holdfast status` shows it (by the store's address)"},
};
constexpr Examples follow_examples = {
    "holdfast follow --store sqlite:shop.db",
    "holdfast follow --store sqlite:shop.db --region eu=http://127.0.0.1:8420 "
    "--region us=http://10.0.2.1:8420"};
constexpr Parameter plan_parameters[] = {store_option, tables_option};
constexpr Examples plan_examples = {"holdfast migrate plan --store sqlite:shop.db"};
constexpr Parameter migrate_parameters[] = {store_option, tables_option, pending_ttl};
constexpr Examples migrate_examples = {"holdfast migrate run --store sqlite:shop.db --pending-ttl 30m"};
constexpr Parameter shadow_parameters[] = {
    store_option,
    tables_option,
    pending_ttl,
    {"--once", flag, Count::optional, "", "End once all that has changed is told"},
};
constexpr Examples shadow_examples = {"holdfast migrate shadow --store sqlite:shop.db"};
constexpr Parameter compare_parameters[] = {store_option, tables_option, followed};
constexpr Examples compare_examples = {"holdfast migrate verify --store sqlite:shop.db"};

constexpr Examples verify_examples = {"holdfast audit verify"};
constexpr Examples explain_examples = {"holdfast audit explain 85123A"};
constexpr Parameter config_parameters[] = {
    {"--origin", flag, Count::optional, "", "Also where each value came from"}};
constexpr Examples config_examples = {"holdfast config show --origin"};
constexpr Parameter backup_parameters[] = {{"FILE", text, Count::required, "", "A backup, on this machine"}};
constexpr Examples backup_create_examples = {"holdfast backup create"};
constexpr Examples backup_verify_examples = {"holdfast backup verify eu-20261126-020405-678.db"};
constexpr Examples backup_inspect_examples = {"holdfast backup inspect eu-20261126-020405-678.db -o json"};
constexpr Examples reload_examples = {"holdfast config reload"};
constexpr Parameter completion_parameters[] = {{"SHELL", shell, Count::required, "", "bash, zsh or fish"}};
constexpr Examples completion_examples = {
    "holdfast completion bash | sudo tee /etc/bash_completion.d/holdfast"};
constexpr Examples doctor_examples = {"holdfast doctor", "holdfast doctor -o json"};
constexpr Parameter bundle_parameters[] = {
    {"FILE", text, Count::required, "", "Where to write it, as JSON; - for standard output"}};
constexpr Examples bundle_examples = {"holdfast debug bundle eu.json"};
constexpr Examples man_examples = {"holdfast man | man -l -"};
constexpr Examples version_examples = {"holdfast version"};

constexpr Command table[] = {
    {"status", "Are we safe, which regions are in trouble, and why", {}, status_examples, run_status},
    {"top", "Live: are we safe, what is in trouble, what runs dry, what happens", top_parameters,
     top_examples, run_top},
    {"rights", "Who holds how many rights, and what runs dry", rights_parameters, rights_examples,
     run_rights},
    {"rights move", "Move rights to another region by hand", move_parameters, move_examples, run_rights_move},
    {"drain", "Before a region goes down on purpose: give its rights to the others", drain_parameters,
     drain_examples, run_drain},
    {"reserve create", "Set units aside for a shopper", create_parameters, create_examples,
     run_reserve_create},
    {"reserve get", "Show one reservation", id_parameters, get_examples, run_reserve_get},
    {"reserve list", "This region's reservations, oldest first", list_parameters, list_examples,
     run_reserve_list},
    {"reserve purchase", "The sale is final", purchase_parameters, purchase_examples, run_reserve_purchase},
    {"reserve release", "Give the units back", id_parameters, release_examples, run_reserve_release},
    {"reserve extend", "Set a new deadline", extend_parameters, extend_examples, run_reserve_extend},
    {"reserve change", "Replace its lines, all or nothing", change_parameters, change_examples,
     run_reserve_change},
    {"reserve return", "Goods of a purchase came back", return_parameters, return_examples,
     run_reserve_return},
    {"stock get", "What can be promised of one product", sku_parameters, stock_get_examples, run_stock_get},
    {"stock list", "What can be promised of every product", page_parameters, stock_list_examples,
     run_stock_list},
    {"stock adjust", "Bring units in, or write them off", adjust_parameters, adjust_examples,
     run_stock_adjust},
    {"stock count", "Say how many are on the shelf", count_parameters, count_examples, run_stock_count},
    {"stock import", "Bring in many products from a file", import_parameters, import_examples,
     run_stock_import},
    {"replay", "Sell an order history and recount it", replay_parameters, replay_examples, run_replay},
    {"events tail", "Follow what happens in this region, as it happens", tail_parameters, tail_examples,
     run_events_tail},
    {"webhooks", "Send what happens on, signed, as it happens", webhooks_parameters, webhooks_examples,
     run_webhooks},
    {"follow", "Write what happens into the shop's own tables, as it happens", follow_parameters,
     follow_examples, run_follow},
    {"migrate plan", "What moving in would bring, and what does not add up; reads only", plan_parameters,
     plan_examples, run_migrate_plan},
    {"migrate run", "Bring the shop's stock and open rows in, once", migrate_parameters, migrate_examples,
     run_migrate_run},
    {"migrate shadow", "The shop goes on deciding; where Holdfast would have decided otherwise",
     shadow_parameters, shadow_examples, run_migrate_shadow},
    {"migrate verify", "Compare the shop's tables with what the regions know; reads only", compare_parameters,
     compare_examples, run_migrate_verify},
    {"audit verify", "Recount everything from the records", {}, verify_examples, run_audit_verify},
    {"audit explain", "Why a product's number is what it is", sku_parameters, explain_examples,
     run_audit_explain},
    {"backup create",
     "Copy the ledger of a daemon that sells into a file beside it",
     {},
     backup_create_examples,
     run_backup_create},
    {"backup verify", "Whether a backup is sound, and its records add up", backup_parameters,
     backup_verify_examples, run_backup_verify},
    {"backup inspect", "What is in a backup", backup_parameters, backup_inspect_examples, run_backup_inspect},
    {"config show", "The daemon's configuration", config_parameters, config_examples, run_config_show},
    {"config reload",
     "Have the daemon read its configuration again, and say what is in effect",
     {},
     reload_examples,
     run_config_reload},
    {"doctor",
     "What is not as it should be: daemon, peers, clock, disk, kernel",
     {},
     doctor_examples,
     run_doctor},
    {"debug bundle", "All that helps to find out why, in one file, without secrets", bundle_parameters,
     bundle_examples, run_debug_bundle},
    {"completion", "What a shell sources to complete holdfast's words", completion_parameters,
     completion_examples, run_completion},
    {"man", "The manual page of this program", {}, man_examples, run_man},
    {"version", "The version of this program", {}, version_examples, run_version},
};

}  // namespace

std::span<const Command> commands() { return table; }
std::span<const Parameter> global_parameters() { return globals; }

}  // namespace holdfast::cli
