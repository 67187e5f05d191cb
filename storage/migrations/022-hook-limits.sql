-- How much one hook takes, where that isn't what the configuration says of all.
ALTER TABLE hooks ADD COLUMN rate REAL;           -- posts in a second
ALTER TABLE hooks ADD COLUMN body_bytes INTEGER;  -- of a post, at most
