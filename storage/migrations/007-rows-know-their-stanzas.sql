-- What a row holds is known when it is made. Rows of an earlier release say nothing (null): they are read with care.
ALTER TABLE outbox ADD COLUMN kind    TEXT CHECK (kind IN ('message', 'presence', 'iq'));
ALTER TABLE outbox ADD COLUMN sender  TEXT;                         -- bare; between it and a receiver there is an order
ALTER TABLE outbox ADD COLUMN call    INTEGER;                      -- the seq of its call's first row; null: its own
ALTER TABLE outbox ADD COLUMN stanzas INTEGER NOT NULL DEFAULT 1;   -- how many lie in it, where it has no recipients
-- 1: others overtake it, as its sender is suspected to make the server close the stream; forgotten at a start.
ALTER TABLE outbox ADD COLUMN quarantined INTEGER NOT NULL DEFAULT 0 CHECK (quarantined IN (0, 1));
CREATE INDEX outbox_quarantined ON outbox (seq) WHERE quarantined = 1;
