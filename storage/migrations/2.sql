-- Migration to version 2 of the schema. Append statements here for whatever changes in schema.sql; see "To change the
-- schema" in http/docs/guide/development.md.

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
