-- Migration to version 4 of the schema. Append statements here for whatever changes in schema.sql; see "To change the
-- schema" in http/docs/guide/development.md.

-- The sender's copies of a message to many receivers are made on writing, too, and don't count as stanzas.
UPDATE outbox SET copied = 1 WHERE recipients IS NOT NULL
  AND coalesce(call, row_id) IN (SELECT call FROM outbox WHERE kind = 'message' AND mode = 'direct');
DELETE FROM outbox WHERE kind = 'message' AND mode = 'direct';
DELETE FROM dead_letters WHERE kind = 'message' AND mode = 'direct';
UPDATE outbox SET stanzas = 1, done = 0 WHERE copied = 1 AND recipients IS NULL;
UPDATE dead_letters SET stanzas = 1 WHERE copied = 1 AND recipients IS NULL;

-- The component counts in memory what waits.
ALTER TABLE outbox_progress DROP COLUMN counted;
ALTER TABLE outbox_progress DROP COLUMN waiting_stanzas;
ALTER TABLE outbox_progress DROP COLUMN waiting_bytes;
ALTER TABLE outbox_progress DROP COLUMN parked_stanzas;
ALTER TABLE outbox_progress DROP COLUMN parked_bytes;

-- Whether users are removed is said of a change, not of each user.
UPDATE rooms_changing SET change = (
  SELECT json_group_array(json_set(value, '$.isRemoval', json(iif(value ->> '$.items[0].isRemoval', 'true', 'false'))))
  FROM json_each(change));
