-- wrk: one reservation a request, each under an id of its own. Arguments after --: SKU and a prefix for the ids.
-- Prints what was answered: "reserved N", "other N".
local threads = {}

function setup(thread)
  thread:set("number", #threads + 1)
  table.insert(threads, thread)
end

function init(args)
  sku, prefix = args[1], args[2]
  next_id, reserved, other = 0, 0, 0
  body = '{"lines":[{"sku":"' .. sku .. '","quantity":1}],"ttl_seconds":14400}'
  headers = { ["Content-Type"] = "application/json" }
end

function request()
  next_id = next_id + 1
  return wrk.format("PUT", "/v1/reservations/" .. prefix .. number .. "-" .. next_id, headers, body)
end

function response(status)
  if status == 201 then reserved = reserved + 1 else other = other + 1 end
end

function done()
  local reserved_all, other_all = 0, 0
  for _, thread in ipairs(threads) do
    reserved_all = reserved_all + thread:get("reserved")
    other_all = other_all + thread:get("other")
  end
  print("reserved " .. reserved_all)
  print("other " .. other_all)
end
