-- wrk: one reservation a request, each under an id of its own. Arguments after --: what the SKUs begin with, how many
-- there are, and a prefix for the ids. Prints what was answered: "reserved N", "other N", "rate N" a second, and how
-- long a request took: "p50_us N", "p99_us N", "p999_us N".
local threads = {}

function setup(thread)
  thread:set("number", #threads + 1)
  table.insert(threads, thread)
end

function init(args)
  prefix, products = args[3], tonumber(args[2])
  next_id, reserved, other = 0, 0, 0
  bodies = {}
  for product = 0, products - 1 do
    bodies[product] = '{"lines":[{"sku":"' .. args[1] .. product .. '","quantity":1}],"ttl_seconds":14400}'
  end
  headers = { ["Content-Type"] = "application/json" }
end

-- By a prime, so that neighbours are not neighbours in memory.
function request()
  next_id = next_id + 1
  return wrk.format("PUT", "/v1/reservations/" .. prefix .. number .. "-" .. next_id, headers,
    bodies[next_id * 7919 % products])
end

function response(status)
  if status == 201 then reserved = reserved + 1 else other = other + 1 end
end

function done(summary, latency)
  local reserved_all, other_all = 0, 0
  for _, thread in ipairs(threads) do
    reserved_all = reserved_all + thread:get("reserved")
    other_all = other_all + thread:get("other")
  end
  print("reserved " .. reserved_all)
  print("other " .. other_all)
  print(string.format("rate %d", reserved_all / (summary.duration / 1e6)))
  for name, share in pairs({ p50_us = 50, p99_us = 99, p999_us = 99.9 }) do
    print(string.format("%s %d", name, latency:percentile(share)))
  end
end
