-- What was accepted and is not yet known to be routed. One row is one stanza, or one stanza for many recipients.
CREATE TABLE outbox (
  seq         INTEGER PRIMARY KEY AUTOINCREMENT,
  accepted_at INTEGER NOT NULL,            -- milliseconds since 1970
  expires_at  INTEGER,                     -- milliseconds since 1970; null: never
  stanza      TEXT    NOT NULL,            -- without `to` where there are recipients
  recipients  TEXT,                        -- one address a line; null: the stanza has its own `to`
  done        INTEGER NOT NULL DEFAULT 0   -- how many recipients are known to be routed
) STRICT;

-- Stanzas that made the server close the stream.
CREATE TABLE dead_letters (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  accepted_at INTEGER NOT NULL,
  died_at     INTEGER NOT NULL,
  stanza      TEXT    NOT NULL,            -- complete, with its `to`
  reason      TEXT    NOT NULL             -- the stream error
) STRICT;

-- Fingerprints of what was accepted lately, to know a caller's retry.
CREATE TABLE accepted (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  fingerprint BLOB    NOT NULL UNIQUE,
  accepted_at INTEGER NOT NULL
) STRICT;
