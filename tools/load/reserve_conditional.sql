-- One reservation as one statement: the product's row is taken down if there is enough of it, and only then the
-- reservation written, under an id of its own.
\set product random(1, :products)
\set id random(1, 9000000000000000000)
WITH taken AS (
  UPDATE product SET available = available - 1 WHERE id = :product AND available >= 1 RETURNING id
)
INSERT INTO reservation (id, product_id, expires)
SELECT :id, taken.id, now() + interval '4 hours' FROM taken;
