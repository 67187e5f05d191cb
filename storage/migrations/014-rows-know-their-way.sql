-- Some stanzas are written in one way alone: 'plain', as they are, or 'privileged', by the server's permission
-- (XEP-0356). Where their sender's messages go the other way they are left out. Null: either way.
ALTER TABLE outbox ADD COLUMN way TEXT CHECK (way IN ('plain', 'privileged'));
