-- Who may use the console from where a token is asked for.
CREATE TABLE operators (
  name TEXT PRIMARY KEY,
  token BLOB NOT NULL,          -- SHA-256
  made_at INTEGER NOT NULL,     -- milliseconds since 1970, as all times here
  expires_at INTEGER,           -- null: never
  used_at INTEGER               -- the last login; null: none
) STRICT;
