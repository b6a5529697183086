# Holdfast, measured. Of tools/bench, which sources it, it uses bin, dir, pids, note, said, spent and fail; a round has
# `round`, `products`, `seconds` and `connections`.
# A second: far below what it can do, which is what a shopper feels; and nearer to it. With reservations a frame.
fixed_rates=("20000 1" "250000 64" "500000 64")
alone_seconds=2      # the disk, and the processor
disk_rest_seconds=3  # a disk that is told what was removed (mount option discard) syncs late by up to 0.3 s for 2 s

# Measures what is given on a daemon of its own, and holds its ledger against what was answered: what another left
# pending, millions, would be in its way.
alone() {
  start_holdfast
  "$@"
  check_holdfast
  stop_holdfast
}

start_holdfast() {
  cat >"$dir/holdfast.toml" <<END
cluster = "bench"
region = "eu"
data_dir = "data"
[http]
listen = "127.0.0.1:0"
[gossip]
listen = "127.0.0.1:0"
[native]
listen = "127.0.0.1:0"
END
  "$bin/holdfastd" run --config "$dir/holdfast.toml" 2>"$dir/log" &
  daemon=$!
  pids+=("$daemon")
  for _ in {1..100}; do
    [[ -s $dir/data/addresses.json ]] && break
    kill -0 "$daemon" 2>/dev/null || fail "the daemon did not start: $(cat "$dir/log")"
    sleep 0.1
  done
  HOLDFAST_ENDPOINT=http://$(jq -r .http "$dir/data/addresses.json")
  export HOLDFAST_ENDPOINT
  native=holdfast://$(jq -r .native "$dir/data/addresses.json")
  idle=$(resident)
  printf 'sku,quantity\n' >"$dir/stock.csv"
  for ((product = 0; product < 1000; ++product)); do echo "http-$product,1000000000"; done >>"$dir/stock.csv"
  "$bin/holdfast" stock import "$dir/stock.csv" --key bench >/dev/null
  http_answered=0
  native_answered=0
  native_purchased=0
}

resident() { awk '/^VmRSS/ {printf "%.1f MB", $2 / 1024}' "/proc/$daemon/status"; }

# What holdfast-load said, under this name.
note_load() {
  # shellcheck disable=SC2046
  note holdfast "$1" "$products" "$round" "$(said "$dir/load" rate)" "$(said "$dir/load" p50_us)" \
    "$(said "$dir/load" p99_us)" "$(said "$dir/load" p999_us)" $(spent "$(said "$dir/load" reserved)")
}

# holdfast-load with these arguments; it is noted under this name.
measure_native() {
  local way=$1
  shift
  begin_spending "$daemon"
  "$bin/holdfast-load" "$native" --skus "$products" --seconds "$seconds" "$@" >"$dir/load" 2>&1 ||
    fail "$(cat "$dir/load")"
  (($(said "$dir/load" unanswered) == 0)) || fail "not everything was answered: $(cat "$dir/load")"
  (($(said "$dir/load" refused) == 0)) || echo "  $(said "$dir/load" refused) were refused: overloaded"
  native_answered=$((native_answered + $(said "$dir/load" reserved)))
  note_load "$way"
}

# Timed from when each was due.
measure_http_at() {
  begin_spending "$daemon"
  "$bin/holdfast-load" "$HOLDFAST_ENDPOINT" --named http- --skus "$products" --seconds "$seconds" \
    --connections "$connections" --prefix "h$round-$products-" --rate "$1" >"$dir/load" 2>&1 || fail "$(cat "$dir/load")"
  (($(said "$dir/load" unanswered) == 0)) || fail "not everything was answered: $(cat "$dir/load")"
  http_answered=$((http_answered + $(said "$dir/load" reserved)))
  note_load "HTTP, at half of that"
}

measure_http() {
  begin_spending "$daemon"
  # wrk's requests that are under way when it stops are served, and nobody hears the answer.
  wrk -t1 -c"$connections" -d"${seconds}s" -s tools/load/reserve.lua "$HOLDFAST_ENDPOINT" -- \
    http- "$products" "r$round-$products-" >"$dir/wrk"
  (($(said "$dir/wrk" other) == 0)) || fail "not everything was reserved: $(cat "$dir/wrk")"
  http_answered=$((http_answered + $(said "$dir/wrk" reserved)))
  # shellcheck disable=SC2046
  note holdfast "HTTP" "$products" "$round" "$(said "$dir/wrk" rate)" "$(said "$dir/wrk" p50_us)" \
    "$(said "$dir/wrk" p99_us)" "$(said "$dir/wrk" p999_us)" $(spent "$(said "$dir/wrk" reserved)")
  measure_http_at $(($(said "$dir/wrk" rate) / 2))
}

measure_purchases() {
  measure_native "native, 256 a frame, each purchased" --prefix "p-$round-$products-" --connections 4 --depth 16 \
    --batch 256 --purchase
  native_purchased=$(said "$dir/load" purchased)
}

measure_holdfast() {
  alone measure_http
  # Connections, frames under way on each, and reservations a frame.
  local shape links depth batch
  for shape in "64 64 1" "8 32 64" "4 16 256" "4 16 1024"; do
    read -r links depth batch <<<"$shape"
    alone measure_native "native, $batch a frame" --prefix "b$batch-$round-$products-" --connections "$links" \
      --depth "$depth" --batch "$batch"
  done
  alone measure_purchases
  local rate
  for shape in "${fixed_rates[@]}"; do
    read -r rate batch <<<"$shape"
    alone measure_native "native, $batch a frame, at $rate/s" --prefix "f$rate-$round-$products-" --connections 16 \
      --batch "$batch" --rate "$rate"
  done
  tools/load/fdatasync.py "$dir" "$alone_seconds" >"$dir/alone"
  note_alone disk "fdatasync of a page, alone"
  tools/load/wakeups.py "$alone_seconds" >"$dir/alone"
  note_alone processor "waking up when due, alone"
}

note_alone() {
  note "$1" "$2" "$products" "$round" "$(said "$dir/alone" rate)" "$(said "$dir/alone" p50_us)" \
    "$(said "$dir/alone" p99_us)" "$(said "$dir/alone" p999_us)" - -
}

# With a catalogue of a million.
measure_million() {
  alone measure_native "native, 256 a frame" --prefix "m-$round-" --connections 4 --depth 16 --batch 256
}

check_holdfast() {
  sleep 1
  local http native purchased most
  read -r http _ < <(tools/load/counted.py "$HOLDFAST_ENDPOINT" http-)
  most=$((http_answered + 2 * connections))
  ((http == 0)) || echo "holdfast over HTTP: answered $http_answered, the ledger counts $http"
  ((http >= http_answered && http <= most)) || fail "they do not fit"
  read -r native purchased < <(tools/load/counted.py "$HOLDFAST_ENDPOINT" sku-)
  ((native + purchased == 0)) ||
    echo "holdfast native: answered $native_answered, $native_purchased of them purchased; the ledger counts" \
      "$((native + purchased)), $purchased of them purchased"
  ((native + purchased == native_answered && purchased == native_purchased)) || fail "they do not fit"
  "$bin/holdfast" --timeout 300s audit verify >"$dir/audit" || fail "$(cat "$dir/audit")"
  awk '{$1 = $1; printf "%s%s", separator, $0; separator = ", "} END {print ""}' "$dir/audit"
  echo "daemon: $idle resident when it was idle, $(resident) now"
}

stop_holdfast() {
  kill -INT "$daemon"
  wait "$daemon" || fail "the daemon did not end well: $(tail -3 "$dir/log")"
  mapfile -t pids < <(printf '%s\n' "${pids[@]}" | grep -vx "$daemon")
  rm -rf "$dir/data" "$dir/data.mark"
  sync
  sleep "$disk_rest_seconds"
}
