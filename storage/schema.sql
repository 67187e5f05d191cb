-- The database's tables. Version 1 of the schema (user_version, database.ts).
--
-- Times are integers in milliseconds since 1970 if nothing else is said. The rooms' own times and the archive's ids are
-- in microseconds, as each has to be unique. Addresses are normalised; lists of addresses have one on each line.
-- Flags are 0 or 1.

-------------------------------------------------------------------------------------------------------------- Outbox

-- Accepted stanzas, in the order in which they are sent. A row is one stanza, several stanzas from one sender to one
-- receiver, or one stanza for many recipients. Acknowledged rows stay for some seconds, in case the server crashes.
CREATE TABLE outbox (
  row_id      INTEGER PRIMARY KEY AUTOINCREMENT,
  accepted_at INTEGER NOT NULL,
  expires_at  INTEGER,                     -- null: never
  kind        TEXT    NOT NULL CHECK (kind IN ('message', 'presence', 'iq')),
  sender      TEXT    NOT NULL,            -- bare; order is kept between it and each receiver
  receiver    TEXT,                        -- the stanza's `to`; null if there are recipients
  stanzas     INTEGER NOT NULL,            -- how many it makes on the stream
  call        INTEGER,                     -- the row_id of its call's first row; null: its own
  mode        TEXT CHECK (mode IN ('direct', 'privileged')),           -- the only mode to send it in; null: any
  copied      INTEGER NOT NULL DEFAULT 0 CHECK (copied IN (0, 1)),     -- 1: followed by a copy for the sender's sessions
  parked      INTEGER NOT NULL DEFAULT 0 CHECK (parked IN (0, 1)),     -- 1: rows behind it may be acknowledged already
  done        INTEGER NOT NULL DEFAULT 0,  -- how many stanzas of a parked row are acknowledged
  acked_at    INTEGER,                     -- when a parked row was acknowledged; null: it waits
  stanza      TEXT    NOT NULL,            -- without `to` if there are recipients
  recipients  TEXT                         -- addresses; null: the stanza has its own `to`
) STRICT;
CREATE INDEX outbox_parked ON outbox (acked_at, row_id) WHERE parked = 1;

-- How far the outbox is acknowledged, by which server, and how much of it waits: one row.
CREATE TABLE outbox_progress (
  one             INTEGER PRIMARY KEY CHECK (one = 1),
  acked           INTEGER NOT NULL DEFAULT 0,  -- all rows below are acknowledged, parked or dead letters
  peer            TEXT,                        -- the address at the other end of the link; null: unknown
  up_at           INTEGER NOT NULL DEFAULT 0,  -- when that link was established
  heard_at        INTEGER NOT NULL DEFAULT 0,  -- when the server acknowledged something last
  stopped         INTEGER NOT NULL DEFAULT 0 CHECK (stopped IN (0, 1)),  -- 1: the component was stopped properly
  counted         INTEGER NOT NULL DEFAULT 0,  -- all rows below are in the four numbers, and later ones not yet
  waiting_stanzas INTEGER NOT NULL DEFAULT 0,
  waiting_bytes   INTEGER NOT NULL DEFAULT 0,
  parked_stanzas  INTEGER NOT NULL DEFAULT 0,
  parked_bytes    INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO outbox_progress (one) VALUES (1);

-- Dead letters: stanzas that can't be sent, for an operator to handle.
CREATE TABLE dead_letters (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  accepted_at INTEGER NOT NULL,
  died_at     INTEGER NOT NULL,
  reason      TEXT    NOT NULL,            -- such as the stream error
  row_id      INTEGER NOT NULL,            -- its row in the outbox
  call        INTEGER NOT NULL,            -- the first row of its call
  kind        TEXT    NOT NULL,            -- from here on as in the outbox
  sender      TEXT    NOT NULL,
  receiver    TEXT,
  stanzas     INTEGER NOT NULL,
  mode        TEXT,
  copied      INTEGER NOT NULL,
  stanza      TEXT    NOT NULL,
  recipients  TEXT
) STRICT;
CREATE INDEX dead_letters_by_age ON dead_letters (died_at);
CREATE INDEX dead_letters_by_call ON dead_letters (call);
CREATE INDEX dead_letters_by_row ON dead_letters (row_id);

-- Dead letters that were dropped or retried, for the trace of their calls.
CREATE TABLE handled_letters (
  letter     INTEGER NOT NULL,             -- dead_letters.id
  row_id     INTEGER NOT NULL,             -- its row in the outbox
  died_at    INTEGER NOT NULL,
  reason     TEXT    NOT NULL,             -- why it was a dead letter
  handled_at INTEGER NOT NULL,
  how        TEXT    NOT NULL CHECK (how IN ('dropped', 'retried'))
) STRICT;
CREATE INDEX handled_letters_by_row ON handled_letters (row_id);

-- Fingerprints of what was accepted in the last ten minutes, to recognise a caller's retry. There is no index: they are
-- random, so each would touch another page of it; fingerprints.ts finds them by an index in memory.
CREATE TABLE accepted (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  fingerprint BLOB    NOT NULL,
  accepted_at INTEGER NOT NULL,
  row_id      INTEGER NOT NULL             -- its row in the outbox; 0: a message in a room, which has none of its own
) STRICT;

-- The latest calls, for those who trace one by its request id.
CREATE TABLE calls (
  id          INTEGER PRIMARY KEY,
  request     TEXT    NOT NULL,            -- the id that its answer and the log carry
  caller      TEXT    NOT NULL,
  accepted_at INTEGER NOT NULL,
  stanzas     INTEGER NOT NULL,            -- how many it made; 0: none, or it was a repeat
  first       INTEGER,                     -- its rows in the outbox, from this one
  last        INTEGER,                     -- to this one; null: it has none
  acked_at    INTEGER                      -- when parked rows of it were acknowledged last; null: none were
) STRICT;

-- When the outbox was acknowledged up to where.
CREATE TABLE acks (
  row_id INTEGER NOT NULL,                 -- all rows below
  at     INTEGER NOT NULL,
  PRIMARY KEY (row_id, at)
) STRICT, WITHOUT ROWID;

-- Rows of the outbox that had to be sent again.
CREATE TABLE rewrites (
  id     INTEGER PRIMARY KEY,
  at     INTEGER NOT NULL,
  first  INTEGER NOT NULL,                 -- the rows from this one
  last   INTEGER NOT NULL,                 -- to this one
  reason TEXT    NOT NULL
) STRICT;

-- Error stanzas that came back for what calls sent.
CREATE TABLE bounces (
  call      INTEGER NOT NULL,              -- calls.id
  condition TEXT    NOT NULL,
  receiver  TEXT    NOT NULL,              -- of the first one
  at        INTEGER NOT NULL,              -- of the first one
  count     INTEGER NOT NULL,
  PRIMARY KEY (call, condition)
) STRICT, WITHOUT ROWID;

--------------------------------------------------------------------------------------------------------------- Rooms

-- The group-chat rooms of the component.
CREATE TABLE rooms (
  id         INTEGER PRIMARY KEY,
  name       TEXT    NOT NULL UNIQUE,      -- the localpart of the room's address; '/' and the id in destroyed rooms
  secret     BLOB    NOT NULL,             -- the key of its occupant-ids
  created_at INTEGER NOT NULL,
  locked     INTEGER NOT NULL,             -- 1: created by entering it and not configured yet
  listed     INTEGER NOT NULL,             -- 1: shown in the service's list
  options    TEXT    NOT NULL,             -- JSON
  subject    TEXT                          -- JSON: what, who and when; null: never set
) STRICT;
CREATE INDEX rooms_listed ON rooms (name) WHERE listed = 1;
CREATE INDEX rooms_forgetting ON rooms (id) WHERE options ->> '$.archiveDays' > 0;
CREATE INDEX rooms_locked ON rooms (created_at) WHERE locked = 1;

-- The users' affiliations with rooms, whether they are inside or not. A whole domain can be an outcast.
CREATE TABLE affiliations (
  room        INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  jid         TEXT    NOT NULL,            -- bare
  affiliation TEXT    NOT NULL CHECK (affiliation IN ('owner', 'admin', 'member', 'outcast')),
  since       INTEGER NOT NULL,            -- microseconds: the order in which they came
  nick        TEXT,                        -- reserved for them
  reason      TEXT,
  invited     INTEGER NOT NULL DEFAULT 0,  -- 1: notified of a message while they were not inside
  seen        INTEGER,                     -- microseconds: when they were inside last, for room activity (XEP-0437)
  PRIMARY KEY (room, jid)
) STRICT, WITHOUT ROWID;
CREATE INDEX affiliations_by_jid ON affiliations (jid);

-- The occupants, so that a restart empties no room.
CREATE TABLE occupants (
  room       INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  jid        TEXT    NOT NULL,             -- full
  nick       TEXT    NOT NULL,
  role       TEXT    NOT NULL CHECK (role IN ('moderator', 'participant', 'visitor')),
  presence   TEXT    NOT NULL,             -- the children of its last presence, as XML
  present_at INTEGER NOT NULL,             -- microseconds: when that came
  PRIMARY KEY (room, jid)
) STRICT, WITHOUT ROWID;

-- Who was invited through a room, and by whom: only they can decline.
CREATE TABLE invitations (
  room    INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  invited TEXT    NOT NULL,                -- bare
  inviter TEXT    NOT NULL,                -- bare, the real address
  shown   TEXT    NOT NULL,                -- the inviter's address as the invited user saw it
  at      INTEGER NOT NULL,                -- microseconds
  PRIMARY KEY (room, invited, inviter)
) STRICT, WITHOUT ROWID;
CREATE INDEX invitations_by_age ON invitations (room, at);

-- The rooms' vCards. The hashes stand before the vCard, so that SQLite reads them without reading the pictures.
CREATE TABLE room_vcards (
  room     INTEGER PRIMARY KEY REFERENCES rooms (id) ON DELETE CASCADE,
  pictures TEXT    NOT NULL,               -- SHA-1 in hex of each picture in it, separated by spaces
  vcard    TEXT    NOT NULL                -- XML
) STRICT;

-- Destroyed rooms that are still being deleted. Their names are free already.
CREATE TABLE rooms_being_deleted (
  room INTEGER PRIMARY KEY REFERENCES rooms (id) ON DELETE CASCADE
) STRICT;

-- Tombstones: addresses of destroyed rooms, which nobody else gets for a while.
CREATE TABLE room_tombstones (
  name         TEXT    PRIMARY KEY,        -- the localpart of the room's address
  destroyed_at INTEGER NOT NULL,
  owners       TEXT    NOT NULL,           -- JSON: bare addresses that may create it again
  alternative  TEXT,                       -- the address of the room to go to instead
  reason       TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX room_tombstones_by_age ON room_tombstones (destroyed_at);

-- User removals (clear_staff) under way: users who are being removed from all their rooms. Memberships that they got
-- after that moment stay.
CREATE TABLE user_removals (
  jid      TEXT    PRIMARY KEY,            -- bare
  requested_at INTEGER NOT NULL                -- microseconds, as affiliations.since
) STRICT, WITHOUT ROWID;

-- The service administrators when rooms were updated last: those who no longer are lose their rights in them.
CREATE TABLE service_admins (
  jid TEXT PRIMARY KEY                     -- bare
) STRICT, WITHOUT ROWID;

-- Sessions that want to know about activity in rooms that they are not in (XEP-0437).
CREATE TABLE activity_subscriptions (
  jid TEXT PRIMARY KEY                     -- full
) STRICT, WITHOUT ROWID;

-- The messages of rooms. The id is the stanza-id (XEP-0359): microseconds, unique for each message. The stanza is last:
-- what is looked for is read without it.
CREATE TABLE archive (
  id        INTEGER PRIMARY KEY,
  room      INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  kept      INTEGER NOT NULL,              -- 1: in the archive (XEP-0313)
  said      INTEGER NOT NULL,              -- 1: in the history for those who enter
  retracted INTEGER NOT NULL DEFAULT 0,    -- 1: the stanza is a tombstone (XEP-0424)
  sender    TEXT    NOT NULL,              -- bare, the real address
  nick      TEXT    NOT NULL,
  own_id    TEXT,                          -- the stanza's `id`, from its sender
  origin_id TEXT,                          -- its origin-id (XEP-0359), if that is another
  replaces  TEXT,                          -- the own_id of the message that it corrects (XEP-0308)
  text      TEXT    NOT NULL DEFAULT '',   -- the start of its text, folded (text-search.ts); '' if it isn't searched
  stanza    TEXT    NOT NULL               -- without `to`
) STRICT;
CREATE INDEX archive_by_room ON archive (room, id, kept, said);
CREATE INDEX archive_by_own_id ON archive (room, sender, own_id) WHERE own_id IS NOT NULL;
CREATE INDEX archive_by_origin_id ON archive (room, sender, origin_id) WHERE origin_id IS NOT NULL;
CREATE INDEX archive_by_replaces ON archive (room, sender, replaces) WHERE replaces IS NOT NULL;
CREATE INDEX archive_history_only ON archive (room, id) WHERE kept = 0;

-- The archives' full-text index (rooms-archive-reads.ts): for each kept message its room and its pairs of adjacent characters.
CREATE VIRTUAL TABLE archive_grams USING fts5 (
  grams, content = '', contentless_delete = 1, detail = none, tokenize = "ascii tokenchars '_'"
);

-- The last message in that index; later ones follow soon.
CREATE TABLE archive_indexed (up_to INTEGER NOT NULL) STRICT;
INSERT INTO archive_indexed VALUES (0);

-- Expired and retracted messages leave the index, whatever deletes them.
CREATE TRIGGER archive_deleted AFTER DELETE ON archive WHEN old.kept = 1 BEGIN
  DELETE FROM archive_grams WHERE rowid = old.id;
END;
CREATE TRIGGER archive_changed AFTER UPDATE OF stanza ON archive WHEN old.kept = 1 BEGIN
  DELETE FROM archive_grams WHERE rowid = old.id;
END;

-------------------------------------------------------------------------------------------------------------- People

-- The hosts whose users are in the directory.
CREATE TABLE hosts (
  id          INTEGER PRIMARY KEY,
  name        TEXT NOT NULL UNIQUE,        -- a domain
  description TEXT NOT NULL DEFAULT ''
) STRICT;

-- The directory: the organisation's own list of users, maintained by imports and the command line.
CREATE TABLE users (
  id         INTEGER PRIMARY KEY,
  host       INTEGER NOT NULL REFERENCES hosts (id),
  local      TEXT NOT NULL,                -- the address's localpart
  name       TEXT NOT NULL,
  pinyin     TEXT NOT NULL,                -- 'zhangsan|zs': spellings of the name for searching
  avatar     TEXT NOT NULL DEFAULT '',     -- an absolute URL, or one relative to the clients' file server
  department TEXT NOT NULL DEFAULT '',     -- '/company/division/team'
  employed   INTEGER NOT NULL DEFAULT 1 CHECK (employed IN (0, 1)),
  UNIQUE (host, local)
) STRICT;

-- Users' own vCards, cached until expires_at; also that there is none.
CREATE TABLE vcards (
  jid        TEXT PRIMARY KEY,             -- bare
  name       TEXT,                         -- null: no such user
  avatar     TEXT NOT NULL DEFAULT '',     -- a URL that the vCard names
  image      TEXT,                         -- images.name
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX vcards_by_expiry ON vcards (expires_at);
CREATE INDEX vcards_by_image ON vcards (image) WHERE image IS NOT NULL;

-- Avatars that vCards contained.
CREATE TABLE images (
  name  TEXT PRIMARY KEY,                  -- hex of SHA-256, a dot and the type's usual extension
  type  TEXT NOT NULL,                     -- media type
  bytes BLOB NOT NULL
) STRICT;

-- Keys by which web servers authenticate users (auth_uk). Only its owner knows the key itself.
CREATE TABLE keys (
  id         INTEGER PRIMARY KEY,
  jid        TEXT NOT NULL,                -- bare
  resource   TEXT NOT NULL,                -- the session that asked
  hash       BLOB NOT NULL,                -- SHA-256 of the digits
  issued_at  INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  UNIQUE (jid, resource)
) STRICT;
CREATE INDEX keys_by_expiry ON keys (expires_at);

-- Operators who may use the console by token.
CREATE TABLE operators (
  name       TEXT PRIMARY KEY,
  token      BLOB NOT NULL,                -- SHA-256
  made_at    INTEGER NOT NULL,
  expires_at INTEGER,                      -- null: never
  used_at    INTEGER                       -- the last login; null: none
) STRICT;

-- How far an interrupted import got and what it counted, written in the transactions of the imported rows.
CREATE TABLE import_progress (
  source   TEXT NOT NULL,                  -- identifies the dump
  step     TEXT NOT NULL,                  -- what is imported: a table of the dump
  position INTEGER NOT NULL,               -- the byte of the dump at which it continues
  state    TEXT NOT NULL,                  -- JSON: counts and lines read
  PRIMARY KEY (source, step)
) STRICT, WITHOUT ROWID;

--------------------------------------------------------------------------------------------------------------- Hooks

-- Bots, in whose names hooks send.
CREATE TABLE bots (
  name         TEXT PRIMARY KEY,           -- the localpart of its address in the component's own domain
  title        TEXT NOT NULL,              -- its display name
  picture      BLOB,
  picture_type TEXT                        -- its media type
) STRICT;

-- Incoming webhooks: HTTP addresses to which programs post what is sent to a room or a user.
CREATE TABLE hooks (
  id            TEXT PRIMARY KEY,          -- the public part of the HTTP address
  name          TEXT NOT NULL UNIQUE,
  secret        BLOB NOT NULL,             -- SHA-256 of its secret part
  receiver      TEXT NOT NULL,             -- bare address of a room or a user
  sender        TEXT,                      -- a user's bare address; null: the bot sends
  bot           TEXT REFERENCES bots (name),
  format        TEXT NOT NULL,
  template      TEXT,                      -- null: the format's own
  signature_key TEXT,                      -- of the program's HMAC; null: posts need no signature
  corrects      INTEGER NOT NULL,          -- 1: a resolved alert corrects its first message
  made_at       INTEGER NOT NULL,
  test          BLOB,                      -- SHA-256 of a secret that is valid until test_until
  test_until    INTEGER,
  rate          REAL,                      -- posts a second; null: as configured for all
  body_bytes    INTEGER                    -- the most bytes of a post; null: as configured for all
) STRICT;
CREATE INDEX hooks_by_bot ON hooks (bot);

-- The latest messages that incoming webhooks sent.
CREATE TABLE hook_messages (
  id          TEXT PRIMARY KEY,            -- the stanza's
  hook        TEXT NOT NULL REFERENCES hooks (id) ON DELETE CASCADE,
  receiver    TEXT NOT NULL,
  fingerprint BLOB,                        -- recognises a repeated post; null: never a repeat
  call        INTEGER,                     -- its first row in the outbox; null: none, as for a room of another service
  request     TEXT,                        -- the id of the request that posted it
  accepted_at INTEGER NOT NULL,
  sent_at     INTEGER,                     -- when it was sent to a room of another service last
  done_at     INTEGER,                     -- when that room reflected or refused it
  bounce      TEXT                         -- the condition of the error that came back
) STRICT;
CREATE INDEX hook_messages_by_hook ON hook_messages (hook, fingerprint) WHERE fingerprint IS NOT NULL;

-- Messages of alerts that are corrected when the alert is resolved.
CREATE TABLE hook_groups (
  hook    TEXT NOT NULL REFERENCES hooks (id) ON DELETE CASCADE,
  name    BLOB NOT NULL,                   -- a hash of the alert group's key
  message TEXT NOT NULL,                   -- the id of the message about it
  said_at INTEGER NOT NULL,
  PRIMARY KEY (hook, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX hook_groups_by_age ON hook_groups (said_at);

-- The rooms of other services in which bots are occupants.
CREATE TABLE bot_rooms (
  bot       TEXT    NOT NULL REFERENCES bots (name) ON DELETE CASCADE,
  room      TEXT    NOT NULL,              -- bare
  chosen    INTEGER NOT NULL CHECK (chosen IN (0, 1)),   -- 1: an operator had it enter; 0: hooks need it
  password  TEXT,                          -- the room's; null: none
  requested_at INTEGER NOT NULL,           -- when a command asked the component to enter it
  state     TEXT    NOT NULL CHECK (state IN ('entering', 'inside', 'waiting', 'refused')),
  condition TEXT,                          -- why it isn't inside: an error's condition
  reason    TEXT,                          -- the same in a sentence
  nick      TEXT,                          -- its nickname there; null: never inside
  since     INTEGER NOT NULL,              -- of the state
  PRIMARY KEY (bot, room)
) STRICT, WITHOUT ROWID;

-- Messages for those rooms, in order, until the room has sent them back to the bot.
CREATE TABLE bot_posts (
  row_id      INTEGER PRIMARY KEY AUTOINCREMENT,
  bot         TEXT NOT NULL,
  room        TEXT NOT NULL,
  id          TEXT NOT NULL,               -- the stanza's
  accepted_at INTEGER NOT NULL,
  stanza      TEXT NOT NULL,
  FOREIGN KEY (bot, room) REFERENCES bot_rooms (bot, room) ON DELETE CASCADE
) STRICT;
CREATE INDEX bot_posts_by_room ON bot_posts (bot, room);
CREATE INDEX bot_posts_by_id ON bot_posts (id);

-- Addresses of which commands ask whether they are rooms of other services.
CREATE TABLE room_checks (
  address TEXT PRIMARY KEY,
  is_room INTEGER                          -- null: not answered yet
) STRICT, WITHOUT ROWID;

-- Outgoing webhooks: programs to which events are delivered.
CREATE TABLE outgoing_hooks (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  name     TEXT NOT NULL UNIQUE,
  url      TEXT NOT NULL,
  secret   TEXT NOT NULL,                  -- whsec_…, not hashed, as it signs
  events   TEXT NOT NULL,                  -- which events, separated by commas
  rooms    TEXT,                           -- bare addresses; null: all rooms
  pattern  TEXT,                           -- what a text must match; null: anything
  only_mentions INTEGER NOT NULL,          -- 1: of rooms only what names the bot
  form     TEXT NOT NULL,                  -- the format of the payload
  inner    TEXT NOT NULL,                  -- private addresses and networks that it may use, one on each line
  bot      TEXT REFERENCES bots (name),
  made_at  INTEGER NOT NULL,
  waiting  INTEGER NOT NULL DEFAULT 0,     -- events in its queue, counted by the triggers below
  bytes    INTEGER NOT NULL DEFAULT 0,     -- and their bytes
  failures INTEGER NOT NULL DEFAULT 0,     -- in a row
  retry_at INTEGER NOT NULL DEFAULT 0,     -- nothing is delivered before
  fault    TEXT                            -- why the last delivery failed
) STRICT;
CREATE INDEX outgoing_hooks_by_bot ON outgoing_hooks (bot);

-- The events that outgoing webhooks have yet to get, and their dead letters.
CREATE TABLE hook_events (
  row_id      INTEGER PRIMARY KEY AUTOINCREMENT,
  hook        INTEGER NOT NULL REFERENCES outgoing_hooks (id) ON DELETE CASCADE,
  id          TEXT NOT NULL,               -- as the program knows it
  body        TEXT NOT NULL,               -- the payload
  bytes       INTEGER NOT NULL,            -- of the body
  reply_to    TEXT,                        -- the bare address that gets a reply; null: none
  happened_at INTEGER NOT NULL,
  until       INTEGER NOT NULL,            -- undelivered by then, it becomes a dead letter
  died_at     INTEGER,                     -- when it became one; null: it waits
  reason      TEXT                         -- why
) STRICT;
CREATE INDEX hook_events_waiting ON hook_events (hook, row_id) WHERE died_at IS NULL;
CREATE INDEX hook_events_dead ON hook_events (hook, row_id) WHERE died_at IS NOT NULL;

-- Keep outgoing_hooks.waiting and .bytes right.
CREATE TRIGGER hook_event_added AFTER INSERT ON hook_events WHEN new.died_at IS NULL BEGIN
  UPDATE outgoing_hooks SET waiting = waiting + 1, bytes = bytes + new.bytes WHERE id = new.hook;
END;
CREATE TRIGGER hook_event_removed AFTER DELETE ON hook_events WHEN old.died_at IS NULL BEGIN
  UPDATE outgoing_hooks SET waiting = waiting - 1, bytes = bytes - old.bytes WHERE id = old.hook;
END;
CREATE TRIGGER hook_event_died AFTER UPDATE OF died_at ON hook_events
  WHEN old.died_at IS NULL AND new.died_at IS NOT NULL BEGIN
  UPDATE outgoing_hooks SET waiting = waiting - 1, bytes = bytes - old.bytes WHERE id = old.hook;
END;
CREATE TRIGGER hook_event_back AFTER UPDATE OF died_at ON hook_events
  WHEN old.died_at IS NOT NULL AND new.died_at IS NULL BEGIN
  UPDATE outgoing_hooks SET waiting = waiting + 1, bytes = bytes + old.bytes WHERE id = old.hook;
END;
