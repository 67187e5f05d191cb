-- News of rooms that one isn't in (XEP-0437): until when a member was inside last, in microseconds since 1970, and which
-- sessions want to be told.
ALTER TABLE affiliations ADD COLUMN seen INTEGER;

CREATE TABLE activity_subscriptions (
  jid TEXT PRIMARY KEY                     -- the session's full address
) STRICT, WITHOUT ROWID;
