-- One reservation as the story's store makes it: what is held or sold of a product are rows, which are counted under
-- a lock on the product.
\set product random(1, :products)
\set customer random(1, 9000000000000000000)
BEGIN;
SELECT stock FROM product WHERE id = :product FOR UPDATE \gset
SELECT count(*) AS taken FROM customer_product
  WHERE product_id = :product AND state IN ('Pending', 'Purchased') \gset
INSERT INTO customer_product (customer_id, product_id, state, expires)
SELECT :customer, :product, 'Pending', now() + interval '4 hours' WHERE CAST(:stock AS bigint) > CAST(:taken AS bigint);
COMMIT;
