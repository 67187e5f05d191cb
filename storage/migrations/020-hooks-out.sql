-- Hooks that are told of what happens, and what each is still to be told.
CREATE TABLE outgoing_hooks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  url TEXT NOT NULL,
  secret TEXT NOT NULL,         -- whsec_…: as it is, as it has to sign
  events TEXT NOT NULL,         -- what it is told of, separated by commas
  rooms TEXT,                   -- bare addresses, separated by newlines; null: all
  pattern TEXT,                 -- what a text has to match; null: anything
  form TEXT NOT NULL,           -- that of what is posted
  inner TEXT NOT NULL,          -- inner addresses and networks that it may be at, separated by newlines
  bot TEXT REFERENCES bots (name),
  made_at INTEGER NOT NULL,     -- milliseconds since 1970, as all times here
  waiting INTEGER NOT NULL DEFAULT 0,   -- how many events it is still to be told
  bytes INTEGER NOT NULL DEFAULT 0,     -- of these
  failures INTEGER NOT NULL DEFAULT 0,  -- in a row
  retry_at INTEGER NOT NULL DEFAULT 0,  -- nothing is posted before
  fault TEXT                    -- why it wasn't taken last
) STRICT;
CREATE INDEX outgoing_hooks_by_bot ON outgoing_hooks (bot);

CREATE TABLE hook_events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  hook INTEGER NOT NULL REFERENCES outgoing_hooks (id) ON DELETE CASCADE,
  id TEXT NOT NULL,             -- as its receiver knows it
  body TEXT NOT NULL,           -- what is posted
  bytes INTEGER NOT NULL,       -- of the body
  reply_to TEXT,                -- bare address of whom an answer is said to; null: to nobody
  happened_at INTEGER NOT NULL,
  until INTEGER NOT NULL,       -- it is set aside where it isn't taken by then
  died_at INTEGER,              -- when it was set aside; null: it waits
  reason TEXT                   -- why
) STRICT;
CREATE INDEX hook_events_waiting ON hook_events (hook, seq) WHERE died_at IS NULL;
CREATE INDEX hook_events_dead ON hook_events (hook, seq) WHERE died_at IS NOT NULL;

CREATE TRIGGER hook_event_added AFTER INSERT ON hook_events WHEN new.died_at IS NULL BEGIN
  UPDATE outgoing_hooks SET waiting = waiting + 1, bytes = bytes + new.bytes WHERE id = new.hook;
END;
CREATE TRIGGER hook_event_removed AFTER DELETE ON hook_events WHEN old.died_at IS NULL BEGIN
  UPDATE outgoing_hooks SET waiting = waiting - 1, bytes = bytes - old.bytes WHERE id = old.hook;
END;
CREATE TRIGGER hook_event_set_aside AFTER UPDATE OF died_at ON hook_events
  WHEN old.died_at IS NULL AND new.died_at IS NOT NULL BEGIN
  UPDATE outgoing_hooks SET waiting = waiting - 1, bytes = bytes - old.bytes WHERE id = old.hook;
END;
CREATE TRIGGER hook_event_back AFTER UPDATE OF died_at ON hook_events
  WHEN old.died_at IS NOT NULL AND new.died_at IS NULL BEGIN
  UPDATE outgoing_hooks SET waiting = waiting + 1, bytes = bytes + old.bytes WHERE id = old.hook;
END;
