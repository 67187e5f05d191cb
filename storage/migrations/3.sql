-- Migration to version 3 of the schema. Append statements here for whatever changes in schema.sql; see "To change the
-- schema" in http/docs/guide/development.md.

-- All lists have one item on each line.
UPDATE outgoing_hooks SET events = replace(events, ',', char(10));

-- The sender's copies of a message to many receivers are made on writing, too, and don't count as stanzas.
UPDATE outbox SET copied = 1 WHERE recipients IS NOT NULL
  AND coalesce(call, row_id) IN (SELECT call FROM outbox WHERE kind = 'message' AND mode = 'direct');
DELETE FROM outbox WHERE kind = 'message' AND mode = 'direct';
DELETE FROM dead_letters WHERE kind = 'message' AND mode = 'direct';
UPDATE outbox SET stanzas = 1 WHERE copied = 1 AND recipients IS NULL;
UPDATE dead_letters SET stanzas = 1 WHERE copied = 1 AND recipients IS NULL;

-- The component counts in memory what waits.
ALTER TABLE outbox_progress DROP COLUMN counted;
ALTER TABLE outbox_progress DROP COLUMN waiting_stanzas;
ALTER TABLE outbox_progress DROP COLUMN waiting_bytes;
ALTER TABLE outbox_progress DROP COLUMN parked_stanzas;
ALTER TABLE outbox_progress DROP COLUMN parked_bytes;
