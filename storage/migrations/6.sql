-- Migration to version 6 of the schema. Append statements here for whatever changes in schema.sql; see "To change the
-- schema" in http/docs/guide/development.md.

-- Alerts call people step by step, and mention them.
ALTER TABLE hooks ADD COLUMN steps TEXT;
ALTER TABLE hooks ADD COLUMN steps_from TEXT;
ALTER TABLE hooks ADD COLUMN mentions TEXT;
ALTER TABLE hooks ADD COLUMN mentions_from TEXT;
-- Rosters say who is on duty.
CREATE TABLE rosters (
  name      TEXT PRIMARY KEY,
  people    TEXT    NOT NULL,
  every     TEXT,
  starts    TEXT,
  zone      TEXT    NOT NULL,
  calendar  TEXT,
  file      TEXT,
  inner     TEXT    NOT NULL,
  read_at   INTEGER,
  fault     TEXT,
  faulty_at INTEGER,
  retry_at  INTEGER,
  alerted   INTEGER NOT NULL DEFAULT 0 CHECK (alerted IN (0, 1)),
  on_duty   TEXT,
  leaving   TEXT,
  coming    TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE duty_shifts (
  roster TEXT    NOT NULL REFERENCES rosters (name) ON DELETE CASCADE,
  starts INTEGER NOT NULL,
  ends   INTEGER NOT NULL,
  person TEXT    NOT NULL,
  PRIMARY KEY (roster, starts, person)
) STRICT, WITHOUT ROWID;
CREATE TABLE duty_covers (
  id     INTEGER PRIMARY KEY AUTOINCREMENT,
  roster TEXT    NOT NULL REFERENCES rosters (name) ON DELETE CASCADE,
  starts INTEGER NOT NULL,
  ends   INTEGER NOT NULL,
  person TEXT    NOT NULL
) STRICT;
CREATE INDEX duty_covers_by_roster ON duty_covers (roster, ends);
-- Alerts can be silenced at the program that made them.
ALTER TABLE hooks ADD COLUMN silence_at TEXT;
ALTER TABLE hooks ADD COLUMN silence_token TEXT;
ALTER TABLE hooks ADD COLUMN inner TEXT;
ALTER TABLE alerts ADD COLUMN at_source INTEGER NOT NULL DEFAULT 0;
CREATE INDEX alerts_at_source ON alerts (hook, id) WHERE at_source = 1;
ALTER TABLE alert_tasks ADD COLUMN at_source INTEGER NOT NULL DEFAULT 0;
DROP INDEX alert_tasks_due;
CREATE INDEX alert_tasks_due ON alert_tasks (at_source, due_at, id);
-- Hooks may expect posts.
ALTER TABLE hooks ADD COLUMN expect_ms INTEGER;
ALTER TABLE hooks ADD COLUMN grace_ms INTEGER;
ALTER TABLE hooks ADD COLUMN quiet INTEGER NOT NULL DEFAULT 0;
CREATE TABLE heartbeats (
  hook      TEXT PRIMARY KEY REFERENCES hooks (id) ON DELETE CASCADE,
  posted_at INTEGER NOT NULL,
  down_ms   INTEGER NOT NULL DEFAULT 0,
  late      INTEGER NOT NULL DEFAULT 0,
  due_at    INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX heartbeats_due ON heartbeats (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE running_until (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  at INTEGER NOT NULL
) STRICT;
-- A user can be removed from rooms without ending any, as an erasure does.
ALTER TABLE user_removals ADD COLUMN keeps_rooms  INTEGER NOT NULL DEFAULT 0 CHECK (keeps_rooms IN (0, 1));
-- Erasures go on until what waited is sent.
CREATE TABLE erasures (
  jid          TEXT    PRIMARY KEY,
  requested_at INTEGER NOT NULL,
  waits        INTEGER NOT NULL CHECK (waits IN (0, 1))
) STRICT, WITHOUT ROWID;
-- Members who were inside once, and have been absent since, are invited again, once.
ALTER TABLE affiliations ADD COLUMN left_at INTEGER;
-- Posts bring files, which are uploaded, or served by the component; pictures are fetched from hosts that hooks list.
ALTER TABLE hooks ADD COLUMN fetch_from TEXT;
CREATE TABLE hook_posts (
  id          TEXT PRIMARY KEY,
  hook        TEXT    NOT NULL REFERENCES hooks (id) ON DELETE CASCADE,
  accepted_at INTEGER NOT NULL,
  request     TEXT    NOT NULL,
  content     TEXT    NOT NULL
) STRICT;
CREATE INDEX hook_posts_by_hook ON hook_posts (hook);
CREATE TABLE hook_files (
  id      TEXT PRIMARY KEY,
  post    TEXT REFERENCES hook_posts (id) ON DELETE CASCADE,
  name    TEXT    NOT NULL,
  type    TEXT    NOT NULL,
  source  TEXT,
  kept_at INTEGER NOT NULL,
  size    INTEGER NOT NULL,
  bytes   BLOB    NOT NULL
) STRICT;
CREATE INDEX hook_files_by_age ON hook_files (post, kept_at, size);
