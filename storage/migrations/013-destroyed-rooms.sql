-- Destroyed rooms, whose addresses nobody else gets for a while.
CREATE TABLE destroyed_rooms (
  name         TEXT    PRIMARY KEY,        -- the localpart of the room's address
  destroyed_at INTEGER NOT NULL,           -- milliseconds since 1970
  owners       TEXT    NOT NULL,           -- JSON: who may make it again; bare addresses
  alternative  TEXT,                       -- the address of the room to go to instead
  reason       TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX destroyed_rooms_by_age ON destroyed_rooms (destroyed_at);
