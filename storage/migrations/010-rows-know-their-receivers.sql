-- Whom a row goes to is known when it is made, and how many stanzas it makes. Of an earlier version's rows that is null.
ALTER TABLE outbox ADD COLUMN receiver TEXT;  -- the stanza's own `to`; null where there are recipients
UPDATE outbox SET stanzas = 1 + length(recipients) - length(replace(recipients, char(10), '')) WHERE recipients IS NOT NULL;
