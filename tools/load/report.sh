# The table or the JSON of what tools/bench measured, which sources it: medians over the rounds, and ratios.

medians=$(jq -Rn '
  def number: if . == "-" then null else tonumber end;
  def median: map(select(. != null)) | sort | if length == 0 then null else .[(length - 1) / 2 | floor] end;
  [inputs | split("\t") | {system: .[0], way: .[1], products: (.[2] | tonumber),
                           rate: (.[4] | number), p50_us: (.[5] | number), p99_us: (.[6] | number),
                           p999_us: (.[7] | number),
                           cpu_us: (.[8] | number), bytes: (.[9] | number)}]
  | (reduce .[] as $one ({}; .["\($one.system) \($one.way) \($one.products)"] += [$one])) | [.[]]
  | map({system: .[0].system, way: .[0].way, products: .[0].products, rate: (map(.rate) | median),
         p50_us: (map(.p50_us) | median), p99_us: (map(.p99_us) | median), p999_us: (map(.p999_us) | median),
         cpu_us: (map(.cpu_us) | median), bytes: (map(.bytes) | median)})' \
  "$results")

report=$(jq --argjson seconds "$seconds" --argjson rounds "$rounds" '
  . as $rows
  | def rate($system; $way): [$rows[] | select(.system == $system and .products == 1 and (.way | startswith($way))) | .rate]
      | max;
    def ratio($a; $b): if $a == null or $b == null then null else ($a / $b * 100 | round) / 100 end;
    rate("holdfast"; "native") as $native | rate("holdfast"; "HTTP") as $http
  | {seconds: $seconds, rounds: $rounds, rows: $rows,
     ratios: {native_vs_redis_pipelined: ratio($native; rate("redis"; "script, pipeline")),
              http_vs_redis: ratio($http; rate("redis"; "script, 256")),
              native_vs_http: ratio($native; $http),
              native_vs_postgres_hot: ratio($native; rate("postgresql"; "conditional"))}}' <<<"$medians")

if [[ $output == json ]]; then
  echo "$report" >&3
else
  jq -r '
    . as $all
    | def in_ms: if . == null then "-" else (. / 1000 * 100 | round) / 100 | tostring end;
      (["store", "way", "products", "reservations/s", "p50 ms", "p99 ms", "p99.9 ms", "CPU us", "bytes", "x HTTP here"] | @tsv),
      (.rows | sort_by(.products) | .[] | . as $row
       | ([$all.rows[] | select(.system == "holdfast" and .way == "HTTP" and .products == $row.products) | .rate][0]) as $http
       | [.system, .way, .products, (.rate | round), (.p50_us | in_ms), (.p99_us | in_ms), (.p999_us | in_ms),
          (.cpu_us // "-"), (.bytes // "-"),
          (if $http == null then "-" else ($row.rate / $http * 100 | round) / 100 end)] | @tsv)' <<<"$report" | column -t -s $'\t'
  jq -r '.ratios | to_entries[] | "\(.key): \(.value // "not measured")"' <<<"$report"
  echo "medians of $rounds round(s) of $seconds s each, one unit a reservation, each under an id of its own"
fi
