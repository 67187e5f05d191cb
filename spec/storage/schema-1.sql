-- The tables that version 1 made, without the comments.
CREATE TABLE outbox (
  row_id      INTEGER PRIMARY KEY AUTOINCREMENT,
  accepted_at INTEGER NOT NULL,
  expires_at  INTEGER,
  kind        TEXT    NOT NULL CHECK (kind IN ('message', 'presence', 'iq')),
  sender      TEXT    NOT NULL,
  receiver    TEXT,
  stanzas     INTEGER NOT NULL,
  call        INTEGER,
  mode        TEXT CHECK (mode IN ('direct', 'privileged')),
  copied      INTEGER NOT NULL DEFAULT 0 CHECK (copied IN (0, 1)),
  parked      INTEGER NOT NULL DEFAULT 0 CHECK (parked IN (0, 1)),
  done        INTEGER NOT NULL DEFAULT 0,
  acked_at    INTEGER,
  stanza      TEXT    NOT NULL,
  recipients  TEXT
) STRICT;
CREATE INDEX outbox_parked ON outbox (acked_at, row_id) WHERE parked = 1;
CREATE TABLE outbox_progress (
  one             INTEGER PRIMARY KEY CHECK (one = 1),
  acked           INTEGER NOT NULL DEFAULT 0,
  peer            TEXT,
  up_at           INTEGER NOT NULL DEFAULT 0,
  heard_at        INTEGER NOT NULL DEFAULT 0,
  stopped         INTEGER NOT NULL DEFAULT 0 CHECK (stopped IN (0, 1)),
  counted         INTEGER NOT NULL DEFAULT 0,
  waiting_stanzas INTEGER NOT NULL DEFAULT 0,
  waiting_bytes   INTEGER NOT NULL DEFAULT 0,
  parked_stanzas  INTEGER NOT NULL DEFAULT 0,
  parked_bytes    INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO outbox_progress (one) VALUES (1);
CREATE TABLE dead_letters (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  accepted_at INTEGER NOT NULL,
  died_at     INTEGER NOT NULL,
  reason      TEXT    NOT NULL,
  row_id      INTEGER NOT NULL,
  call        INTEGER NOT NULL,
  kind        TEXT    NOT NULL,
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
CREATE TABLE handled_letters (
  letter     INTEGER NOT NULL,
  row_id     INTEGER NOT NULL,
  died_at    INTEGER NOT NULL,
  reason     TEXT    NOT NULL,
  handled_at INTEGER NOT NULL,
  how        TEXT    NOT NULL CHECK (how IN ('dropped', 'retried'))
) STRICT;
CREATE INDEX handled_letters_by_row ON handled_letters (row_id);
CREATE TABLE accepted (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  fingerprint BLOB    NOT NULL,
  accepted_at INTEGER NOT NULL,
  row_id      INTEGER NOT NULL
) STRICT;
CREATE TABLE calls (
  id          INTEGER PRIMARY KEY,
  request     TEXT    NOT NULL,
  caller      TEXT    NOT NULL,
  accepted_at INTEGER NOT NULL,
  stanzas     INTEGER NOT NULL,
  first       INTEGER,
  last        INTEGER,
  acked_at    INTEGER
) STRICT;
CREATE TABLE acks (
  row_id INTEGER NOT NULL,
  at     INTEGER NOT NULL,
  PRIMARY KEY (row_id, at)
) STRICT, WITHOUT ROWID;
CREATE TABLE rewrites (
  id     INTEGER PRIMARY KEY,
  at     INTEGER NOT NULL,
  first  INTEGER NOT NULL,
  last   INTEGER NOT NULL,
  reason TEXT    NOT NULL
) STRICT;
CREATE TABLE bounces (
  call      INTEGER NOT NULL,
  condition TEXT    NOT NULL,
  receiver  TEXT    NOT NULL,
  at        INTEGER NOT NULL,
  count     INTEGER NOT NULL,
  PRIMARY KEY (call, condition)
) STRICT, WITHOUT ROWID;
CREATE TABLE rooms (
  id         INTEGER PRIMARY KEY,
  name       TEXT    NOT NULL UNIQUE,
  secret     BLOB    NOT NULL,
  created_at INTEGER NOT NULL,
  locked     INTEGER NOT NULL,
  listed     INTEGER NOT NULL,
  options    TEXT    NOT NULL,
  subject    TEXT
) STRICT;
CREATE INDEX rooms_listed ON rooms (name) WHERE listed = 1;
CREATE INDEX rooms_forgetting ON rooms (id) WHERE options ->> '$.archiveDays' > 0;
CREATE INDEX rooms_locked ON rooms (created_at) WHERE locked = 1;
CREATE TABLE affiliations (
  room        INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  jid         TEXT    NOT NULL,
  affiliation TEXT    NOT NULL CHECK (affiliation IN ('owner', 'admin', 'member', 'outcast')),
  since       INTEGER NOT NULL,
  nick        TEXT,
  reason      TEXT,
  invited     INTEGER NOT NULL DEFAULT 0,
  seen        INTEGER,
  PRIMARY KEY (room, jid)
) STRICT, WITHOUT ROWID;
CREATE INDEX affiliations_by_jid ON affiliations (jid);
CREATE TABLE occupants (
  room       INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  jid        TEXT    NOT NULL,
  nick       TEXT    NOT NULL,
  role       TEXT    NOT NULL CHECK (role IN ('moderator', 'participant', 'visitor')),
  presence   TEXT    NOT NULL,
  present_at INTEGER NOT NULL,
  PRIMARY KEY (room, jid)
) STRICT, WITHOUT ROWID;
CREATE TABLE invitations (
  room    INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  invited TEXT    NOT NULL,
  inviter TEXT    NOT NULL,
  shown   TEXT    NOT NULL,
  at      INTEGER NOT NULL,
  PRIMARY KEY (room, invited, inviter)
) STRICT, WITHOUT ROWID;
CREATE INDEX invitations_by_age ON invitations (room, at);
CREATE TABLE room_vcards (
  room     INTEGER PRIMARY KEY REFERENCES rooms (id) ON DELETE CASCADE,
  pictures TEXT    NOT NULL,
  vcard    TEXT    NOT NULL
) STRICT;
CREATE TABLE rooms_being_deleted (
  room INTEGER PRIMARY KEY REFERENCES rooms (id) ON DELETE CASCADE
) STRICT;
CREATE TABLE room_tombstones (
  name         TEXT    PRIMARY KEY,
  destroyed_at INTEGER NOT NULL,
  owners       TEXT    NOT NULL,
  alternative  TEXT,
  reason       TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX room_tombstones_by_age ON room_tombstones (destroyed_at);
CREATE TABLE user_removals (
  jid      TEXT    PRIMARY KEY,
  requested_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE service_admins (
  jid TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TABLE activity_subscriptions (
  jid TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TABLE archive (
  id        INTEGER PRIMARY KEY,
  room      INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  kept      INTEGER NOT NULL,
  said      INTEGER NOT NULL,
  retracted INTEGER NOT NULL DEFAULT 0,
  sender    TEXT    NOT NULL,
  nick      TEXT    NOT NULL,
  own_id    TEXT,
  origin_id TEXT,
  replaces  TEXT,
  text      TEXT    NOT NULL DEFAULT '',
  stanza    TEXT    NOT NULL
) STRICT;
CREATE INDEX archive_by_room ON archive (room, id, kept, said);
CREATE INDEX archive_by_own_id ON archive (room, sender, own_id) WHERE own_id IS NOT NULL;
CREATE INDEX archive_by_origin_id ON archive (room, sender, origin_id) WHERE origin_id IS NOT NULL;
CREATE INDEX archive_by_replaces ON archive (room, sender, replaces) WHERE replaces IS NOT NULL;
CREATE INDEX archive_history_only ON archive (room, id) WHERE kept = 0;
CREATE VIRTUAL TABLE archive_grams USING fts5 (
  grams, content = '', contentless_delete = 1, detail = none, tokenize = "ascii tokenchars '_'"
);
CREATE TABLE archive_indexed (up_to INTEGER NOT NULL) STRICT;
INSERT INTO archive_indexed VALUES (0);
CREATE TRIGGER archive_deleted AFTER DELETE ON archive WHEN old.kept = 1 BEGIN
  DELETE FROM archive_grams WHERE rowid = old.id;
END;
CREATE TRIGGER archive_changed AFTER UPDATE OF stanza ON archive WHEN old.kept = 1 BEGIN
  DELETE FROM archive_grams WHERE rowid = old.id;
END;
CREATE TABLE hosts (
  id          INTEGER PRIMARY KEY,
  name        TEXT NOT NULL UNIQUE,
  description TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE users (
  id         INTEGER PRIMARY KEY,
  host       INTEGER NOT NULL REFERENCES hosts (id),
  local      TEXT NOT NULL,
  name       TEXT NOT NULL,
  pinyin     TEXT NOT NULL,
  avatar     TEXT NOT NULL DEFAULT '',
  department TEXT NOT NULL DEFAULT '',
  employed   INTEGER NOT NULL DEFAULT 1 CHECK (employed IN (0, 1)),
  UNIQUE (host, local)
) STRICT;
CREATE TABLE vcards (
  jid        TEXT PRIMARY KEY,
  name       TEXT,
  avatar     TEXT NOT NULL DEFAULT '',
  image      TEXT,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX vcards_by_expiry ON vcards (expires_at);
CREATE INDEX vcards_by_image ON vcards (image) WHERE image IS NOT NULL;
CREATE TABLE images (
  name  TEXT PRIMARY KEY,
  type  TEXT NOT NULL,
  bytes BLOB NOT NULL
) STRICT;
CREATE TABLE keys (
  id         INTEGER PRIMARY KEY,
  jid        TEXT NOT NULL,
  resource   TEXT NOT NULL,
  hash       BLOB NOT NULL,
  issued_at  INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  UNIQUE (jid, resource)
) STRICT;
CREATE INDEX keys_by_expiry ON keys (expires_at);
CREATE TABLE operators (
  name       TEXT PRIMARY KEY,
  token      BLOB NOT NULL,
  made_at    INTEGER NOT NULL,
  expires_at INTEGER,
  used_at    INTEGER
) STRICT;
CREATE TABLE import_progress (
  source   TEXT NOT NULL,
  step     TEXT NOT NULL,
  position INTEGER NOT NULL,
  state    TEXT NOT NULL,
  PRIMARY KEY (source, step)
) STRICT, WITHOUT ROWID;
CREATE TABLE bots (
  name         TEXT PRIMARY KEY,
  title        TEXT NOT NULL,
  picture      BLOB,
  picture_type TEXT
) STRICT;
CREATE TABLE hooks (
  id            TEXT PRIMARY KEY,
  name          TEXT NOT NULL UNIQUE,
  secret        BLOB NOT NULL,
  receiver      TEXT NOT NULL,
  sender        TEXT,
  bot           TEXT REFERENCES bots (name),
  format        TEXT NOT NULL,
  template      TEXT,
  signature_key TEXT,
  corrects      INTEGER NOT NULL,
  made_at       INTEGER NOT NULL,
  test          BLOB,
  test_until    INTEGER,
  rate          REAL,
  body_bytes    INTEGER
) STRICT;
CREATE INDEX hooks_by_bot ON hooks (bot);
CREATE TABLE hook_messages (
  id          TEXT PRIMARY KEY,
  hook        TEXT NOT NULL REFERENCES hooks (id) ON DELETE CASCADE,
  receiver    TEXT NOT NULL,
  fingerprint BLOB,
  call        INTEGER,
  request     TEXT,
  accepted_at INTEGER NOT NULL,
  sent_at     INTEGER,
  done_at     INTEGER,
  bounce      TEXT
) STRICT;
CREATE INDEX hook_messages_by_hook ON hook_messages (hook, fingerprint) WHERE fingerprint IS NOT NULL;
CREATE TABLE hook_groups (
  hook    TEXT NOT NULL REFERENCES hooks (id) ON DELETE CASCADE,
  name    BLOB NOT NULL,
  message TEXT NOT NULL,
  said_at INTEGER NOT NULL,
  PRIMARY KEY (hook, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX hook_groups_by_age ON hook_groups (said_at);
CREATE TABLE bot_rooms (
  bot       TEXT    NOT NULL REFERENCES bots (name) ON DELETE CASCADE,
  room      TEXT    NOT NULL,
  chosen    INTEGER NOT NULL CHECK (chosen IN (0, 1)),
  password  TEXT,
  requested_at INTEGER NOT NULL,
  state     TEXT    NOT NULL CHECK (state IN ('entering', 'inside', 'waiting', 'refused')),
  condition TEXT,
  reason    TEXT,
  nick      TEXT,
  since     INTEGER NOT NULL,
  PRIMARY KEY (bot, room)
) STRICT, WITHOUT ROWID;
CREATE TABLE bot_posts (
  row_id      INTEGER PRIMARY KEY AUTOINCREMENT,
  bot         TEXT NOT NULL,
  room        TEXT NOT NULL,
  id          TEXT NOT NULL,
  accepted_at INTEGER NOT NULL,
  stanza      TEXT NOT NULL,
  FOREIGN KEY (bot, room) REFERENCES bot_rooms (bot, room) ON DELETE CASCADE
) STRICT;
CREATE INDEX bot_posts_by_room ON bot_posts (bot, room);
CREATE INDEX bot_posts_by_id ON bot_posts (id);
CREATE TABLE room_checks (
  address TEXT PRIMARY KEY,
  is_room INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE outgoing_hooks (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  name     TEXT NOT NULL UNIQUE,
  url      TEXT NOT NULL,
  secret   TEXT NOT NULL,
  events   TEXT NOT NULL,
  rooms    TEXT,
  pattern  TEXT,
  only_mentions INTEGER NOT NULL,
  form     TEXT NOT NULL,
  inner    TEXT NOT NULL,
  bot      TEXT REFERENCES bots (name),
  made_at  INTEGER NOT NULL,
  waiting  INTEGER NOT NULL DEFAULT 0,
  bytes    INTEGER NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0,
  retry_at INTEGER NOT NULL DEFAULT 0,
  fault    TEXT
) STRICT;
CREATE INDEX outgoing_hooks_by_bot ON outgoing_hooks (bot);
CREATE TABLE hook_events (
  row_id      INTEGER PRIMARY KEY AUTOINCREMENT,
  hook        INTEGER NOT NULL REFERENCES outgoing_hooks (id) ON DELETE CASCADE,
  id          TEXT NOT NULL,
  body        TEXT NOT NULL,
  bytes       INTEGER NOT NULL,
  reply_to    TEXT,
  happened_at INTEGER NOT NULL,
  until       INTEGER NOT NULL,
  died_at     INTEGER,
  reason      TEXT
) STRICT;
CREATE INDEX hook_events_waiting ON hook_events (hook, row_id) WHERE died_at IS NULL;
CREATE INDEX hook_events_dead ON hook_events (hook, row_id) WHERE died_at IS NOT NULL;
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
