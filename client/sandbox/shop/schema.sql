CREATE TABLE customers (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    email      TEXT NOT NULL UNIQUE,
    city       TEXT NOT NULL,
    country    TEXT NOT NULL,
    newsletter INTEGER NOT NULL DEFAULT 0 CHECK (newsletter IN (0, 1)),
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE orders (
    id             INTEGER PRIMARY KEY,
    customer_id    INTEGER NOT NULL REFERENCES customers (id),
    status         TEXT NOT NULL CHECK (status IN ('pending', 'paid', 'shipped', 'delivered', 'canceled', 'returned')),
    shipping_cents INTEGER NOT NULL DEFAULT 0 CHECK (shipping_cents >= 0),
    placed_at      TEXT NOT NULL,
    shipped_at     TEXT,
    note           TEXT
) STRICT;

CREATE TABLE items (
    id          INTEGER PRIMARY KEY,
    order_id    INTEGER NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    sku         TEXT NOT NULL,
    product     TEXT NOT NULL,
    quantity    INTEGER NOT NULL CHECK (quantity > 0),
    price_cents INTEGER NOT NULL CHECK (price_cents >= 0)
) STRICT;

CREATE TABLE payments (
    id           INTEGER PRIMARY KEY,
    order_id     INTEGER NOT NULL REFERENCES orders (id),
    method       TEXT NOT NULL CHECK (method IN ('card', 'paypal', 'transfer', 'gift card')),
    amount_cents INTEGER NOT NULL,
    status       TEXT NOT NULL CHECK (status IN ('authorized', 'captured', 'refunded', 'failed')),
    paid_at      TEXT
) STRICT;

CREATE INDEX orders_by_customer ON orders (customer_id);
CREATE INDEX orders_by_date ON orders (placed_at);
CREATE INDEX items_by_order ON items (order_id);
CREATE INDEX items_by_sku ON items (sku);
CREATE INDEX payments_by_order ON payments (order_id);

CREATE VIEW order_totals AS
SELECT o.id AS order_id,
       c.name AS customer,
       o.status,
       count(i.id) AS lines,
       round((sum(i.quantity * i.price_cents) + o.shipping_cents) / 100.0, 2) AS total,
       o.placed_at
  FROM orders o
  JOIN customers c ON c.id = o.customer_id
  JOIN items i ON i.order_id = o.id
 GROUP BY o.id;

CREATE VIEW monthly_revenue AS
SELECT substr(o.placed_at, 1, 7) AS month,
       count(*) AS orders,
       round(sum(p.amount_cents) / 100.0, 2) AS revenue
  FROM payments p
  JOIN orders o ON o.id = p.order_id
 WHERE p.status = 'captured'
 GROUP BY month;
