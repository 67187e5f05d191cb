/**
 * Benchmark that shows whether messages to rooms are as fast with very many rooms in the database as with few. A room's first use
 * after a start reads the room from disk, so each turn begins with a restart.
 */
import { join } from "node:path";
import { openDatabase } from "../../storage/database.js";
import type { ComponentProcess } from "../lab/component-process.js";
import { load } from "./load.js";
import { accepted, HOST, TEXT } from "./message.js";
import type { Benchmark } from "./stage.js";
import { restart, restarts } from "./start.js";
import { compare, whole, UNITS } from "./table.js";

const MEMBERS = 10;
const FEW = 100;
const MANY = { usual: 100_000, quick: 1_000 };
const TOUCHED = 80;
/** How many calls warm up the code after a restart, to a room that isn't measured. */
const WARMING = 150;
/** The lowest acceptable ratio of speed with many rooms to speed with few: work may take 25 % longer. */
const FLAT = 0.8;

export const growth: Benchmark = {
  ejabberd: async (stage) => {
    const { quick } = stage.extent;
    const count = quick ? MANY.quick : MANY.usual;
    const components = ["few.test", "many.test"].map((domain) => ({ domain }));
    const server = await stage.server("ejabberd", { components });
    const open = async (domain: string, rooms: number): Promise<ComponentProcess> => {
      const config = { rooms: { messages_per_second: 1e6 } };
      const component = await stage.component({ access: server.component(domain), hosts: [HOST], config });
      await component.end("SIGTERM");
      fill(join(component.folder, "qtalk.db"), rooms);
      component.launch();
      await component.ready();
      return component;
    };
    /** Returns the median duration of a message to a room in a turn, in milliseconds. */
    const measure = async (component: ComponentProcess, Domain: string, rooms: number): Promise<number> => {
      const send = (requests: number, room: (n: number) => number) => {
        const message = { Body: TEXT, Type: "groupchat", Host: HOST, Domain };
        const body = (id: number) => ({ ...message, From: `owner-${id}`, To: [{ User: `room-${id}` }] });
        const { httpPort: port } = component;
        const call = { port, path: "/qtalk/send_message", connections: 1, requests, check: accepted };
        return load({ ...call, body: (n) => JSON.stringify(body(room(n))) });
      };
      await restart(component);
      await send(quick ? 1 : WARMING, () => 1);
      // Multiplying by a prime number spreads the rooms, which are different ones.
      return (await send(quick ? 20 : TOUCHED, (n) => 2 + ((n * 104_729) % (rooms - 1)))).p50;
    };
    const [few, many] = [await open("few.test", FEW), await open("many.test", count)];
    const results = await stage.inTurn({
      ours: () => measure(many, "many.test", count),
      peer: () => measure(few, "few.test", FEW),
    });
    const how = `, ${whole(count)} rooms`;
    const work = `room message, first time${how}`;
    const peerName = `${whole(FEW)} rooms`;
    return [
      ...(await restarts(stage, many, how, { seconds: 2, megabytes: 200 })),
      compare({ work, unit: UNITS.milliseconds, ...results, peerName, target: FLAT }),
    ];
  },
};

/** Writes rooms into a component's database, in the form in which the component stores them. */
function fill(file: string, rooms: number): void {
  const db = openDatabase(file, { busyTimeout: 5_000 });
  const options = JSON.stringify({ persistent: true, membersOnly: true, whois: "anyone" });
  const room = db.prepare(
    "INSERT INTO rooms (id, name, secret, created_at, locked, listed, options) VALUES (?, ?, ?, 0, 0, 0, ?)",
  );
  const member = db.prepare("INSERT INTO affiliations (room, jid, affiliation, since) VALUES (?, ?, ?, ?)");
  db.transaction(() => {
    for (let id = 1; id <= rooms; id += 1) {
      room.run(id, `room-${id}`, Buffer.alloc(16, id), options);
      member.run(id, `owner-${id}@${HOST}`, "owner", 1);
      for (let n = 2; n <= MEMBERS; n += 1)
        member.run(id, `user-${(id * MEMBERS + n * 7_919) % (rooms * 5)}@${HOST}`, "member", n);
    }
  })();
  db.close();
}
