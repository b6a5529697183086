-- One reservation in Redis: 1 if it was made, 0 if the id has one already, -1 if there is not enough.
-- ARGV: a number of the run and a random one, and a random one, which make the id and pick the product, and how many products there are.
local reservation = 'r:' .. ARGV[1] .. ARGV[2]
local stock = 'stock:' .. tonumber(ARGV[2]) % tonumber(ARGV[3])
if redis.call('EXISTS', reservation) == 1 then return 0 end
if tonumber(redis.call('GET', stock) or '0') < 1 then return -1 end
redis.call('DECR', stock)
redis.call('SET', reservation, stock, 'EX', 14400)
return 1
