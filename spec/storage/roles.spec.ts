/**
 * The roles of the tables. Accepted work is only deleted when its outcome is stored: never by a cascade of something else, and
 * never by a clean-up.
 */
import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { ENDINGS } from "../../storage/accepted-work.js";
import { openDatabase } from "../../storage/database.js";
import { WAITING } from "../../storage/snapshot.js";

/** What a table has. A new table must be named here. */
const ROLES: Readonly<Record<string, readonly string[]>> = {
  // What callers, programs and users were told is accepted.
  "accepted work": [
    "outbox",
    "dead_letters",
    "bot_posts",
    "hook_posts",
    "hook_events",
    "archive",
    "user_removals",
    "erasures",
    "rooms_changing",
    "alerts",
    "alert_tasks",
  ],
  // What happened; it is bounded by age or number, and may be forgotten.
  history: [
    "accepted",
    "acks",
    "bounces",
    "calls",
    "changes",
    "handled_letters",
    "alert_changes",
    "hook_files",
    "hook_links",
    "hook_messages",
    "migrations",
    "rewrites",
    "room_tombstones",
    "vcards",
    "images",
  ],
  // How things are; it goes with what it belongs to.
  state: [
    "activity_subscriptions",
    "affiliations",
    "alert_messages",
    "archive_grams",
    "archive_indexed",
    "bot_rooms",
    "bookmarks_made",
    "bot_rooms_left",
    "bots",
    "duty_covers",
    "duty_news",
    "duty_shifts",
    "heartbeats",
    "hooks",
    "hosts",
    "imported",
    "invitations",
    "keyed_messages",
    "keys",
    "latest_messages",
    "occupants",
    "operators",
    "outbox_progress",
    "outgoing_hooks",
    "room_vcards",
    "rooms",
    "rooms_being_deleted",
    "rosters",
    "running_until",
    "service_admins",
    "users",
  ],
};

/** The cascades and deletions of accepted work that are right, and why. */
const ALLOWED: Readonly<Record<string, string>> = {
  "alerts goes with hooks": "an operator removed the hook, and with it its alerts",
  "alert_tasks goes with alerts": "the alert's hook was removed, or the alert ended a week ago",
  "alerts-store.ts deletes from alerts": "the alert has been resolved for a week",
  "alerts-store.ts deletes from alert_tasks":
    "the task is done in the same transaction, its last try failed, or somebody took the alert that the step is about",
  "hook_posts goes with hooks": "the removal of the hook refuses them first (needless-rooms.ts)",
  "archive goes with rooms":
    "an owner or operator destroyed the room with all its messages, and occupants were notified",
  "hook_events goes with outgoing_hooks":
    "an operator removed the hook, and with it the deliveries that it asked for",
  "erasure-store.ts deletes from erasures": "the person is erased, and nothing waits any more",
  "user-removals.ts deletes from user_removals": "the user was removed from the last room",
  "rooms-store.ts deletes from rooms_changing": "the change is complete",
  "rooms_changing goes with rooms": "nobody is left whom the change concerns",
  ...Object.fromEntries(
    ["outbox", "bot_posts", "hook_posts", "hook_events", "alert_tasks"].map((table) => [
      `snapshot.ts deletes from ${table}`,
      "an operator restores a backup without it, and what knows of the work says so",
    ]),
  ),
  "rooms-archive.ts deletes from archive":
    "rooms.archive_days, the room's retention, or the length of its history",
};

/** The accepted work that stays when a backup is restored without what waits to be sent, and why. */
const STAYS: Readonly<Record<string, string>> = {
  archive: "rooms' messages, which people read",
  dead_letters: "nothing sends them but an operator",
  user_removals: "users who are to be removed from rooms",
  erasures: "people who are to be erased",
  rooms_changing: "a room's change that is to be completed",
};

describe("The tables", () => {
  const db = openDatabase(":memory:");
  after(() => db.close());
  const rows = (sql: string): string[] => db.prepare<[], string>(sql).pluck().all();
  const work = ROLES["accepted work"] ?? [];

  it("have one role each", () => {
    const tables =
      rows(`SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual')
      AND name NOT LIKE 'sqlite%' ORDER BY name`);
    expect(Object.values(ROLES).flat().sort()).to.deep.equal(tables);
  });

  it("lose no accepted work by cascades, except with what it belongs to", () => {
    const cascades = work.flatMap((table) =>
      rows(`SELECT "table" FROM pragma_foreign_key_list('${table}') WHERE on_delete = 'CASCADE'`).map(
        (parent) => `${table} goes with ${parent}`,
      ),
    );
    expect(cascades.filter((one) => !(one in ALLOWED))).to.deep.equal([]);
  });

  it("lose what waits to be sent only by endWork(), which names the outcome and what records it", () => {
    const waiting = ["bot_posts", "dead_letters", "hook_events", "hook_posts", "outbox"];
    expect([...new Set(Object.values(ENDINGS).map(({ table }) => table))].sort()).to.deep.equal(waiting);
    const others = Object.keys(ALLOWED).filter((one) =>
      waiting.some((table) => one.endsWith(` from ${table}`)),
    );
    expect(others.filter((one) => !one.startsWith("snapshot.ts "))).to.deep.equal([]);
  });

  it("are all asked whether they send anything when a backup is restored without what waits", () => {
    expect([...WAITING.map(({ table }) => table), ...Object.keys(STAYS)].sort()).to.deep.equal(
      [...work].sort(),
    );
  });

  it("lose accepted work only where its outcome is known", () => {
    const folder = new URL("../../../storage/", import.meta.url);
    const deletions = readdirSync(folder)
      .filter((file) => file.endsWith(".ts"))
      .flatMap((file) => {
        const source = readFileSync(new URL(file, folder), "utf8");
        const found = [...source.matchAll(/DELETE FROM (\w+)|\.delete\("(\w+)"/g)];
        return found.flatMap(([, one, other]) => `${file} deletes from ${one ?? other ?? ""}`);
      })
      .filter((one) => work.some((table) => one.endsWith(` ${table}`)));
    expect([...new Set(deletions)].filter((one) => !(one in ALLOWED))).to.deep.equal([]);
  });
});
