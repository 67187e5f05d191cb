-- Who there is: the company's own list, kept by imports and the command line.
CREATE TABLE hosts (
  id          INTEGER PRIMARY KEY,
  name        TEXT NOT NULL UNIQUE,        -- a domain, normalised
  description TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE users (
  id         INTEGER PRIMARY KEY,
  host       INTEGER NOT NULL REFERENCES hosts (id),
  local      TEXT NOT NULL,                -- the address's localpart, normalised
  name       TEXT NOT NULL,
  pinyin     TEXT NOT NULL,                -- 'zhangsan|zs': spellings of the name, to be found by
  avatar     TEXT NOT NULL DEFAULT '',     -- an absolute URL, or one relative to the clients' file server
  department TEXT NOT NULL DEFAULT '',     -- '/company/division/team'
  employed   INTEGER NOT NULL DEFAULT 1 CHECK (employed IN (0, 1)),
  UNIQUE (host, local)
) STRICT;

-- What users' own vCards said, or that there was nothing; remembered until expires_at, then asked again.
CREATE TABLE vcards (
  jid        TEXT PRIMARY KEY,             -- bare
  name       TEXT,                         -- null: nobody known by that address
  avatar     TEXT NOT NULL DEFAULT '',     -- a URL that the vCard names
  image      TEXT,                         -- the file name of an image in the table images
  expires_at INTEGER NOT NULL              -- milliseconds since 1970
) STRICT, WITHOUT ROWID;
CREATE INDEX vcards_by_expiry ON vcards (expires_at);
CREATE INDEX vcards_by_image ON vcards (image) WHERE image IS NOT NULL;

-- Avatars that came as bytes, named by their hash.
CREATE TABLE images (
  name     TEXT PRIMARY KEY,               -- hex of SHA-256, a dot and the type's usual ending
  type     TEXT NOT NULL,                  -- media type
  bytes    BLOB NOT NULL
) STRICT;

-- Keys by which web servers recognise users (auth_uk). The key itself is known to its owner alone.
CREATE TABLE keys (
  id         INTEGER PRIMARY KEY,
  jid        TEXT NOT NULL,                -- bare
  resource   TEXT NOT NULL,                -- the session that asked
  hash       BLOB NOT NULL,                -- SHA-256 of the digits
  issued_at  INTEGER NOT NULL,             -- milliseconds since 1970
  expires_at INTEGER NOT NULL,
  UNIQUE (jid, resource)
) STRICT;
CREATE INDEX keys_by_expiry ON keys (expires_at);

-- How far an interrupted import got, and what it counted: written in the transactions of the rows themselves.
CREATE TABLE import_progress (
  source   TEXT NOT NULL,                  -- identifies the dump
  step     TEXT NOT NULL,                  -- what is being imported: a table of the dump
  position INTEGER NOT NULL,               -- the byte of the dump from which it goes on
  state    TEXT NOT NULL,                  -- JSON: counts and lines read
  PRIMARY KEY (source, step)
) STRICT, WITHOUT ROWID;
