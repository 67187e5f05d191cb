-- Hooks: addresses to which programs of any kind post what is to be said, and bots in whose names it is said.
CREATE TABLE bots (
  name TEXT PRIMARY KEY,        -- the localpart of its address, at the component's own domain
  title TEXT NOT NULL,          -- what it is called
  picture BLOB,
  picture_type TEXT             -- its media type
) STRICT;

CREATE TABLE hooks (
  id TEXT PRIMARY KEY,          -- the part of the address that may be known
  name TEXT NOT NULL UNIQUE,
  secret BLOB NOT NULL,         -- SHA-256 of the part that may not
  receiver TEXT NOT NULL,       -- bare address: a room, or somebody
  sender TEXT,                  -- a user's bare address; null: the bot speaks
  bot TEXT REFERENCES bots (name),
  format TEXT NOT NULL,
  template TEXT,                -- null: the format's own
  signature_key TEXT,           -- of the sender's HMAC; null: posts needn't be signed
  corrects INTEGER NOT NULL,    -- 1: what is resolved corrects what it said before
  made_at INTEGER NOT NULL,     -- milliseconds since 1970, as all times here
  test BLOB,                    -- SHA-256 of a secret that is good until test_until
  test_until INTEGER
) STRICT;
CREATE INDEX hooks_by_bot ON hooks (bot);

CREATE TABLE hook_messages (
  id TEXT PRIMARY KEY,          -- the stanza's
  hook TEXT NOT NULL REFERENCES hooks (id) ON DELETE CASCADE,
  receiver TEXT NOT NULL,
  fingerprint BLOB,             -- tells the same post; null: never taken for one
  call INTEGER,                 -- its first row in the outbox; null: there was nobody to tell
  accepted_at INTEGER NOT NULL,
  bounce TEXT                   -- the condition of the error that came back
) STRICT;
CREATE INDEX hook_messages_by_hook ON hook_messages (hook, fingerprint) WHERE fingerprint IS NOT NULL;
CREATE INDEX hook_messages_by_age ON hook_messages (accepted_at);

-- What is to be corrected when it is resolved.
CREATE TABLE hook_groups (
  hook TEXT NOT NULL REFERENCES hooks (id) ON DELETE CASCADE,
  name BLOB NOT NULL,           -- a hash of the group's key
  message TEXT NOT NULL,        -- the id of the message that said it
  said_at INTEGER NOT NULL,
  PRIMARY KEY (hook, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX hook_groups_by_age ON hook_groups (said_at);
