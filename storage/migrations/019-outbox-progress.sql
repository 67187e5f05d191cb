-- What was routed stays for some seconds, in case the server dies with it. So where the outbox is confirmed up to, and
-- who confirmed that, is told here; before, its first row did.
CREATE TABLE outbox_progress (
  one      INTEGER PRIMARY KEY CHECK (one = 1),
  seq      INTEGER NOT NULL,   -- all rows below are routed, but for those in quarantine
  done     INTEGER NOT NULL,   -- and so many stanzas of this one
  peer     TEXT,               -- the address at the other end of the link; null: not known
  up_at    INTEGER NOT NULL,   -- since when there was that link, in milliseconds since 1970
  heard_at INTEGER NOT NULL    -- when the server returned a barrier last, the same
) STRICT;
