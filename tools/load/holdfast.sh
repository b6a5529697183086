# Holdfast, measured. Of tools/bench, which sources it, it uses bin, dir, pids, note, said and fail; a round has
# `round`, `products`, `seconds` and `connections`.

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
  awk '/^VmRSS/ {printf "idle daemon: %.1f MB resident\n", $2 / 1024}' "/proc/$daemon/status"
  printf 'sku,quantity\n' >"$dir/stock.csv"
  for ((product = 0; product < 1000; ++product)); do echo "http-$product,1000000000"; done >>"$dir/stock.csv"
  "$bin/holdfast" stock import "$dir/stock.csv" --key bench >/dev/null
  http_answered=0
  native_answered=0
}

measure_holdfast() {
  # wrk's requests that are under way when it stops are served, and nobody hears the answer.
  wrk -t1 -c"$connections" -d"${seconds}s" -s tools/load/reserve.lua "$HOLDFAST_ENDPOINT" -- \
    http- "$products" "r$round-$products-" >"$dir/wrk"
  (($(said "$dir/wrk" other) == 0)) || fail "not everything was reserved: $(cat "$dir/wrk")"
  http_answered=$((http_answered + $(said "$dir/wrk" reserved)))
  note holdfast "HTTP" "$products" "$round" "$(said "$dir/wrk" rate)" "$(said "$dir/wrk" p50_us)" \
    "$(said "$dir/wrk" p99_us)" "$(said "$dir/wrk" p999_us)"
  # Connections, frames under way on each, and reservations a frame.
  local shape links depth batch
  for shape in "64 64 1" "8 4 64" "4 4 256" "4 2 1024"; do
    read -r links depth batch <<<"$shape"
    "$bin/holdfast-load" "$native" --prefix "b$batch-$round-$products-" --connections "$links" --depth "$depth" \
      --batch "$batch" --skus "$products" --seconds "$seconds" >"$dir/load" 2>&1 || fail "$(cat "$dir/load")"
    (($(said "$dir/load" refused) == 0)) || echo "  $(said "$dir/load" refused) were refused: overloaded"
    native_answered=$((native_answered + $(said "$dir/load" reserved)))
    note holdfast "native, $batch a frame" "$products" "$round" "$(said "$dir/load" rate)" \
      "$(said "$dir/load" p50_us)" "$(said "$dir/load" p99_us)" "$(said "$dir/load" p999_us)"
  done
}

# What is reserved of the SKUs that begin with $1.
reserved_of() {
  local after='' total=0 page
  while true; do
    page=$("$bin/holdfast" -o json stock list --limit 1000 ${after:+--after "$after"} 2>/dev/null)
    total=$((total + $(jq --arg prefix "$1" \
      '[.skus[] | select(.sku | startswith($prefix)) | .reserved_here] | add // 0' <<<"$page")))
    after=$(jq -r '.next // empty' <<<"$page")
    [[ -n $after ]] || break
  done
  echo "$total"
}

check_holdfast() {
  sleep 1
  local http native most
  http=$(reserved_of http-)
  most=$((http_answered + 2 * rounds * connections))
  echo "holdfast over HTTP: answered $http_answered, the ledger counts $http"
  ((http >= http_answered && http <= most)) || fail "they do not fit"
  native=$(reserved_of sku-)
  echo "holdfast native: answered $native_answered, the ledger counts $native"
  ((native == native_answered)) || fail "they do not fit"
  "$bin/holdfast" --timeout 300s audit verify
  awk '/^VmRSS/ {printf "daemon: %.1f MB resident\n", $2 / 1024}' "/proc/$daemon/status"
}
