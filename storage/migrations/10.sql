-- Migration to version 10 of the schema. Append statements here for whatever changes in schema.sql; see "To change the
-- schema" in http/docs/guide/extending.md.

-- After an absence of the component, the period in which a hook expects a post begins anew.
ALTER TABLE heartbeats ADD COLUMN counts_from INTEGER NOT NULL DEFAULT 0;
UPDATE heartbeats SET counts_from = posted_at + down_ms;
-- What several people have yet to be told of duty: a handover must not replace what is untold of the one before.
CREATE TABLE duty_news (
  roster TEXT    NOT NULL REFERENCES rosters (name) ON DELETE CASCADE,
  person TEXT    NOT NULL,
  news   TEXT    NOT NULL CHECK (news IN ('began', 'ended', 'missed')),
  since  INTEGER NOT NULL,
  PRIMARY KEY (roster, person)
) STRICT, WITHOUT ROWID;
INSERT INTO duty_news SELECT name, leaving, 'ended', 0 FROM rosters WHERE leaving IS NOT NULL;
INSERT OR REPLACE INTO duty_news SELECT name, coming, 'began', 0 FROM rosters WHERE coming IS NOT NULL;
ALTER TABLE rosters DROP COLUMN leaving;
ALTER TABLE rosters DROP COLUMN coming;
-- What an alert's message says of its state is corrected when that is over.
ALTER TABLE alert_messages ADD COLUMN shows_state INTEGER NOT NULL DEFAULT 0 CHECK (shows_state IN (0, 1));
-- The bookmarks that the component made are taken back from who is no member any more.
CREATE TABLE bookmarks_made (
  jid  TEXT NOT NULL,
  room TEXT NOT NULL,
  sum  TEXT NOT NULL,
  unwanted_at INTEGER,
  PRIMARY KEY (jid, room)
) STRICT, WITHOUT ROWID;
