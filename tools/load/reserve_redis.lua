-- One reservation in Redis: 1 if it was made, 0 if the id has one already, -1 if there is not enough.
-- ARGV: the run and a random number; another, which picks the product (both make the id); how many products.
local reservation = 'r:' .. ARGV[1] .. ARGV[2]
local stock = 'stock:' .. tonumber(ARGV[2]) % tonumber(ARGV[3])
if redis.call('EXISTS', reservation) == 1 then return 0 end
if tonumber(redis.call('GET', stock) or '0') < 1 then return -1 end
redis.call('DECR', stock)
redis.call('SET', reservation, stock, 'EX', 14400)
return 1
