# Redis, measured against Holdfast. Of tools/bench, which sources it, it uses dir, pids, note, spent and fail; a round has
# `round`, `products` and `seconds`.

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
redis() { redis-cli -p "$redis_port" "$@"; }

# False: there is none.
start_redis() {
  command -v redis-server redis-benchmark redis-cli >/dev/null || {
    echo "redis: not measured, it is not here (apt-get install redis-server redis-tools)" >&2
    return 1
  }
  redis_port=$(free_port)
  mkdir "$dir/redis"
  redis-server --bind 127.0.0.1 --port "$redis_port" --dir "$dir/redis" --save '' --appendonly yes \
    --appendfsync always --daemonize no >"$dir/redis.log" 2>&1 &
  redis_pid=$!
  pids+=("$redis_pid")
  for _ in {1..100}; do redis ping >/dev/null 2>&1 && break || sleep 0.1; done
  redis ping >/dev/null || fail "redis did not start: $(tail -3 "$dir/redis.log")"
  for ((product = 0; product < 1000; ++product)); do echo "SET stock:$product 1000000000"; done | redis >/dev/null
  redis_script=$(redis SCRIPT LOAD "$(cat tools/load/reserve_redis.lua)")
  redis_answered=0
  redis_runs=0
  redis=yes
}

# Clients, commands in a pipeline, and a name. redis-benchmark counts requests, not seconds: a short run says how many.
measure_redis_with() {
  local clients=$1 pipeline=$2 way=$3 run rate
  local requests=$((200 * clients))
  for run in trial real; do
    # It draws the same numbers again where it began at the same moment of a clock and a process id.
    ((++redis_runs))
    begin_spending "$redis_pid"
    redis-benchmark -p "$redis_port" -c "$clients" -P "$pipeline" -n "$requests" -r 2147483647 --precision 3 -e \
      EVALSHA "$redis_script" 0 "$redis_runs.__rand_int__" __rand_int__ "$products" >"$dir/redis.out" 2>&1
    redis_answered=$((redis_answered + requests))
    rate=$(tr '\r' '\n' <"$dir/redis.out" | awk '/throughput summary:/ {printf "%d", $3}')
    [[ $run == real ]] || requests=$((rate * seconds))
  done
  # "50.000% <= 1.143 milliseconds (cumulative count 100)": the first line that reaches the share.
  local percentiles
  percentiles=$(tr '\r' '\n' <"$dir/redis.out" | awk '/% <= .* milliseconds \(cumulative/ {
      share = $1 + 0; us = int($3 * 1000)
      if (share >= 50 && !p50) p50 = us
      if (share >= 99 && !p99) p99 = us
      if (share >= 99.9 && !p999) p999 = us
    } END {print p50, p99, p999}')
  # shellcheck disable=SC2046,SC2086
  note redis "$way" "$products" "$round" "$rate" $percentiles $(spent "$requests")
}

measure_redis() {
  measure_redis_with 256 1 "script, 256 clients"
  measure_redis_with 32 16 "script, pipeline of 16"
}

# redis-benchmark fills its last pipelines, beyond what it was asked for.
check_redis() {
  local left
  left=$(for ((product = 0; product < 1000; ++product)); do echo "GET stock:$product"; done | redis |
    awk '{left += $1} END {printf "%.0f", left}')
  local counted=$((1000 * 1000000000 - left))
  echo "redis: answered $redis_answered, it counts $counted"
  ((counted * 1000 >= redis_answered * 999 && counted * 1000 <= redis_answered * 1001)) || fail "they do not fit"
}
