-- wrk: one reservation a request, each under an id of its own. Arguments after --: what the SKUs begin with, how many
-- there are, and a prefix for the ids. Prints what was answered: "reserved N", "other N", "rate N" a second, and how
-- long a request took: "p50_us N", "p99_us N", "p999_us N".
--
-- wrk shares the cores with what it measures. So a request is put together from what does not change, and there is no
-- function response(), for which wrk would make a table of each answer's headers: it counts what is an error itself.
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

function init(args)
  local prefix = args[3]
  products, next_id = tonumber(args[2]), 0
  before_id, after_id = "PUT /v1/reservations/" .. prefix .. number .. "-", {}
  for product = 0, products - 1 do
    local body = '{"lines":[{"sku":"' .. args[1] .. product .. '","quantity":1}],"ttl_seconds":14400}'
    after_id[product] = " HTTP/1.1\r\nHost: " .. wrk.headers["Host"] .. "\r\nContent-Type: application/json\r\n" ..
      "Content-Length: " .. #body .. "\r\n\r\n" .. body
  end
end

-- By a prime, so that neighbours are not neighbours in memory.
function request()
  next_id = next_id + 1
  return before_id .. next_id .. after_id[next_id * 7919 % products]
end

function done(summary, latency)
  local other = summary.errors.status
  local reserved = summary.requests - other
  print("reserved " .. reserved)
  print("other " .. other)
  print(string.format("rate %d", reserved / (summary.duration / 1e6)))
  for name, share in pairs({ p50_us = 50, p99_us = 99, p999_us = 99.9 }) do
    print(string.format("%s %d", name, latency:percentile(share)))
  end
end
