CREATE TABLE product (id bigint PRIMARY KEY, available bigint NOT NULL, stock bigint NOT NULL);
CREATE TABLE reservation (id bigint PRIMARY KEY, product_id bigint NOT NULL, expires timestamptz NOT NULL);
CREATE TABLE customer_product (
  customer_id bigint NOT NULL, product_id bigint NOT NULL, state text NOT NULL, expires timestamptz NOT NULL,
  PRIMARY KEY (product_id, customer_id)
);
INSERT INTO product SELECT n, 1000000000, 1000000000 FROM generate_series(1, 1000) n;
ANALYZE product;
