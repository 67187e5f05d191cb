/** The heavy things that a large database makes the daemon do; stalls.ts measures them. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openDatabase } from "../../storage/database.js";
import type { ComponentProcess } from "../lab/component-process.js";
import { whole } from "./figures.js";
import { CROWD, HOST, session, SIZES } from "./large-database.js";

const PROGRAM = fileURLToPath(new URL("../qtalk-component.js", import.meta.url));
const RELOAD_MS = 300;

/** What a work is done with. */
export interface StallStage {
  readonly component: ComponentProcess;
  readonly domain: string;
  /** Posts a call, which must succeed. */
  readonly call: (endpoint: string, body: object) => Promise<void>;
  /** Writes as the crowd, and waits until its stream says this. */
  readonly ask: (stanza: string, until: string) => Promise<void>;
}

/** Something heavy. */
export interface Work {
  readonly name: string;
  readonly run: (stage: StallStage) => Promise<void>;
}

/** The first of all. */
export const STARTING: Work = {
  name: `started with ${whole(SIZES.queued)} stanzas queued`,
  run: async ({ component }) => {
    component.launch();
    await component.ready();
    await drained(component);
  },
};

/** The others, which build on one another, in their order. */
export function works(domain: string, rooms: number): Work[] {
  const { members, occupants } = SIZES;
  const big = `big@${domain}`;
  const me = session(0);
  const call = (name: string, endpoint: string, body: object): Work => ({
    name,
    run: (stage) => stage.call(endpoint, body),
  });
  const done = (name: string, [endpoint, body]: [string, object], left: string): Work => ({
    name,
    run: async (stage) => {
      await stage.call(endpoint, body);
      await gone(join(stage.component.folder, "qtalk.db"), left);
    },
  });
  const asked = (name: string, stanza: (id: string) => string): Work => ({
    name,
    run: ({ ask }) => ask(stanza("asked"), `id='asked'`),
  });
  const many = (count: number, of = "new"): string[] => Array.from({ length: count }, (_, n) => `${of}-${n}`);
  const room = (muc_id: string) => ({ muc_id, muc_domain: domain, muc_owner: "boss" });
  const items = (set: string) => (id: string) =>
    `<iq from='${me}' to='${domain}' type='get' id='${id}'><query xmlns='http://jabber.org/protocol/disco#items'>${set}</query></iq>`;
  const rsm = (inside: string): string => `<set xmlns='http://jabber.org/protocol/rsm'>${inside}</set>`;
  const mam =
    (inside: string, to = `long@${domain}`) =>
    (id: string): string =>
      `<iq from='${me}' to='${to}' type='set' id='${id}'><query xmlns='urn:xmpp:mam:2'>${inside}</query></iq>`;
  const field = (name: string, value: string): string =>
    `<field var='${name}'><value>${value}</value></field>`;
  const form = (type: string, ...fields: string[]): string =>
    `<x xmlns='jabber:x:data' type='submit'>${field("FORM_TYPE", type)}${fields.join("")}</x>`;
  const search = (name: string, value: string): string => form("urn:xmpp:mam:2", field(name, value));
  const nick = field("muc#register_roomnick", "reserved");
  const register =
    (inside: string) =>
    (id: string): string =>
      `<iq from='${me}' to='${big}' type='set' id='${id}'><query xmlns='jabber:iq:register'>${inside}</query></iq>`;
  const text = "x".repeat(7 * 1024 * 1024);
  return [
    call("created", "create_muc", room("made")),
    call(`muc_users of ${whole(members)} members, loaded`, "muc_users", room("big")),
    call(`muc_users of ${whole(members)} members, again`, "muc_users", room("big")),
    {
      name: `${whole(members)} members added`,
      run: async (stage) => {
        await stage.call("create_muc", room("made"));
        await stage.call("add_muc_user", { ...room("made"), muc_member: many(members) });
      },
    },
    call(`${whole(members)} members removed`, "del_muc_user", { ...room("made"), muc_member: many(members) }),
    {
      name: `entering a room of ${whole(occupants)} occupants`,
      run: ({ ask }) =>
        ask(
          `<presence from='${session(occupants + 1)}' to='${big}/late'><x xmlns='http://jabber.org/protocol/muc'/></presence>`,
          "<subject",
        ),
    },
    call(`said to ${whole(occupants)} occupants and ${whole(members)} members`, "send_message", {
      From: "boss",
      To: [{ User: "big" }],
      Body: "hello",
      Type: "groupchat",
      Domain: domain,
    }),
    call("said again", "send_message", {
      From: "boss",
      To: [{ User: "big" }],
      Body: "hello again",
      Type: "groupchat",
      Domain: domain,
    }),
    asked("a nickname registered", register(form("http://jabber.org/protocol/muc#register", nick))),
    asked("a member unregistered", register("<remove/>")),
    {
      name: `leaving a room of ${whole(occupants)} occupants`,
      run: ({ ask }) =>
        ask(`<presence from='${session(occupants + 1)}' to='${big}/late' type='unavailable'/>`, "code='110'"),
    },
    asked("disco#items of the service", items("")),
    asked(
      "disco#items, a page of 100 in the middle",
      items(rsm(`<max>100</max><after>room-5@${domain}</after>`)),
    ),
    asked("a room's disco#items", (id) => items("")(id).replace(`to='${domain}'`, `to='${big}'`)),
    asked(
      "a room's list of members",
      (id) =>
        `<iq from='${me}' to='${big}' type='get' id='${id}'><query xmlns='http://jabber.org/protocol/muc#admin'><item affiliation='member'/></query></iq>`,
    ),
    asked("the archive's first page", mam(rsm("<max>250</max>"))),
    asked("the archive's last page", mam(rsm("<max>250</max><before/>"))),
    asked("the archive, of somebody who said nothing", mam(search("with", `long@${domain}/silent`))),
    asked("the archive, of one who spoke once", mam(search("with", `long@${domain}/once`))),
    asked("the archive, since its middle", mam(search("start", new Date(SIZES.middle).toISOString()))),
    call("a message to 10,000 users", "send_message", {
      From: "boss",
      To: many(10_000).map((User) => ({ User })),
      Body: "hello",
      Host: HOST,
      Domain: CROWD,
    }),
    call("a notification to 100,000 users", "send_notify", {
      from: `boss@${HOST}`,
      to: Array.from({ length: 100_000 }, (_, n) => `user-${n}@${CROWD}`),
      category: "1",
      data: "online",
    }),
    {
      name: "a body of 7 MiB",
      run: async ({ component }) => {
        await (
          await component.post("send_notify", { from: `boss@${HOST}`, to: ["a"], category: "1", data: text })
        ).text();
      },
    },
    {
      name: "metrics read",
      run: async ({ component }) => {
        await (await component.get("/metrics"))?.text();
      },
    },
    {
      name: "SIGHUP",
      run: ({ component }) => {
        process.kill(component.pid, "SIGHUP");
        return sleep(RELOAD_MS);
      },
    },
    {
      name: "a backup, while messages are sent",
      run: async (stage) => {
        const { component, call: post } = stage;
        const child = spawn(
          process.execPath,
          [PROGRAM, "backup", join(component.folder, "copy"), "--force", "--config", component.configFile],
          { stdio: "ignore", env: { PATH: process.env.PATH } },
        );
        const ended = once(child, "exit");
        while (child.exitCode === null)
          await post("send_message", {
            From: "boss",
            To: [{ User: "a" }],
            Body: "hello",
            Host: HOST,
            Domain: CROWD,
          });
        await ended;
      },
    },
    call(`destroyed: ${whole(members)} members, ${whole(occupants)} occupants`, "destroy_muc", room("big")),
    done(
      `destroyed: ${whole(SIZES.messages)} messages`,
      ["destroy_muc", room("long")],
      `SELECT 1 FROM archive WHERE room = ${rooms + 2} LIMIT 1`,
    ),
    ...["clerk", "boss"].map((user) =>
      done(
        `clear_staff of one in ${whole(rooms)} rooms: ${user}`,
        ["clear_staff", { users: [user], host: HOST }],
        `SELECT 1 FROM affiliations WHERE jid = '${user}@${HOST}' LIMIT 1`,
      ),
    ),
  ];
}

/** Waits until the database has no such row any more. */
async function gone(file: string, row: string): Promise<void> {
  const db = openDatabase(file, { readonly: true });
  const statement = db.prepare(row);
  while (statement.get() !== undefined) await sleep(20);
  db.close();
}

/** Waits until all that was accepted is routed. */
export async function drained(component: ComponentProcess): Promise<void> {
  while ((await metric(component, "qtalk_outbox_stanzas")) > 0) await sleep(50);
}

async function metric(component: ComponentProcess, name: string): Promise<number> {
  const text = (await (await component.get("/metrics"))?.text()) ?? "";
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1] ?? NaN);
}
