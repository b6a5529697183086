// What each command of the table does: one call, shown. The functions stand in run_*.cpp by the path's first
// word; follow and migrate in run_store.cpp.
#pragma once

#include "cli/exit_code.h"

namespace holdfast::cli {

class Session;

ExitCode run_status(Session&);
ExitCode run_rights(Session&);
ExitCode run_rights_move(Session&);
ExitCode run_drain(Session&);
ExitCode run_top(Session&);
ExitCode run_events_tail(Session&);
ExitCode run_audit_verify(Session&);
ExitCode run_audit_explain(Session&);
ExitCode run_backup_create(Session&);
ExitCode run_backup_verify(Session&);
ExitCode run_backup_inspect(Session&);
ExitCode run_config_show(Session&);
ExitCode run_config_reload(Session&);
ExitCode run_doctor(Session&);
ExitCode run_debug_bundle(Session&);
ExitCode run_completion(Session&);
ExitCode run_man(Session&);
ExitCode run_version(Session&);

ExitCode run_reserve_create(Session&);
ExitCode run_reserve_get(Session&);
ExitCode run_reserve_list(Session&);
ExitCode run_reserve_purchase(Session&);
ExitCode run_reserve_release(Session&);
ExitCode run_reserve_extend(Session&);
ExitCode run_reserve_change(Session&);
ExitCode run_reserve_return(Session&);

ExitCode run_follow(Session&);
ExitCode run_migrate_plan(Session&);
ExitCode run_migrate_run(Session&);
ExitCode run_migrate_shadow(Session&);
ExitCode run_migrate_verify(Session&);

ExitCode run_webhooks(Session&);

ExitCode run_stock_get(Session&);
ExitCode run_stock_list(Session&);
ExitCode run_stock_adjust(Session&);
ExitCode run_stock_count(Session&);
ExitCode run_stock_import(Session&);

}  // namespace holdfast::cli
