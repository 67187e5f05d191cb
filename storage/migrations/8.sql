-- Migration to version 8 of the schema. Append statements here for whatever changes in schema.sql; see "To change the
-- schema" in http/docs/guide/extending.md.

-- What is said about alerts in rooms of other services that bots have left must not go out as a chat.
CREATE TABLE bot_rooms_left (
  bot     TEXT    NOT NULL,
  room    TEXT    NOT NULL,
  left_at INTEGER NOT NULL,
  PRIMARY KEY (bot, room)
) STRICT, WITHOUT ROWID;
CREATE INDEX bot_rooms_left_by_age ON bot_rooms_left (left_at);
-- Strangers who write to bots get answers, so the notes of a sender's latest messages are bounded.
ALTER TABLE latest_messages ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX latest_messages_by_age ON latest_messages (sender, at);
-- Alerts that are silenced are counted apart, by an index alone.
CREATE INDEX alerts_by_shown_state ON alerts (iif(state = 'open' AND status ->> '$.silence' IS NOT NULL, 'silenced', state))
  WHERE state <> 'resolved';
