-- What became of calls, for whoever follows one by its request's id. The oldest are forgotten.
CREATE TABLE calls (
  id          INTEGER PRIMARY KEY,
  request     TEXT    NOT NULL,            -- the id that its answer and the log carry
  caller      TEXT    NOT NULL,
  accepted_at INTEGER NOT NULL,            -- milliseconds since 1970, as all times here
  stanzas     INTEGER NOT NULL,            -- how many it made; 0: none, or it was a repeat
  first       INTEGER,                     -- its rows in the outbox, from this one
  last        INTEGER                      -- to this one; null: it has none
) STRICT;

-- How far the outbox was confirmed, and when that was last.
CREATE TABLE confirmations (
  seq INTEGER PRIMARY KEY,                 -- all rows below
  at  INTEGER NOT NULL
) STRICT;

-- What was to be written once more.
CREATE TABLE rewrites (
  id     INTEGER PRIMARY KEY,
  at     INTEGER NOT NULL,
  first  INTEGER NOT NULL,                 -- the rows from this one
  last   INTEGER NOT NULL,                 -- to this one
  reason TEXT    NOT NULL
) STRICT;

-- Errors that came back for what calls sent.
CREATE TABLE bounces (
  call      INTEGER NOT NULL,              -- calls.id
  condition TEXT    NOT NULL,
  receiver  TEXT    NOT NULL,              -- the first of them
  at        INTEGER NOT NULL,              -- of the first
  count     INTEGER NOT NULL,
  PRIMARY KEY (call, condition)
) STRICT, WITHOUT ROWID;

ALTER TABLE dead_letters ADD COLUMN seq INTEGER;  -- its row in the outbox; null: of an earlier version's
