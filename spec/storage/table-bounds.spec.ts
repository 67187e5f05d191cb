/** What bounds each table, and the test that holds the bound: a new table must be named here. */
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { openDatabase } from "../../storage/database.js";
import { documentAt } from "../../scripts/docs/parts.js";

/** Tables that grow with traffic: what bounds them, the spec that holds it, and the beginning of its test's name. */
const BOUNDED: Readonly<Record<string, readonly [bound: string, spec: string, test: string]>> = {
  accepted: ["ten minutes", "storage/fingerprints", "expire in slices"],
  acks: ["outbox.trace", "component/outbox/bounds", "keep their bounds if there is nothing but"],
  activity_subscriptions: [
    "100,000 sessions, 20 of each account",
    "component/muc/features/activity",
    "is announced to the latest twenty",
  ],
  alert_changes: ["100 of each alert", "storage/alerts-store", "keep their latest hundred changes"],
  alert_messages: ["32 of each alert", "storage/alerts-store", "keep the messages that people can react to"],
  alert_tasks: ["twenty tries each", "component/hooks/alerts/tasks", "is given up after twenty tries"],
  alerts: ["10,000 of each hook, and a week", "storage/alerts-store", "are deleted when they ended"],
  archive: ["rooms.archive_days", "component/muc/archive/retention", "is what the operator configures"],
  archive_grams: ["as archive", "component/muc/archive/retention", "is what the operator configures"],
  bot_posts: ["hooks.queue of each room", "component/hooks/remote/posts", "accepts at most hooks.queue"],
  bot_rooms_left: ["1000", "storage/bot-rooms", "are remembered when the bot has left them"],
  bounces: ["outbox.trace", "component/outbox/bounds", "keep their bounds if there is nothing but"],
  calls: ["outbox.trace", "storage/call-log", "keeps the latest calls"],
  changes: ["operators.changes_days", "storage/small-tables", "lists changes, the newest first, and forgets"],
  handled_letters: ["outbox.trace", "component/outbox/bounds", "keep their bounds if there is nothing but"],
  hook_events: [
    "hooks.queue of each hook, waiting and dead",
    "storage/hook-events",
    "keep the newest dead letters",
  ],
  bookmarks_made: [
    "one of each membership, and a month",
    "component/muc/features/invitations/bookmarks",
    "are left there after a month",
  ],
  duty_news: ["100 of each roster", "storage/small-tables", "keeps the newest of what is untold"],
  hook_files: [
    "hooks.files_mb, 10,000, hooks.files_days",
    "storage/hook-files",
    "that are served are ten thousand",
  ],
  hook_links: ["50,000, and 30 days after the last message", "storage/hook-links", "are bounded in number"],
  hook_messages: ["a day", "storage/hook-messages", "expire, the oldest first"],
  hook_posts: ["hooks.files_mb", "storage/hook-files", "go with their post when it is refused"],
  images: ["as vcards", "storage/vcard-store", "are forgotten some at a time"],
  invitations: ["1000 of each room", "storage/rooms-users", "have the newest thousand invitations"],
  keyed_messages: [
    "1000 of each hook",
    "component/hooks/keyed-posts",
    "is forgotten if a hook has too many keys",
  ],
  keys: ["keys.per_user, and their time", "storage/keys-store", "are one for each session"],
  latest_messages: ["1000 of each sender", "storage/alerts-store", "know the latest message"],
  occupants: ["users' sessions", "component/muc/occupancy/leaving", "is sent to the leaving occupant"],
  outbox: [
    "outbox.max_stanzas, outbox.max_bytes",
    "component/limits/quota-pool",
    "always has room for a newcomer, and never gives more",
  ],
  rewrites: ["1000", "storage/call-log", "keeps the latest calls"],
  room_tombstones: [
    "rooms.tombstone_days",
    "storage/rooms-users",
    "keep the addresses of destroyed rooms until",
  ],
  vcards: ["people.vcards_hours", "storage/vcard-store", "are forgotten some at a time"],
};

/** Tables with a row for each of what people or operators made, until they end it, or a fixed number of rows. */
const MADE: Readonly<Record<string, readonly string[]>> = {
  "operators, who are shown the number": ["dead_letters"],
  operators: [
    "bots",
    "duty_covers",
    "duty_shifts",
    "hooks",
    "operators",
    "outgoing_hooks",
    "rosters",
    "erasures",
  ],
  "hooks, one of each": ["heartbeats", "bot_rooms"],
  "rooms, whose number and members are limited": [
    ...["affiliations", "room_vcards", "rooms", "rooms_being_deleted", "rooms_changing", "user_removals"],
  ],
  configuration: ["service_admins", "hosts"],
  "the directory that operators import": ["users"],
  "fixed rows": ["archive_indexed", "imported", "migrations", "outbox_progress", "running_until"],
};

describe("The bounds of the tables", () => {
  it("are named for each", () => {
    const db = openDatabase(":memory:");
    const tables = db
      .prepare<[], string>(
        `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual')
          AND name NOT LIKE 'sqlite%' ORDER BY name`,
      )
      .pluck()
      .all();
    db.close();
    expect([...Object.keys(BOUNDED), ...Object.values(MADE).flat()].sort()).to.deep.equal(tables);
  });

  it("are held by tests", () => {
    const missing = Object.entries(BOUNDED).filter(
      ([, [, spec, test]]) => !readFileSync(documentAt(`spec/${spec}.spec.ts`), "utf8").includes(test),
    );
    expect(missing).to.deep.equal([]);
  });
});
