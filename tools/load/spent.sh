# What a server spends on a reservation. Of tools/bench, which sources it.
#
#   begin_spending PID; ...; spent COUNT  -->  processor time in microseconds and bytes written, of each of so many
#
# Of the process and of all that it started, those that have ended meanwhile as well. Bytes are those that went to the
# file system's cache of what must be written, which may write more for its own sake.

# This process and those that come from it.
family() {
  local pid=$1 child
  echo "$pid"
  for child in $(pgrep -P "$pid"); do family "$child"; done
}

# Clock ticks, with those of children that were waited for, and bytes.
spent_so_far() {
  local pid
  for pid in $(family "$1"); do
    sed 's/^.*) //' "/proc/$pid/stat" 2>/dev/null | awk '{print $12 + $13 + $14 + $15, 0}'
    awk '/^write_bytes/ {wrote = $2} /^cancelled/ {wrote -= $2} END {printf "0 %.0f\n", wrote}' "/proc/$pid/io" 2>/dev/null
  done | awk '{ticks += $1; bytes += $2} END {printf "%.0f %.0f\n", ticks, bytes}'
}

# What others, or an earlier round, left for the disk to write is written before.
begin_spending() {
  sync
  spender=$1
  read -r ticks_before bytes_before < <(spent_so_far "$spender")
}

spent() {
  local ticks bytes
  read -r ticks bytes < <(spent_so_far "$spender")
  awk -v ticks=$((ticks - ticks_before)) -v bytes=$((bytes - bytes_before)) -v count="$1" \
    -v hz="$(getconf CLK_TCK)" 'BEGIN {printf "%.2f %.0f\n", ticks / hz * 1e6 / count, bytes / count}'
}
