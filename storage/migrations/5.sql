-- Migration to version 5 of the schema. Append statements here for whatever changes in schema.sql; see "To change the
-- schema" in http/docs/guide/development.md.

-- A retracted message's text leaves the queues of outgoing webhooks, too.
ALTER TABLE hook_events ADD COLUMN message INTEGER;
CREATE INDEX hook_events_by_message ON hook_events (message) WHERE message IS NOT NULL;
CREATE TRIGGER archive_retracted AFTER UPDATE OF retracted ON archive WHEN new.retracted = 1 BEGIN
  DELETE FROM hook_events WHERE message = new.id;
END;
-- Acks are recorded of calls only; rooms, too, left one for each write.
CREATE INDEX calls_by_last ON calls (last) WHERE last IS NOT NULL;
DELETE FROM acks WHERE NOT EXISTS (
  SELECT 1 FROM calls WHERE last < acks.row_id
    AND last >= coalesce((SELECT max(row_id) FROM acks AS earlier WHERE earlier.row_id < acks.row_id), 0));

-- Operators have rights; those who were added before keep all.
ALTER TABLE operators ADD COLUMN may TEXT NOT NULL DEFAULT 'all';
-- A room is deleted only after the posts that wait for it were refused.
CREATE TABLE bot_posts_kept (
  row_id      INTEGER PRIMARY KEY AUTOINCREMENT,
  bot         TEXT NOT NULL,
  room        TEXT NOT NULL,
  id          TEXT NOT NULL,
  accepted_at INTEGER NOT NULL,
  stanza      TEXT NOT NULL,
  FOREIGN KEY (bot, room) REFERENCES bot_rooms (bot, room)
) STRICT;
INSERT INTO bot_posts_kept SELECT row_id, bot, room, id, accepted_at, stanza FROM bot_posts ORDER BY row_id;
DROP TABLE bot_posts;
ALTER TABLE bot_posts_kept RENAME TO bot_posts;
DELETE FROM sqlite_sequence WHERE name = 'bot_posts' AND seq = 0;
CREATE INDEX bot_posts_by_room ON bot_posts (bot, room);
CREATE INDEX bot_posts_by_id ON bot_posts (id);
-- Hooks may leave out events and branches.
ALTER TABLE hooks ADD COLUMN only_events TEXT;
ALTER TABLE hooks ADD COLUMN except_events TEXT;
ALTER TABLE hooks ADD COLUMN branches TEXT;
-- Short links in messages of hooks.
CREATE TABLE hook_links (
  id      TEXT PRIMARY KEY,                -- a hash of the URL
  url     TEXT    NOT NULL,
  told_at INTEGER NOT NULL                 -- when a message last had the link
) STRICT, WITHOUT ROWID;
CREATE INDEX hook_links_by_age ON hook_links (told_at);
-- Alerts have states. Messages about groups of alerts become open alerts whose text isn't known.
CREATE TABLE alerts (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  hook        TEXT    NOT NULL REFERENCES hooks (id) ON DELETE CASCADE,
  name        BLOB    NOT NULL,
  current     INTEGER NOT NULL CHECK (current IN (0, 1)),
  state       TEXT    NOT NULL CHECK (state IN ('open', 'taken', 'resolved')),
  receiver    TEXT    NOT NULL,
  message     TEXT    NOT NULL,
  title       TEXT    NOT NULL,
  text        TEXT    NOT NULL,
  labels      TEXT    NOT NULL,
  status      TEXT    NOT NULL,
  changed_at  INTEGER NOT NULL,
  due_at      INTEGER
) STRICT;
CREATE UNIQUE INDEX alerts_current ON alerts (hook, name) WHERE current = 1;
CREATE INDEX alerts_open ON alerts (receiver, id) WHERE state <> 'resolved';
CREATE INDEX alerts_due ON alerts (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX alerts_over ON alerts (changed_at) WHERE current = 0;
CREATE TABLE alert_messages (
  receiver    TEXT    NOT NULL,
  id          TEXT    NOT NULL,
  alert       INTEGER NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
  stanza_id   TEXT,
  said_at     INTEGER NOT NULL,
  step        INTEGER,
  received_at INTEGER,
  PRIMARY KEY (receiver, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_messages_by_stanza_id ON alert_messages (receiver, stanza_id) WHERE stanza_id IS NOT NULL;
CREATE INDEX alert_messages_by_alert ON alert_messages (alert, said_at);
CREATE INDEX alert_messages_by_receiver ON alert_messages (receiver, alert);
CREATE TABLE alert_tasks (
  id     INTEGER PRIMARY KEY AUTOINCREMENT,
  alert  INTEGER NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
  task   TEXT    NOT NULL,
  due_at INTEGER NOT NULL,
  tries  INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX alert_tasks_due ON alert_tasks (due_at, id);
CREATE INDEX alert_tasks_by_alert ON alert_tasks (alert);
CREATE TABLE alert_changes (
  id     INTEGER PRIMARY KEY AUTOINCREMENT,
  alert  INTEGER NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
  at     INTEGER NOT NULL,
  what   TEXT    NOT NULL,
  person TEXT
) STRICT;
CREATE INDEX alert_changes_by_alert ON alert_changes (alert, id);
CREATE TABLE latest_messages (
  sender   TEXT NOT NULL,
  receiver TEXT NOT NULL,
  id       TEXT NOT NULL,
  PRIMARY KEY (sender, receiver)
) STRICT, WITHOUT ROWID;
INSERT INTO alerts (hook, name, current, state, receiver, message, title, text, labels, status, changed_at, due_at)
  SELECT hook, g.name, 1, 'open', receiver, message, hooks.name, '', '{}',
    json_object('severity', '', 'openedAt', said_at, 'postedAt', said_at, 'takers', json('[]'), 'unsaid', 0),
    said_at, said_at + 2592000000
  FROM hook_groups AS g JOIN hooks ON hooks.id = hook;
DELETE FROM sqlite_sequence WHERE seq = 0;
INSERT INTO alert_messages (receiver, id, alert, said_at) SELECT receiver, message, id, changed_at FROM alerts;
DROP TABLE hook_groups;
-- Owners of rooms may make hooks of their own.
ALTER TABLE hooks ADD COLUMN made_by TEXT;
CREATE INDEX hooks_of_owners ON hooks (receiver, name) WHERE made_by IS NOT NULL;
CREATE TABLE changes_kept (
  id        INTEGER PRIMARY KEY,
  at        INTEGER NOT NULL,
  who       TEXT    NOT NULL,
  way       TEXT    NOT NULL CHECK (way IN ('command line', 'console', 'http', 'xmpp', 'chat')),
  operation TEXT    NOT NULL,
  arguments TEXT    NOT NULL,
  outcome   TEXT
) STRICT;
INSERT INTO changes_kept SELECT id, at, who, way, operation, arguments, outcome FROM changes;
DROP TABLE changes;
ALTER TABLE changes_kept RENAME TO changes;
CREATE INDEX changes_by_time ON changes (at);
