-- Migration to version 3 of the schema.

-- All lists have one item on each line.
UPDATE outgoing_hooks SET events = replace(events, ',', char(10));
