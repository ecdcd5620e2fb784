
-- Whoever prepares for sales that are about to open finds them by when they do. No batch changes that time.
CREATE INDEX performance_on_sale ON performance (on_sale_at);
