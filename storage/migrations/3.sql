-- Migration to version 3 of the schema. Append statements here for whatever changes in schema.sql; see "To change the
-- schema" in http/docs/guide/development.md.

-- All lists have one item on each line.
UPDATE outgoing_hooks SET events = replace(events, ',', char(10));

-- The component counts in memory what waits.
ALTER TABLE outbox_progress DROP COLUMN counted;
ALTER TABLE outbox_progress DROP COLUMN waiting_stanzas;
ALTER TABLE outbox_progress DROP COLUMN waiting_bytes;
ALTER TABLE outbox_progress DROP COLUMN parked_stanzas;
ALTER TABLE outbox_progress DROP COLUMN parked_bytes;
