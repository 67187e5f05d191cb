-- The sender's copy of a message is made of it as it is written; until then it is no more than this mark, and one of the
-- row's stanzas. Rows of an earlier version may still hold one of their own.
ALTER TABLE outbox ADD COLUMN copied INTEGER NOT NULL DEFAULT 0 CHECK (copied IN (0, 1));
