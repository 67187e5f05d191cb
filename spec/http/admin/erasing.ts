/** A person of whom everything is stored that may be, and the erasure of that person. */
import { AlertsStore } from "../../../storage/alerts-store.js";
import { HooksStore } from "../../../storage/hooks-store.js";
import { DeadLetters } from "../../../storage/dead-letters.js";
import { HookEvents } from "../../../storage/hook-events.js";
import { OutboxStore } from "../../../storage/outbox-store.js";
import { OutgoingHooksStore } from "../../../storage/outgoing-hooks-store.js";
import { VcardStore } from "../../../storage/vcard-store.js";
import { CRONE, crone, hag, HAG, ROOM, WICCA } from "../../component/muc/play.js";
import { ConsoleStage } from "../console/stage.js";

export const LOCAL = "crone1";
/** Another user, whose address contains the erased one. */
export const ALIKE = `my${CRONE}`;
export const BOUNDS = { events: 100, bytes: 1_000_000 };

export interface Result {
  readonly message: string;
  readonly erased: readonly { readonly kind: string; readonly count: number }[];
  readonly stays: readonly { readonly what: string; readonly why: string }[];
}

/** What a result says that stays, in lines. */
export function whatStays({ stays }: Result): string {
  return stays.map(({ what }) => `${what}\n`).join("");
}

export class Erasing {
  private constructor(readonly stage: ConsoleStage) {}

  static async open(): Promise<Erasing> {
    return new Erasing(await ConsoleStage.open());
  }

  get db() {
    return this.stage.desk.play.db;
  }

  /** Erases a user, by default crone. */
  async erase(user = CRONE): Promise<Result> {
    return (await this.stage.does("user/erase", { user })) as unknown as Result;
  }

  /** The tables whose rows contain a text, without what waits to be sent. */
  tablesWith(text: string): string[] {
    const { db } = this.stage.desk.play;
    db.pragma("wal_checkpoint");
    const tables = db
      .prepare<[], string>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'archive_grams%'",
      )
      .pluck()
      .all();
    return tables.filter(
      (table) =>
        table !== "outbox" && JSON.stringify(db.prepare(`SELECT * FROM "${table}"`).all()).includes(text),
    );
  }

  /** All columns of texts, by table. */
  textColumns(): Record<string, string[]> {
    const rows = this.db
      .prepare<[], { readonly name: string; readonly column: string }>(
        `SELECT t.name AS name, c.name AS column FROM pragma_table_list AS t, pragma_table_info(t.name) AS c
          WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND c.type = 'TEXT' ORDER BY t.name, c.cid`,
      )
      .all();
    const columns: Record<string, string[]> = {};
    for (const { name, column } of rows) (columns[name] ??= []).push(column);
    return columns;
  }

  /** Whether a column, such as "keys.jid", has a text anywhere. */
  holds(column: string, text: string): boolean {
    const [table = "", name = ""] = column.split(".");
    const sql = `SELECT 1 FROM "${table}" WHERE instr("${name}", ?) > 0 LIMIT 1`;
    return this.db.prepare(sql).get(text) !== undefined;
  }

  write(work: () => void): Promise<void> {
    return this.stage.desk.administration.ground.commit.run(work);
  }

  /** A room in which crone spoke, and everything else that may be stored of a user. */
  async live(): Promise<void> {
    const { stage } = this;
    const { play } = stage.desk;
    const { db } = play;
    await play.coven();
    await stage.does("room/admin", { room: "coven", users: [CRONE] });
    await play.says(hag, "Good evening", "h1");
    for (let i = 0; i < 60; i += 1) await play.says(crone, `Secret ${i}`, `c${i}`);
    const replace = `<replace xmlns="urn:xmpp:message-correct:0" id="c1"/><body>Secret corrected</body>`;
    await play.sends(crone, `<message to="${ROOM}" type="groupchat" id="x1">${replace}</message>`);
    await play.sends(
      crone,
      `<message to="${ROOM}" type="groupchat" id="s1"><subject>Brewing</subject></message>`,
    );
    await stage.does("user/set", { user: LOCAL, name: "老太婆" });
    await stage.does("user/set", { user: ALIKE.split("@")[0], name: "Another" });
    await stage.does("key/issue", { user: LOCAL });
    await stage.does("hook/add", {
      name: "out",
      deliver_to: "http://127.0.0.1:9/",
      allow_inner: ["127.0.0.1"],
      on: ["message"],
    });
    await stage.does("hook/add", { name: "in", to: "coven" });
    const hook = new OutgoingHooksStore(db).named("out")!.id;
    await this.write(() => {
      const picture = { name: `${"a".repeat(64)}.png`, type: "image/png", bytes: Buffer.from("face") };
      new VcardStore(db).put(CRONE, { name: "Crone", avatar: "", expiresAt: Date.now() + 1e9 }, picture);
      const [row] = new OutboxStore(db).add([
        { stanza: `<message to="${HAG}"/>`, acceptedAt: 1, kind: "message", sender: CRONE, receiver: HAG },
      ]).rows;
      new DeadLetters(db).add(row!, row!, undefined, "policy-violation");
      const events = new HookEvents(db);
      const event = { hook, id: "e", replyTo: undefined, happenedAt: 1, until: 1 };
      for (const user of [CRONE, ALIKE])
        events.add({ ...event, body: JSON.stringify({ from: user }) }, BOUNDS);
      events.bury(events.first(hook)!, 2, "gone", BOUNDS);
      db.prepare("UPDATE hooks SET made_by = ? WHERE name = 'in'").run(CRONE);
      db.prepare("INSERT INTO bounces VALUES (1, 'gone', ?, 1, 1)").run(`${CRONE}/pda`);
      db.prepare("INSERT INTO room_tombstones VALUES ('old', ?, ?, NULL, NULL)").run(
        Date.now(),
        JSON.stringify([CRONE, HAG]),
      );
      db.prepare(
        "INSERT INTO hook_messages (id, hook, receiver, accepted_at, outcome, reason) VALUES (?,?,?,?,?,?)",
      ).run(...["m", new HooksStore(db).named("in")!.id, CRONE, 1, "bounced", `${CRONE} is away`]);
      const by = { id: CRONE, name: "Crone" };
      const status = { severity: "", openedAt: 1, postedAt: 1, unsaid: 0, takers: [{ ...by, at: 2 }] };
      const alerts = new AlertsStore(db);
      const alert = alerts.add({
        ...{
          hook: new HooksStore(db).named("in")!.id,
          name: Buffer.from("a"),
          current: true,
          state: "taken",
        },
        ...{
          receiver: ROOM,
          message: "m",
          title: "Disk",
          text: "",
          labels: "{}",
          changedAt: 1,
          dueAt: undefined,
          atSource: false,
        },
        status: JSON.stringify({ ...status, silence: { by, at: 1, until: 2 } }),
      });
      alerts.addChange({ alert, at: 1, what: "taken", person: CRONE });
      // By a roster, which nobody is in any more.
      alerts.addChange({ alert, at: 1, what: `step 1: called ${CRONE}`, person: undefined });
      alerts.addMessage({ receiver: CRONE, id: "m", alert, saidAt: 1, stanzaId: undefined, step: 0 });
      alerts.noteLatest(HAG, CRONE, "m");
      db.prepare("INSERT INTO invitations SELECT id, ?, ?, 'x', 1 FROM rooms").run(WICCA, CRONE);
      db.prepare("INSERT INTO activity_subscriptions VALUES (?)").run(crone);
    });
  }

  /** What live() leaves out: alerts that are over, and what was said to crone by a hook that has moved. */
  async livesMore(): Promise<void> {
    const { db } = this;
    await this.write(() => {
      db.exec(`INSERT INTO alerts (hook, name, current, state, receiver, message, title, text, labels, status, changed_at)
          SELECT hook, x'02', 0, 'resolved', receiver, 'n', title, text, labels, json_remove(json_set(status, '$.resolvedAt', 5), '$.silence'), 1
            FROM alerts WHERE message = 'm';
        INSERT INTO alerts (hook, name, current, state, receiver, message, title, text, labels, status, changed_at)
          SELECT hook, x'03', 1, 'open', '${CRONE}', 'o', title, text, labels, json_remove(status, '$.takers[0]', '$.silence'), 1
            FROM alerts WHERE message = 'm';
        INSERT INTO alert_tasks (alert, task, due_at) SELECT id, '{"do":"tell","text":"x","place":"${CRONE}"}', 1 FROM alerts
          WHERE message = 'm';
        INSERT INTO keyed_messages (hook, name, receiver, message, version, content, said_at)
          SELECT id, x'01', '${CRONE}', 'm', 'm', x'', 1 FROM hooks WHERE name = 'in';
        INSERT INTO latest_messages VALUES ('${CRONE}', '${ROOM}', 'k', 1);
        INSERT INTO invitations SELECT id, '${CRONE}', '${HAG}', 'x', 1 FROM rooms;
        UPDATE hook_events SET reply_to = '${CRONE}' WHERE died_at IS NOT NULL;
        INSERT INTO changes (at, who, way, operation, arguments, outcome)
          VALUES (1, '${CRONE}', 'xmpp', 'room expel', '{"users":["${CRONE}"]}', 'Expelled ${CRONE}.')`);
    });
  }
}
