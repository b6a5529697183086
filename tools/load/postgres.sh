# PostgreSQL, measured against Holdfast. Of tools/bench, which sources it, it uses dir, pids, note, spent and fail; a round has
# `round`, `products` and `seconds`.

postgres_sql() { psql -qAt -h "$postgres_dir" -U postgres "$@"; }

# False: there is none.
start_postgres() {
  local programs as_postgres=()
  programs=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -1) || true
  [[ -n $programs ]] && command -v pgbench psql >/dev/null || {
    echo "postgresql: not measured, it is not here (apt-get install postgresql)" >&2
    return 1
  }
  postgres_dir=$(mktemp -d "${TMPDIR:-/var/tmp}/holdfast-bench.XXXXXX")
  if ((EUID == 0)); then
    as_postgres=(setpriv --reuid postgres --regid postgres --init-groups)
    chown postgres "$postgres_dir"
  fi
  "${as_postgres[@]}" "$programs/initdb" -D "$postgres_dir/data" --username postgres --auth trust --no-sync \
    --encoding UTF8 --locale C >"$dir/postgres.log" 2>&1 || fail "initdb failed: $(tail -3 "$dir/postgres.log")"
  "${as_postgres[@]}" "$programs/postgres" -D "$postgres_dir/data" -k "$postgres_dir" -c listen_addresses= -c fsync=on \
    -c synchronous_commit=on -c full_page_writes=on -c shared_buffers=256MB -c max_wal_size=4GB \
    >>"$dir/postgres.log" 2>&1 &
  postgres_pid=$!
  pids+=("$postgres_pid")
  for _ in {1..300}; do postgres_sql -c 'SELECT 1' >/dev/null 2>&1 && break || sleep 0.1; done
  postgres_sql -c 'SELECT 1' >/dev/null || fail "postgresql did not start: $(tail -3 "$dir/postgres.log")"
  postgres_sql -f tools/load/tables.sql
  postgres_answered=0
  postgres=yes
}

measure_postgres_with() {
  local script=$1 way=$2 made
  rm -f "$dir"/pgbench.[0-9]*
  begin_spending "$postgres_pid"
  pgbench -h "$postgres_dir" -U postgres -n -M prepared -c 32 -j 1 -T "$seconds" -D products="$products" \
    -f "tools/load/$script" -l --log-prefix "$dir/pgbench" postgres >"$dir/pgbench.out" 2>&1 ||
    fail "pgbench: $(tail -3 "$dir/pgbench.out")"
  made=$(awk '/^number of transactions actually processed:/ {print $6 + 0}' "$dir/pgbench.out")
  postgres_answered=$((postgres_answered + made))
  local rate percentiles
  rate=$(awk '/^tps = / {printf "%d", $3}' "$dir/pgbench.out")
  percentiles=$(cut -d' ' -f3 "$dir"/pgbench.[0-9]* | sort -n |
    awk '{us[NR] = $1} END {print us[int(NR * .5) + 1], us[int(NR * .99) + 1], us[int(NR * .999) + 1]}')
  # shellcheck disable=SC2046,SC2086
  note postgresql "$way" "$products" "$round" "$rate" $percentiles $(spent "$made")
}

measure_postgres() {
  measure_postgres_with reserve_conditional.sql "conditional update"
  measure_postgres_with reserve_counted.sql "rows counted under a lock"
}

check_postgres() {
  local counted
  counted=$(postgres_sql -c 'SELECT (SELECT count(*) FROM reservation) + (SELECT count(*) FROM customer_product)')
  echo "postgresql: answered $postgres_answered, it counts $counted"
  ((counted == postgres_answered)) || fail "they do not fit"
}
