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
