-- Those that are too old are the first rows: no index need tell.
DROP INDEX hook_messages_by_age;
