-- The tables of the database. Whoever changes them appends the same change to the newest file in migrations/.
--
-- Times are integers in milliseconds since 1970, unless a column's comment names another unit. Times in rooms and the ids
-- of archived messages are in microseconds, so that each is unique. Addresses are normalised; a list of addresses has one
-- address on each line. Flags are 0 or 1.

-- Which release of the program made each version of this database's schema.
CREATE TABLE migrations (
  version INTEGER PRIMARY KEY,
  program TEXT    NOT NULL,                -- the release that made this version of the schema
  at      INTEGER NOT NULL
) STRICT;

-------------------------------------------------------------------------------------------------------------- Outbox

-- Accepted stanzas, in the order in which they are sent to the server. A row is one stanza, several stanzas from one
-- sender to one receiver, or one stanza for many recipients. Rows are deleted some seconds after the server has
-- acknowledged them, because they are sent again if the server crashes meanwhile.
CREATE TABLE outbox (
  row_id      INTEGER PRIMARY KEY AUTOINCREMENT,
  accepted_at INTEGER NOT NULL,
  expires_at  INTEGER,                     -- unsent by then, the row is dropped; null: never
  kind        TEXT    NOT NULL CHECK (kind IN ('message', 'presence', 'iq')),
  sender      TEXT    NOT NULL,            -- bare address; its stanzas to each receiver stay in order
  receiver    TEXT,                        -- the address in the stanza's `to`; null if there are recipients
  stanzas     INTEGER NOT NULL,            -- how many stanzas the row makes on the stream, without copies
  call        INTEGER,                     -- the row_id of the first row of the same call; null: this is the first row
  mode        TEXT CHECK (mode IN ('direct', 'privileged')),           -- the only send mode; null: both
  copied      INTEGER NOT NULL DEFAULT 0 CHECK (copied IN (0, 1)),     -- 1: the sender's sessions get copies
  parked      INTEGER NOT NULL DEFAULT 0 CHECK (parked IN (0, 1)),     -- 1: waits for a permission, or was put back
  done        INTEGER NOT NULL DEFAULT 0,  -- how many stanzas of a parked row the server has acknowledged
  acked_at    INTEGER,                     -- when a parked row was acknowledged; null: not yet
  stanza      TEXT    NOT NULL,            -- XML, without `to` if there are recipients
  recipients  TEXT                         -- their addresses; null: the stanza has its own `to`
) STRICT;
CREATE INDEX outbox_parked ON outbox (acked_at, row_id) WHERE parked = 1;
CREATE INDEX outbox_parked_by_expiry ON outbox (expires_at)
  WHERE parked = 1 AND acked_at IS NULL AND expires_at IS NOT NULL;

-- How far the server has acknowledged the outbox. The table has one row.
CREATE TABLE outbox_progress (
  one      INTEGER PRIMARY KEY CHECK (one = 1),
  acked    INTEGER NOT NULL DEFAULT 0,  -- all rows with lower ids are acknowledged, parked or dead letters
  peer     TEXT,                        -- the network address of the server; null: unknown
  up_at    INTEGER NOT NULL DEFAULT 0,  -- when the connection to the server was established
  heard_at INTEGER NOT NULL DEFAULT 0,  -- when the server acknowledged something last
  stopped  INTEGER NOT NULL DEFAULT 0 CHECK (stopped IN (0, 1))   -- 1: the component was stopped properly
) STRICT;
INSERT INTO outbox_progress (one) VALUES (1);

-- Dead letters: stanzas that can't be sent, until an operator drops or retries them.
CREATE TABLE dead_letters (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  accepted_at INTEGER NOT NULL,
  died_at     INTEGER NOT NULL,
  reason      TEXT    NOT NULL,            -- why it can't be sent, such as the stream error that it caused
  row_id      INTEGER NOT NULL,            -- the row that it was in the outbox
  call        INTEGER NOT NULL,            -- outbox.row_id of the first row of its call
  kind        TEXT    NOT NULL,            -- this and the following columns are as in the outbox
  sender      TEXT    NOT NULL,
  receiver    TEXT,
  stanzas     INTEGER NOT NULL,
  mode        TEXT,
  copied      INTEGER NOT NULL,
  stanza      TEXT    NOT NULL,
  recipients  TEXT
) STRICT;
CREATE INDEX dead_letters_by_age ON dead_letters (died_at);
CREATE INDEX dead_letters_by_call ON dead_letters (call);
CREATE INDEX dead_letters_by_row ON dead_letters (row_id);

-- Former dead letters, which an operator dropped or retried; for `outbox trace`.
CREATE TABLE handled_letters (
  letter     INTEGER NOT NULL,             -- dead_letters.id
  row_id     INTEGER NOT NULL,             -- the row that it was in the outbox
  died_at    INTEGER NOT NULL,
  reason     TEXT    NOT NULL,             -- why it couldn't be sent
  handled_at INTEGER NOT NULL,
  how        TEXT    NOT NULL CHECK (how IN ('dropped', 'retried'))
) STRICT;
CREATE INDEX handled_letters_by_row ON handled_letters (row_id);

-- Fingerprints (hashes) of the stanzas accepted in the last ten minutes. They identify retries. The table has no index,
-- because each random fingerprint would change another page of the index. fingerprints.ts has an index in memory.
CREATE TABLE accepted (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  fingerprint BLOB    NOT NULL,
  accepted_at INTEGER NOT NULL,
  row_id      INTEGER NOT NULL             -- the stanza's row in the outbox; 0: a message in a room, which has no own row
) STRICT;

-- The log of the latest calls, for `outbox trace`.
CREATE TABLE calls (
  id          INTEGER PRIMARY KEY,
  request     TEXT    NOT NULL,            -- the id of the HTTP request, which the response and the log contain
  caller      TEXT    NOT NULL,
  accepted_at INTEGER NOT NULL,
  stanzas     INTEGER NOT NULL,            -- how many stanzas the call made; 0: none, or it was a retry
  first       INTEGER,                     -- outbox.row_id of its first row; null: it added no rows
  last        INTEGER,                     -- outbox.row_id of its last row
  acked_at    INTEGER                      -- when its last parked row was acknowledged; null: no row was parked
) STRICT;
CREATE INDEX calls_by_last ON calls (last) WHERE last IS NOT NULL;

-- When the server acknowledged the last rows of calls.
CREATE TABLE acks (
  row_id INTEGER NOT NULL,                 -- all rows with lower ids were acknowledged
  at     INTEGER NOT NULL,
  PRIMARY KEY (row_id, at)
) STRICT, WITHOUT ROWID;

-- Rows of the outbox that were sent again, from `first` to `last`.
CREATE TABLE rewrites (
  id     INTEGER PRIMARY KEY,
  at     INTEGER NOT NULL,
  first  INTEGER NOT NULL,                 -- outbox.row_id
  last   INTEGER NOT NULL,                 -- outbox.row_id
  reason TEXT    NOT NULL
) STRICT;

-- Error stanzas with which receivers returned stanzas of calls; errors of a call with the same condition are one row.
CREATE TABLE bounces (
  call      INTEGER NOT NULL,              -- calls.id
  condition TEXT    NOT NULL,
  receiver  TEXT    NOT NULL,              -- the receiver whose error arrived first
  at        INTEGER NOT NULL,              -- when the first error arrived
  count     INTEGER NOT NULL,              -- how many errors arrived
  PRIMARY KEY (call, condition)
) STRICT, WITHOUT ROWID;

--------------------------------------------------------------------------------------------------------------- Rooms

-- The group-chat rooms of the component.
CREATE TABLE rooms (
  id         INTEGER PRIMARY KEY,
  name       TEXT    NOT NULL UNIQUE,      -- localpart of the address; '/' and the id if the room is destroyed
  secret     BLOB    NOT NULL,             -- the key from which occupant-ids are derived (XEP-0421)
  created_at INTEGER NOT NULL,
  locked     INTEGER NOT NULL,             -- 1: created by entering it and not configured yet (XEP-0045 §10.1)
  listed     INTEGER NOT NULL,             -- 1: shown in the service's public list
  options    TEXT    NOT NULL,             -- JSON
  subject    TEXT,                         -- JSON with text, author and time; null: never set
  bots       TEXT                          -- JSON: the bots that occupants see inside; null: none so far
) STRICT;
CREATE INDEX rooms_listed ON rooms (name) WHERE listed = 1;
CREATE INDEX rooms_forgetting ON rooms (id) WHERE options ->> '$.archiveDays' > 0;
CREATE INDEX rooms_locked ON rooms (created_at) WHERE locked = 1;

-- The users' affiliations with rooms (XEP-0045 §5.2). A whole domain can be an outcast.
CREATE TABLE affiliations (
  room        INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  jid         TEXT    NOT NULL,            -- bare address
  affiliation TEXT    NOT NULL CHECK (affiliation IN ('owner', 'admin', 'member', 'outcast')),
  since       INTEGER NOT NULL,            -- microseconds: when the user got an affiliation; lists are sorted by it
  nick        TEXT,                        -- the nickname reserved for the user
  reason      TEXT,
  invited     INTEGER NOT NULL DEFAULT 0,  -- 1: messages don't invite the user, who was invited or inside before
  seen        INTEGER,                     -- microseconds: when the user was last inside, for room activity (XEP-0437)
  left_at     INTEGER,                     -- microseconds: when the user left; NULL: messages don't invite them again
  PRIMARY KEY (room, jid)
) STRICT, WITHOUT ROWID;
CREATE INDEX affiliations_by_jid ON affiliations (jid);

-- The occupants of rooms, stored so that they are still inside after a restart of the component.
CREATE TABLE occupants (
  room       INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  jid        TEXT    NOT NULL,             -- full address of the session
  nick       TEXT    NOT NULL,
  role       TEXT    NOT NULL CHECK (role IN ('moderator', 'participant', 'visitor')),
  presence   TEXT    NOT NULL,             -- the children of the session's last presence, as XML
  present_at INTEGER NOT NULL,             -- microseconds: when that presence arrived
  shown      INTEGER NOT NULL DEFAULT 1 CHECK (shown IN (0, 1)),  -- 1: the others see the occupant's presence
  PRIMARY KEY (room, jid)
) STRICT, WITHOUT ROWID;

-- Rooms that were configured, or from which users were banned, and whose occupants don't all conform yet.
CREATE TABLE rooms_changing (
  room   INTEGER PRIMARY KEY REFERENCES rooms (id) ON DELETE CASCADE,
  change TEXT    NOT NULL                  -- JSON
) STRICT;

-- Invitations that the room forwarded. Only a user with an invitation here can decline it (XEP-0045 §7.8.2).
CREATE TABLE invitations (
  room    INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  invited TEXT    NOT NULL,                -- bare address
  inviter TEXT    NOT NULL,                -- real bare address
  shown   TEXT    NOT NULL,                -- the inviter's address in the invitation
  at      INTEGER NOT NULL,                -- microseconds: when the user was invited
  PRIMARY KEY (room, invited, inviter)
) STRICT, WITHOUT ROWID;
CREATE INDEX invitations_by_age ON invitations (room, at);

-- The rooms' vCards (XEP-0054). The hashes precede the vCard, so that SQLite can read them without reading the pictures.
CREATE TABLE room_vcards (
  room     INTEGER PRIMARY KEY REFERENCES rooms (id) ON DELETE CASCADE,
  pictures TEXT    NOT NULL,               -- the SHA-1 of each picture in the vCard, in hexadecimal, separated by spaces
  vcard    TEXT    NOT NULL                -- XML
) STRICT;

-- Destroyed rooms whose rows are still being deleted. Their names can be used again.
CREATE TABLE rooms_being_deleted (
  room INTEGER PRIMARY KEY REFERENCES rooms (id) ON DELETE CASCADE
) STRICT;

-- The bookmarks of rooms (XEP-0402) that the component set for members: they are taken back from who is none any more.
CREATE TABLE bookmarks_made (
  jid  TEXT NOT NULL,                       -- the bare address of the user
  room TEXT NOT NULL,                       -- the bare address of the room
  sum  TEXT NOT NULL,                       -- a hash of what the bookmark says: what the user has changed stays
  unwanted_at INTEGER,                    -- since when the user is no member; null: that was not seen yet
  PRIMARY KEY (jid, room)
) STRICT, WITHOUT ROWID;

-- Tombstones: destroyed rooms, whose addresses only their former owners can use again for a while.
CREATE TABLE room_tombstones (
  name         TEXT    PRIMARY KEY,        -- the localpart of the room's address
  destroyed_at INTEGER NOT NULL,
  owners       TEXT    NOT NULL,           -- JSON: the former owners' bare addresses
  alternative  TEXT,                       -- the address of the room to enter instead
  reason       TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX room_tombstones_by_age ON room_tombstones (destroyed_at);

-- User removals under way (the call clear_staff, `user erase`). Affiliations that a user got after the request stay.
CREATE TABLE user_removals (
  jid      TEXT    PRIMARY KEY,            -- bare address
  requested_at INTEGER NOT NULL,               -- microseconds, compared with affiliations.since
  keeps_rooms  INTEGER NOT NULL DEFAULT 0 CHECK (keeps_rooms IN (0, 1))   -- 1: rooms stay even if nobody remains
) STRICT, WITHOUT ROWID;

-- The service administrators when rooms were last updated, so that former ones can lose their rights in rooms.
CREATE TABLE service_admins (
  jid TEXT PRIMARY KEY                     -- bare address
) STRICT, WITHOUT ROWID;

-- Sessions that are subscribed to activity in rooms that they are not inside (XEP-0437).
CREATE TABLE activity_subscriptions (
  jid TEXT PRIMARY KEY                     -- full address
) STRICT, WITHOUT ROWID;

-- The messages of rooms. The id is the stanza-id (XEP-0359): the time in microseconds, unique among all messages. The
-- stanza is the last column, so that SQLite can read the other columns without reading the stanza.
CREATE TABLE archive (
  id        INTEGER PRIMARY KEY,
  room      INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  kept      INTEGER NOT NULL,              -- 1: in the archive (XEP-0313)
  said      INTEGER NOT NULL,              -- 1: in the history for users who enter (XEP-0045)
  retracted INTEGER NOT NULL DEFAULT 0,    -- 1: the stanza is a tombstone (XEP-0424)
  sender    TEXT    NOT NULL,              -- the sender's real bare address
  nick      TEXT    NOT NULL,
  own_id    TEXT,                          -- the `id` that the sender gave the stanza
  origin_id TEXT,                          -- the origin-id (XEP-0359); null if it equals own_id
  replaces  TEXT,                          -- the own_id of the message that this message corrects (XEP-0308)
  text      TEXT    NOT NULL DEFAULT '',   -- the searched part of the text, folded (text-search.ts)
  stanza    TEXT    NOT NULL               -- XML, without `to`
) STRICT;
CREATE INDEX archive_by_room ON archive (room, id, kept, said);
CREATE INDEX archive_by_own_id ON archive (room, sender, own_id) WHERE own_id IS NOT NULL;
CREATE INDEX archive_by_origin_id ON archive (room, sender, origin_id) WHERE origin_id IS NOT NULL;
CREATE INDEX archive_by_replaces ON archive (room, sender, replaces) WHERE replaces IS NOT NULL;
CREATE INDEX archive_history_only ON archive (room, id) WHERE kept = 0;

-- The full-text index of the archives: for each message a token for the room, and the pairs of adjacent characters.
CREATE VIRTUAL TABLE archive_grams USING fts5 (
  grams, content = '', contentless_delete = 1, detail = none, tokenize = "ascii tokenchars '_'"
);

-- The id of the last message that the full-text index contains; newer messages are added some seconds later.
CREATE TABLE archive_indexed (up_to INTEGER NOT NULL) STRICT;
INSERT INTO archive_indexed VALUES (0);

-- Remove deleted and retracted messages from the full-text index.
CREATE TRIGGER archive_deleted AFTER DELETE ON archive WHEN old.kept = 1 BEGIN
  DELETE FROM archive_grams WHERE rowid = old.id;
END;
CREATE TRIGGER archive_changed AFTER UPDATE OF stanza ON archive WHEN old.kept = 1 BEGIN
  DELETE FROM archive_grams WHERE rowid = old.id;
END;

-------------------------------------------------------------------------------------------------------------- People

-- The hosts whose users are in the directory.
CREATE TABLE hosts (
  id          INTEGER PRIMARY KEY,
  name        TEXT NOT NULL UNIQUE,        -- a domain
  description TEXT NOT NULL DEFAULT ''
) STRICT;

-- The directory: the organisation's own list of users, maintained by imports and the command line.
CREATE TABLE users (
  id         INTEGER PRIMARY KEY,
  host       INTEGER NOT NULL REFERENCES hosts (id),
  local      TEXT NOT NULL,                -- the localpart of the address
  name       TEXT NOT NULL,
  pinyin     TEXT NOT NULL,                -- Latin spellings of the name for searches, such as 'zhangsan|zs'
  avatar     TEXT NOT NULL DEFAULT '',     -- an absolute URL, or one relative to the clients' file server
  department TEXT NOT NULL DEFAULT '',     -- '/company/division/team'
  employed   INTEGER NOT NULL DEFAULT 1 CHECK (employed IN (0, 1)),
  UNIQUE (host, local)
) STRICT;

-- The last import from another system that came to its end: what was served since isn't overwritten unasked.
CREATE TABLE imported (
  one      INTEGER PRIMARY KEY CHECK (one = 1),
  ended_at INTEGER NOT NULL
) STRICT;

-- A cache of the users' vCards (XEP-0054). A user without a vCard has a row, too.
CREATE TABLE vcards (
  jid        TEXT PRIMARY KEY,             -- bare address
  name       TEXT,                         -- null: the user has no vCard
  avatar     TEXT NOT NULL DEFAULT '',     -- the URL of an external picture
  image      TEXT,                         -- images.name
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX vcards_by_expiry ON vcards (expires_at);
CREATE INDEX vcards_by_image ON vcards (image) WHERE image IS NOT NULL;

-- The pictures that vCards contain.
CREATE TABLE images (
  name  TEXT PRIMARY KEY,                  -- the SHA-256 in hexadecimal, with the extension of the type
  type  TEXT NOT NULL,                     -- the media type
  bytes BLOB NOT NULL
) STRICT;

-- Keys with which users authenticate to other web servers (the call auth_uk). Only the key's hash is stored.
CREATE TABLE keys (
  id         INTEGER PRIMARY KEY,
  jid        TEXT NOT NULL,                -- bare address of the owner
  resource   TEXT NOT NULL,                -- the resource of the session that requested the key
  hash       BLOB NOT NULL,                -- the SHA-256 of the key's digits
  issued_at  INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  UNIQUE (jid, resource)
) STRICT;
CREATE INDEX keys_by_expiry ON keys (expires_at);

-- Persons who are being erased (`user erase`).
CREATE TABLE erasures (
  jid          TEXT    PRIMARY KEY,        -- bare address
  requested_at INTEGER NOT NULL,           -- microseconds: what was accepted later isn't erased
  waits        INTEGER NOT NULL CHECK (waits IN (0, 1))   -- 1: all is erased but what waits to be sent or delivered
) STRICT, WITHOUT ROWID;

-- Operators, who log in to the console with a token. Only the token's hash is stored.
CREATE TABLE operators (
  name       TEXT PRIMARY KEY,
  token      BLOB NOT NULL,                -- the SHA-256 of the token
  made_at    INTEGER NOT NULL,
  expires_at INTEGER,                      -- null: never
  used_at    INTEGER,                      -- the time of the last login; null: never
  may        TEXT NOT NULL DEFAULT 'all'   -- the operator's rights, separated by commas
) STRICT;

-- What administrators changed.
CREATE TABLE changes (
  id        INTEGER PRIMARY KEY,
  at        INTEGER NOT NULL,
  who       TEXT    NOT NULL,              -- an operator's name, a Unix user, or an address
  way       TEXT    NOT NULL CHECK (way IN ('command line', 'console', 'http', 'xmpp', 'chat')),
  operation TEXT    NOT NULL,              -- such as 'hook add'
  arguments TEXT    NOT NULL,              -- JSON, without secrets
  outcome   TEXT                           -- what came of it; null: interrupted, or under way
) STRICT;
CREATE INDEX changes_by_time ON changes (at);

--------------------------------------------------------------------------------------------------------------- Hooks

-- Bots, in whose names webhooks send.
CREATE TABLE bots (
  name         TEXT PRIMARY KEY,           -- the localpart of the bot's address at the component's domain
  title        TEXT NOT NULL,              -- the display name
  picture      BLOB,
  picture_type TEXT                        -- the picture's media type
) STRICT;

-- Incoming webhooks: HTTP paths to which programs post messages for a room or a user.
CREATE TABLE hooks (
  id            TEXT PRIMARY KEY,          -- the first, public part of the path /hooks/ID/SECRET
  name          TEXT NOT NULL UNIQUE,
  secret        BLOB NOT NULL,             -- the SHA-256 of the second, secret part of the path
  receiver      TEXT NOT NULL,             -- the bare address of a room or a user
  sender        TEXT,                      -- the bare address of the user in whose name it sends; null: the bot sends
  bot           TEXT REFERENCES bots (name),
  format        TEXT NOT NULL,
  template      TEXT,                      -- the template of the message's text; null: the format's default
  signature_key TEXT,                      -- the key of the posts' HMAC; null: posts need no signature
  corrects      INTEGER NOT NULL,          -- 1: the message about an alert is corrected when the alert is resolved
  made_at       INTEGER NOT NULL,
  rate          REAL,                      -- the most posts per second; null: the configured limit
  body_bytes    INTEGER,                   -- the most bytes of a post; null: the configured limit
  announces     INTEGER NOT NULL DEFAULT 0, -- 1: a reply says that an alert is resolved, and nothing is corrected
  only_events   TEXT,                      -- the events that are said, a line each; null: all
  except_events TEXT,                      -- the events that aren't said, a line each; null: none
  branches      TEXT,                      -- the branches whose events are said, a line each; null: all
  made_by       TEXT,                      -- the bare address of the room's owner who made it; null: an operator
  steps         TEXT,                      -- whom alerts call that nobody takes, a step a line: '15m ADDRESS'; null: nobody
  steps_from    TEXT,                      -- the least severity of alerts with steps; null: critical
  mentions      TEXT,                      -- whom alerts mention, a line each: 'duty', 'duty:ROSTER' or a nickname
  mentions_from TEXT,                      -- the least severity of alerts that mention; null: critical
  silence_at    TEXT,                      -- the URL at which alerts are silenced; null: they are muted here
  silence_token TEXT,                      -- what identifies the component there, in plain text; null: nothing
  inner         TEXT,                      -- the private addresses and networks at which that may be, one on each line
  expect_ms     INTEGER,                   -- how often posts are expected, in milliseconds; null: not at all
  grace_ms      INTEGER,                   -- how much later a post may come, in milliseconds
  quiet         INTEGER NOT NULL DEFAULT 0, -- 1: posts themselves aren't said
  fetch_from    TEXT                       -- the hosts from which pictures are fetched, a line each; null: none
) STRICT;
CREATE INDEX hooks_by_bot ON hooks (bot);
CREATE INDEX hooks_of_owners ON hooks (receiver, name) WHERE made_by IS NOT NULL;

-- The latest messages that incoming webhooks sent.
CREATE TABLE hook_messages (
  id          TEXT PRIMARY KEY,            -- the stanza's id
  hook        TEXT NOT NULL REFERENCES hooks (id) ON DELETE CASCADE,
  receiver    TEXT NOT NULL,
  fingerprint BLOB,                        -- the hash that identifies a repeated post; null: never repeated
  call        INTEGER,                     -- its first row in the outbox; null: none, as for a room of another service
  request     TEXT,                        -- the id of the HTTP request that posted the message
  accepted_at INTEGER NOT NULL,
  sent_at     INTEGER,                     -- when the message was last sent to a room of another service
  done_at     INTEGER,                     -- when that room reflected or refused the message
  outcome     TEXT CHECK (outcome IN ('stored', 'confirmed', 'refused', 'bounced', 'dead letter', 'dropped')),
                                           -- null: the outbox knows, or a room of another service hasn't answered yet
  condition   TEXT,                        -- the condition of the error that came back; null: none
  reason      TEXT                         -- why the message wasn't delivered, as a message for operators
) STRICT;
CREATE INDEX hook_messages_by_hook ON hook_messages (hook, fingerprint) WHERE fingerprint IS NOT NULL;
CREATE INDEX hook_messages_by_call ON hook_messages (call) WHERE call IS NOT NULL;
CREATE INDEX hook_messages_by_age ON hook_messages (hook, accepted_at);

-- The messages of hooks whose programs gave them a key, by which they correct and retract them.
CREATE TABLE keyed_messages (
  hook      TEXT    NOT NULL REFERENCES hooks (id) ON DELETE CASCADE,
  name      BLOB    NOT NULL,              -- a hash of the program's key
  receiver  TEXT    NOT NULL,              -- the bare address of the room or the user
  message   TEXT    NOT NULL,              -- the id of the first version, which corrections name
  version   TEXT    NOT NULL,              -- the id of the newest version
  content   BLOB    NOT NULL,              -- a hash of the newest version's text
  stanza_id TEXT,                          -- the room's id of the first version (XEP-0359); null: none, or not known yet
  said_at   INTEGER NOT NULL,
  PRIMARY KEY (hook, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX keyed_messages_by_age ON keyed_messages (hook, said_at);
CREATE INDEX keyed_messages_by_message ON keyed_messages (receiver, message);

-- Alerts that posts to incoming webhooks opened. Resolved ones are deleted after some time.
CREATE TABLE alerts (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  hook        TEXT    NOT NULL REFERENCES hooks (id) ON DELETE CASCADE,
  name        BLOB    NOT NULL,            -- a hash of the program's key for the alert
  current     INTEGER NOT NULL CHECK (current IN (0, 1)),  -- 1: the next post with this key is about this alert
  state       TEXT    NOT NULL CHECK (state IN ('open', 'taken', 'resolved')),
  receiver    TEXT    NOT NULL,            -- the bare address of the room or the user where the alert was said
  message     TEXT    NOT NULL,            -- the id of the message that is corrected and answered
  title       TEXT    NOT NULL,            -- what and where, in one line
  text        TEXT    NOT NULL,            -- the message as the format made it; '' if unknown
  labels      TEXT    NOT NULL,            -- the labels that identify the alert at its source, as JSON
  status      TEXT    NOT NULL,            -- the rest of the state, as JSON; see component/hooks/alerts/alert.ts
  changed_at  INTEGER NOT NULL,
  due_at      INTEGER,                     -- when a step, or the end of a silence, is due; null: nothing is
  at_source   INTEGER NOT NULL DEFAULT 0   -- 1: it is silenced at its source, which then doesn't say that it is resolved
) STRICT;
CREATE UNIQUE INDEX alerts_current ON alerts (hook, name) WHERE current = 1;
CREATE INDEX alerts_open ON alerts (receiver, id) WHERE state <> 'resolved';
CREATE INDEX alerts_due ON alerts (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX alerts_over ON alerts (changed_at) WHERE current = 0;
CREATE INDEX alerts_at_source ON alerts (hook, id) WHERE at_source = 1;
CREATE INDEX alerts_open_of_hook ON alerts (hook, id) WHERE state <> 'resolved';
CREATE INDEX alerts_by_shown_state ON alerts (iif(state = 'open' AND status ->> '$.silence' IS NOT NULL, 'silenced', state))
  WHERE state <> 'resolved';

-- The messages about alerts, to which people may react and reply.
CREATE TABLE alert_messages (
  receiver    TEXT    NOT NULL,            -- the bare address of a room or a user
  id          TEXT    NOT NULL,            -- the stanza's id
  alert       INTEGER NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
  stanza_id   TEXT,                        -- the room's id of the message (XEP-0359); null: none, or not known yet
  said_at     INTEGER NOT NULL,
  step        INTEGER,                     -- the number of the step that the message makes; null: none
  received_at INTEGER,                     -- when a client of the user confirmed the message (XEP-0184)
  corrects    TEXT,                        -- the id of the message that it corrects (XEP-0308); null: none
  shows_state INTEGER NOT NULL DEFAULT 0 CHECK (shows_state IN (0, 1)),  -- 1: its first line says who took the alert, or that it is silenced
  PRIMARY KEY (receiver, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_messages_by_stanza_id ON alert_messages (receiver, stanza_id) WHERE stanza_id IS NOT NULL;
CREATE INDEX alert_messages_by_alert ON alert_messages (alert, said_at);
CREATE INDEX alert_messages_by_receiver ON alert_messages (receiver, alert);

-- Accepted work on alerts: what people did, not handled yet, and what has to be said or asked.
CREATE TABLE alert_tasks (
  id     INTEGER PRIMARY KEY AUTOINCREMENT,
  alert  INTEGER NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
  task   TEXT    NOT NULL,                 -- what is to be done, as JSON
  due_at INTEGER NOT NULL,
  tries  INTEGER NOT NULL DEFAULT 0,
  at_source INTEGER NOT NULL DEFAULT 0     -- 1: a request to the alert's source, which runs beside other work
) STRICT;
CREATE INDEX alert_tasks_due ON alert_tasks (at_source, due_at, id);
CREATE INDEX alert_tasks_by_alert ON alert_tasks (alert);

-- What happened to an alert, for operators.
CREATE TABLE alert_changes (
  id     INTEGER PRIMARY KEY AUTOINCREMENT,
  alert  INTEGER NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
  at     INTEGER NOT NULL,
  what   TEXT    NOT NULL,                 -- in one line
  person TEXT                              -- who did it; null: the program, or time
) STRICT;
CREATE INDEX alert_changes_by_alert ON alert_changes (alert, id);

-- Rosters: who is on duty, by turns or by a calendar.
CREATE TABLE rosters (
  name      TEXT PRIMARY KEY,
  people    TEXT    NOT NULL,              -- bare addresses, a line each, in the order of their turns
  every     TEXT,                          -- the length of a turn, as in ISO 8601 (P1W); null: the calendar says
  starts    TEXT,                          -- the local time at which the first turn began; null: the calendar says
  zone      TEXT    NOT NULL,              -- the time zone (IANA)
  calendar  TEXT,                          -- the URL of an iCalendar; null: none
  file      TEXT,                          -- the text of an iCalendar that was given as a file; null: none
  inner     TEXT    NOT NULL,              -- the private addresses and networks at which the calendar may be, a line each
  read_at   INTEGER,                       -- when the calendar was last read and understood; null: never
  fault     TEXT,                          -- why it wasn't, the last time; null: it was
  faulty_at INTEGER,                       -- since when it isn't; null: it is
  retry_at  INTEGER,                       -- when it is read next; null: the roster has no calendar
  alerted   INTEGER NOT NULL DEFAULT 0 CHECK (alerted IN (0, 1)),  -- 1: its fault is an alert
  on_duty   TEXT                           -- who is on duty, as was last seen; null: nobody
) STRICT, WITHOUT ROWID;

-- What people have yet to be told of their duty: for each, only the newest.
CREATE TABLE duty_news (
  roster TEXT    NOT NULL REFERENCES rosters (name) ON DELETE CASCADE,
  person TEXT    NOT NULL,                 -- bare address
  news   TEXT    NOT NULL CHECK (news IN ('began', 'ended', 'missed')),  -- missed: it began and ended
  since  INTEGER NOT NULL,                 -- when that was seen
  PRIMARY KEY (roster, person)
) STRICT, WITHOUT ROWID;

-- What a roster's calendar says, from some days ago to some months ahead.
CREATE TABLE duty_shifts (
  roster TEXT    NOT NULL REFERENCES rosters (name) ON DELETE CASCADE,
  starts INTEGER NOT NULL,
  ends   INTEGER NOT NULL,
  person TEXT    NOT NULL,                 -- bare address
  PRIMARY KEY (roster, starts, person)
) STRICT, WITHOUT ROWID;

-- Times in which somebody else is on duty than the roster's turns or calendar say. Later ones replace earlier ones.
CREATE TABLE duty_covers (
  id     INTEGER PRIMARY KEY AUTOINCREMENT,
  roster TEXT    NOT NULL REFERENCES rosters (name) ON DELETE CASCADE,
  starts INTEGER NOT NULL,
  ends   INTEGER NOT NULL,
  person TEXT    NOT NULL                  -- bare address
) STRICT;
CREATE INDEX duty_covers_by_roster ON duty_covers (roster, ends);

-- The latest message of each sender of hooks in each chat and room: some clients correct no other.
CREATE TABLE latest_messages (
  sender   TEXT NOT NULL,                  -- the bare address of a bot or a user
  receiver TEXT NOT NULL,                  -- the bare address of a room or a user
  id       TEXT NOT NULL,                  -- the stanza's id
  at       INTEGER NOT NULL DEFAULT 0,     -- when it was sent
  PRIMARY KEY (sender, receiver)
) STRICT, WITHOUT ROWID;
CREATE INDEX latest_messages_by_age ON latest_messages (sender, at);

-- When hooks that expect posts were last posted to.
CREATE TABLE heartbeats (
  hook      TEXT PRIMARY KEY REFERENCES hooks (id) ON DELETE CASCADE,
  posted_at INTEGER NOT NULL,              -- the last post, or when the hook began to expect posts
  down_ms   INTEGER NOT NULL DEFAULT 0,    -- how long the component was down since
  late      INTEGER NOT NULL DEFAULT 0,    -- 1: it was said that no post came
  due_at    INTEGER,                       -- when something has to be said; null: nothing, until the next post
  counts_from INTEGER NOT NULL DEFAULT 0   -- from when the period counts: later than the post if the component was absent
) STRICT, WITHOUT ROWID;
CREATE INDEX heartbeats_due ON heartbeats (due_at) WHERE due_at IS NOT NULL;

-- When the component was last running, as the time in which it wasn't doesn't count for heartbeats.
CREATE TABLE running_until (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  at INTEGER NOT NULL
) STRICT;

-- Short links in messages of hooks, to URLs that nobody reads.
CREATE TABLE hook_links (
  id      TEXT PRIMARY KEY,                -- a hash of the URL
  url     TEXT    NOT NULL,
  told_at INTEGER NOT NULL                 -- when a message last had the link
) STRICT, WITHOUT ROWID;
CREATE INDEX hook_links_by_age ON hook_links (told_at);

-- Posts with files whose messages aren't sent yet: the files are uploaded first. The id is that of the message which
-- programs ask about.
CREATE TABLE hook_posts (
  id          TEXT PRIMARY KEY,
  hook        TEXT    NOT NULL REFERENCES hooks (id) ON DELETE CASCADE,
  accepted_at INTEGER NOT NULL,
  request     TEXT    NOT NULL,            -- the id of the HTTP request
  content     TEXT    NOT NULL             -- what is to be said, as JSON; see component/hooks/files/waiting-posts.ts
) STRICT;
CREATE INDEX hook_posts_by_hook ON hook_posts (hook);

-- The files of those posts, and the files that the component serves itself. The bytes are the last column, so that SQLite
-- can read the other columns without reading the bytes.
CREATE TABLE hook_files (
  id      TEXT PRIMARY KEY,                -- random: whoever knows it may read the file
  post    TEXT REFERENCES hook_posts (id) ON DELETE CASCADE,  -- the post that waits for it; null: it is served
  name    TEXT    NOT NULL,
  type    TEXT    NOT NULL,                -- the media type
  source  TEXT,                            -- the URL from which it is fetched; null: it came with the post
  kept_at INTEGER NOT NULL,
  size    INTEGER NOT NULL,                -- the number of bytes
  bytes   BLOB    NOT NULL
) STRICT;
CREATE INDEX hook_files_by_age ON hook_files (post, kept_at, size);

-- The rooms of other services that bots enter.
CREATE TABLE bot_rooms (
  bot       TEXT    NOT NULL REFERENCES bots (name) ON DELETE CASCADE,
  room      TEXT    NOT NULL,              -- bare address
  chosen    INTEGER NOT NULL CHECK (chosen IN (0, 1)),   -- 1: an operator requested it; 0: a webhook uses it
  password  TEXT,                          -- the room's password; null: none
  requested_at INTEGER NOT NULL,           -- when a command last requested that the bot enter
  state     TEXT    NOT NULL CHECK (state IN ('outside', 'entering', 'inside', 'unsure', 'refused')),
  condition TEXT,                          -- the condition of the error because of which the bot isn't inside
  reason    TEXT,                          -- why the bot isn't inside, as a message for operators
  nick      TEXT,                          -- the bot's last nickname in the room; null: it was never inside
  since     INTEGER NOT NULL,              -- when the state last changed
  PRIMARY KEY (bot, room)
) STRICT, WITHOUT ROWID;

-- Messages of webhooks to rooms of other services, in order, until the room has reflected or refused them. Nothing deletes
-- them silently: a room can be deleted only after its posts were refused.
CREATE TABLE bot_posts (
  row_id      INTEGER PRIMARY KEY AUTOINCREMENT,
  bot         TEXT NOT NULL,
  room        TEXT NOT NULL,
  id          TEXT NOT NULL,               -- the stanza's id
  accepted_at INTEGER NOT NULL,
  stanza      TEXT NOT NULL,
  FOREIGN KEY (bot, room) REFERENCES bot_rooms (bot, room)
) STRICT;
CREATE INDEX bot_posts_by_room ON bot_posts (bot, room);
CREATE INDEX bot_posts_by_id ON bot_posts (id);

-- Rooms of other services that bots have left. What is said about their alerts later must not go out as a chat.
CREATE TABLE bot_rooms_left (
  bot     TEXT    NOT NULL,
  room    TEXT    NOT NULL,                -- bare address
  left_at INTEGER NOT NULL,
  PRIMARY KEY (bot, room)
) STRICT, WITHOUT ROWID;
CREATE INDEX bot_rooms_left_by_age ON bot_rooms_left (left_at);

-- Outgoing webhooks: programs to which events are delivered.
CREATE TABLE outgoing_hooks (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  name     TEXT NOT NULL UNIQUE,
  url      TEXT NOT NULL,
  secret   TEXT NOT NULL,                  -- whsec_…; in plain text, as the component signs events with it
  events   TEXT NOT NULL,                  -- the kinds of events to deliver, one on each line
  rooms    TEXT,                           -- the bare addresses of the rooms whose events are delivered; null: all rooms
  pattern  TEXT,                           -- the pattern that a message's text must match; null: any text
  only_mentions INTEGER NOT NULL,          -- 1: of room messages, only those that mention the bot are delivered
  form     TEXT NOT NULL,                  -- the format of the payload
  inner    TEXT NOT NULL,                  -- the private addresses and networks to which it may connect, one on each line
  bot      TEXT REFERENCES bots (name),
  made_at  INTEGER NOT NULL,
  waiting  INTEGER NOT NULL DEFAULT 0,     -- how many events are queued, counted by the triggers below
  bytes    INTEGER NOT NULL DEFAULT 0,     -- the bytes of the queued events' payloads
  failures INTEGER NOT NULL DEFAULT 0,     -- how many deliveries failed since the last success
  retry_at INTEGER NOT NULL DEFAULT 0,     -- when the next delivery may be tried
  fault    TEXT                            -- why the last delivery failed
) STRICT;
CREATE INDEX outgoing_hooks_by_bot ON outgoing_hooks (bot);

-- The events that are queued for outgoing webhooks, and those that couldn't be delivered (dead letters).
CREATE TABLE hook_events (
  row_id      INTEGER PRIMARY KEY AUTOINCREMENT,
  hook        INTEGER NOT NULL REFERENCES outgoing_hooks (id) ON DELETE CASCADE,
  id          TEXT NOT NULL,               -- the event's id in the HTTP request to the program
  body        TEXT NOT NULL,               -- the payload
  bytes       INTEGER NOT NULL,            -- the size of the body
  reply_to    TEXT,                        -- the bare address to which the program's reply is sent; null: none
  happened_at INTEGER NOT NULL,
  until       INTEGER NOT NULL,            -- if undelivered by then, the event becomes a dead letter
  died_at     INTEGER,                     -- when the event became a dead letter; null: it is queued
  reason      TEXT,                        -- why the event couldn't be delivered
  message     INTEGER                      -- the room's message that the event tells (archive.id); null: none
) STRICT;
CREATE INDEX hook_events_waiting ON hook_events (hook, row_id) WHERE died_at IS NULL;
CREATE INDEX hook_events_dead ON hook_events (hook, row_id) WHERE died_at IS NOT NULL;
CREATE INDEX hook_events_by_message ON hook_events (message) WHERE message IS NOT NULL;

-- A retracted message's text leaves the queues, too.
CREATE TRIGGER archive_retracted AFTER UPDATE OF retracted ON archive WHEN new.retracted = 1 BEGIN
  DELETE FROM hook_events WHERE message = new.id;
END;

-- Count the queued events in outgoing_hooks.waiting, and their bytes in outgoing_hooks.bytes.
CREATE TRIGGER hook_event_added AFTER INSERT ON hook_events WHEN new.died_at IS NULL BEGIN
  UPDATE outgoing_hooks SET waiting = waiting + 1, bytes = bytes + new.bytes WHERE id = new.hook;
END;
CREATE TRIGGER hook_event_removed AFTER DELETE ON hook_events WHEN old.died_at IS NULL BEGIN
  UPDATE outgoing_hooks SET waiting = waiting - 1, bytes = bytes - old.bytes WHERE id = old.hook;
END;
CREATE TRIGGER hook_event_died AFTER UPDATE OF died_at ON hook_events
  WHEN old.died_at IS NULL AND new.died_at IS NOT NULL BEGIN
  UPDATE outgoing_hooks SET waiting = waiting - 1, bytes = bytes - old.bytes WHERE id = old.hook;
END;
CREATE TRIGGER hook_event_back AFTER UPDATE OF died_at ON hook_events
  WHEN old.died_at IS NOT NULL AND new.died_at IS NULL BEGIN
  UPDATE outgoing_hooks SET waiting = waiting + 1, bytes = bytes + old.bytes WHERE id = old.hook;
END;
