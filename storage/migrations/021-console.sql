-- Operators: who may use the console where a token is asked for.
CREATE TABLE operators (
  name TEXT PRIMARY KEY,
  token BLOB NOT NULL,          -- SHA-256
  made_at INTEGER NOT NULL,     -- milliseconds since 1970, as all times here
  expires_at INTEGER,           -- null: never
  used_at INTEGER               -- the last login; null: none
) STRICT;

-- Counted every few seconds while somebody watches, which takes long where the stanzas have to be passed over.
CREATE INDEX dead_letters_by_age ON dead_letters (died_at);
