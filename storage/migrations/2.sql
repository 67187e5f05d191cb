-- Migration to version 2 of the schema.

-- Which release of the program made each version of this database's schema.
CREATE TABLE migrations (
  version INTEGER PRIMARY KEY,
  program TEXT    NOT NULL,                -- the release that made this version of the schema
  at      INTEGER NOT NULL
) STRICT;

ALTER TABLE hooks ADD COLUMN announces INTEGER NOT NULL DEFAULT 0;
-- What became of a webhook's message is stored where it is decided.
ALTER TABLE hook_messages ADD COLUMN outcome TEXT
  CHECK (outcome IN ('stored', 'confirmed', 'refused', 'bounced', 'dead letter', 'dropped'));
ALTER TABLE hook_messages ADD COLUMN condition TEXT;
ALTER TABLE hook_messages ADD COLUMN reason TEXT;
UPDATE hook_messages SET condition = bounce, outcome = CASE
  WHEN done_at IS NOT NULL THEN iif(bounce IS NULL, 'confirmed', 'refused')
  WHEN bounce IS NOT NULL THEN 'bounced'
  WHEN call IS NULL AND id NOT IN (SELECT id FROM bot_posts) THEN 'stored'
END;
ALTER TABLE hook_messages DROP COLUMN bounce;
CREATE INDEX hook_messages_by_call ON hook_messages (call) WHERE call IS NOT NULL;
CREATE INDEX hook_messages_by_age ON hook_messages (hook, accepted_at);

ALTER TABLE occupants ADD COLUMN shown INTEGER NOT NULL DEFAULT 1 CHECK (shown IN (0, 1));
UPDATE occupants SET shown = 0 WHERE role NOT IN (
  SELECT value FROM rooms, json_each(options, '$.presenceBroadcast') WHERE rooms.id = occupants.room
) AND room IN (SELECT id FROM rooms WHERE options ->> '$.presenceBroadcast' IS NOT NULL);
-- Rooms that were configured, or from which users were banned, and whose occupants don't all conform yet.
CREATE TABLE rooms_changing (
  room   INTEGER PRIMARY KEY REFERENCES rooms (id) ON DELETE CASCADE,
  change TEXT    NOT NULL
) STRICT;
-- The bots that occupants see inside a room, as JSON.
ALTER TABLE rooms ADD COLUMN bots TEXT;
-- The states of a bot in a room of another service are named anew. The check can't be changed without a new table.
CREATE TEMP TABLE old_rooms AS SELECT * FROM bot_rooms;
DROP TABLE bot_rooms;
CREATE TABLE bot_rooms (
  bot       TEXT    NOT NULL REFERENCES bots (name) ON DELETE CASCADE,
  room      TEXT    NOT NULL,              -- bare address
  chosen    INTEGER NOT NULL CHECK (chosen IN (0, 1)),   -- 1: an operator requested it; 0: a webhook uses it
  password  TEXT,                          -- the room's password; null: none
  requested_at INTEGER NOT NULL,           -- when a command last requested that the bot enter
  state     TEXT    NOT NULL CHECK (state IN ('outside', 'entering', 'inside', 'unsure', 'refused')),
  condition TEXT,                          -- the condition of the error because of which the bot isn't inside
  reason    TEXT,                          -- why the bot isn't inside, as a message for operators
  nick      TEXT,                          -- the bot's last nickname in the room; null: it was never inside
  since     INTEGER NOT NULL,              -- when the state last changed
  PRIMARY KEY (bot, room)
) STRICT, WITHOUT ROWID;
INSERT INTO bot_rooms SELECT bot, room, chosen, password, requested_at, iif(state = 'waiting', 'outside', state),
  condition, reason, nick, since FROM old_rooms;
DROP TABLE old_rooms;
-- What administrators changed.
CREATE TABLE changes (
  id        INTEGER PRIMARY KEY,
  at        INTEGER NOT NULL,
  who       TEXT    NOT NULL,              -- an operator's name, a Unix user, or an address
  way       TEXT    NOT NULL CHECK (way IN ('command line', 'console', 'http', 'xmpp')),
  operation TEXT    NOT NULL,              -- such as 'hook add'
  arguments TEXT    NOT NULL,              -- JSON, without secrets
  outcome   TEXT                           -- what came of it; null: interrupted, or under way
) STRICT;
CREATE INDEX changes_by_time ON changes (at);
ALTER TABLE hooks DROP COLUMN test;
ALTER TABLE hooks DROP COLUMN test_until;
DROP TABLE room_checks;

CREATE INDEX outbox_parked_by_expiry ON outbox (expires_at)
  WHERE parked = 1 AND acked_at IS NULL AND expires_at IS NOT NULL;
-- Messages don't invite users again who were inside.
UPDATE affiliations SET invited = 1 WHERE seen IS NOT NULL;

-- An interrupted import is run again from its beginning.
DROP TABLE import_progress;
