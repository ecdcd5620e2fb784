-- The holds of a page were made in one batch or two, and lapse together: with a fifth of the page free, two thirds of
-- their new versions went to other pages and were written to every index again. With half of it free none is.
ALTER TABLE hold SET (fillfactor = 50);
