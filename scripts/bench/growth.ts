/**
 * Benchmark that shows whether calls and entries are as fast with very many rooms in the database as with
 * few. A room's first use after a start reads the room from disk, so each turn begins with a restart, and uses the same
 * number of rooms in both cases.
 */
import { join } from "node:path";
import type { Socket } from "node:net";
import { openDatabase } from "../../storage/database.js";
import type { ComponentProcess } from "../lab/component-process.js";
import { load } from "./load.js";
import { accepted, TEXT } from "./message.js";
import { Counter } from "../lab/raw.js";
import type { Stage } from "./stage.js";
import { restart, restarts } from "./start.js";
import { compare, median, MILLISECONDS, whole, type Line } from "./table.js";

/** The users' domain. This program serves it as a component, and so receives the users' stanzas. */
const PEOPLE = "people.test";
const MEMBERS = 10;
const FEW = 100;
const MANY = { usual: 100_000, quick: 1_000 };
/** How many different rooms a turn uses. */
const TOUCHED = 80;
/** How many operations warm up the code after a restart, in a room that isn't measured. */
const WARMING = 150;
/** The lowest acceptable ratio of speed with many rooms to speed with few: work may take 25 % longer. */
const FLAT = 0.8;

const WORKS = { list: "muc_users", speak: "room message", enter: "entering a room" } as const;
type Work = keyof typeof WORKS;
const works = Object.keys(WORKS) as Work[];

export async function growth(stage: Stage): Promise<Line[]> {
  const count = stage.extent.quick ? MANY.quick : MANY.usual;
  const components = ["few.test", "many.test", PEOPLE].map((domain) => ({ domain }));
  const server = await stage.server("ejabberd", { components });
  const socket = await stage.bareComponent(server, PEOPLE);
  const open = async (domain: string, rooms: number): Promise<Rooms> => {
    const limits = { presences_per_second: 1e6, messages_per_second: 1e6, absent_members: "off" };
    const access = server.component(domain);
    // With the server's own host in `hosts`, the component can ask how long the server has run. If it doesn't
    // know, it sends the last messages again after each restart.
    const hosts = [PEOPLE, ...server.settings.hosts];
    const component = await stage.component({ access, hosts, config: { rooms: limits } });
    await component.end("SIGTERM");
    fill(join(component.folder, "qtalk.db"), rooms);
    component.launch();
    await component.ready();
    return new Rooms(component, domain, rooms, socket);
  };
  const [few, many] = [await open("few.test", FEW), await open("many.test", count)];
  const results = await stage.inTurn({ few: () => measure(stage, few), many: () => measure(stage, many) });
  const line = (work: Work): Line =>
    compare({
      work: `${WORKS[work]}, first time, ${whole(count)} rooms`,
      unit: MILLISECONDS,
      ours: results.many.map((times) => times[work]),
      peer: results.few.map((times) => times[work]),
      peerName: `${whole(FEW)} rooms`,
      target: FLAT,
    });
  const how = `, ${whole(count)} rooms`;
  return [
    ...(await restarts(stage, many.component, how, { seconds: 2, megabytes: 200 })),
    ...works.map(line),
  ];
}

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
      member.run(id, `owner-${id}@${PEOPLE}`, "owner", 1);
      // Multiplying by a prime number spreads the members over all rooms.
      for (let n = 2; n <= MEMBERS; n += 1)
        member.run(id, `user-${(id * MEMBERS + n * 7_919) % (rooms * 5)}@${PEOPLE}`, "member", n);
    }
  })();
  db.close();
}

/** Returns the median durations of a turn, in milliseconds. */
async function measure({ extent }: Stage, rooms: Rooms): Promise<Record<Work, number>> {
  const times = { list: 0, speak: 0, enter: 0 };
  for (const work of works) {
    await restart(rooms.component);
    await rooms[work](Array<number>(extent.quick ? 1 : WARMING).fill(1));
    times[work] = await rooms[work](rooms.next(extent.quick ? 20 : TOUCHED));
  }
  return times;
}

/** A component's rooms. Each method works in the rooms with the given numbers, and returns its median milliseconds. */
class Rooms {
  readonly #messages: Counter;
  readonly #leaves: Counter;
  #next = 0;

  constructor(
    readonly component: ComponentProcess,
    readonly domain: string,
    readonly count: number,
    readonly socket: Socket,
  ) {
    this.#messages = new Counter(socket, "</message>");
    this.#leaves = new Counter(socket, "unavailable");
  }

  /** Calls muc_users. */
  list(rooms: readonly number[]): Promise<number> {
    return this.#call("muc_users", rooms, (id) => ({ muc_id: `room-${id}`, muc_domain: this.domain }));
  }

  /** Calls send_message. */
  speak(rooms: readonly number[]): Promise<number> {
    const message = { Body: TEXT, Type: "groupchat", Host: PEOPLE, Domain: this.domain };
    return this.#call("send_message", rooms, (id) => {
      return { ...message, From: `owner-${id}`, To: [{ User: `room-${id}` }] };
    });
  }

  /** Lets each room's owner enter and leave the room, one room after another. */
  async enter(rooms: readonly number[]): Promise<number> {
    const durations: number[] = [];
    for (const id of rooms) {
      const who = `from='owner-${id}@${PEOPLE}/desk' to='room-${id}@${this.domain}/me'`;
      const started = performance.now();
      this.socket.write(`<presence ${who}><x xmlns='http://jabber.org/protocol/muc'/></presence>`);
      // The last stanza of each entry is the room's subject, which is a message.
      await this.#messages.reached(this.#messages.count + 1);
      durations.push(performance.now() - started);
      this.socket.write(`<presence ${who} type='unavailable'/>`);
      await this.#leaves.reached(this.#leaves.count + 1);
    }
    return median(durations);
  }

  /** Returns the numbers of the next rooms to use, from all rooms except the first, which is for warming up. */
  next(count: number): number[] {
    return Array.from({ length: count }, () => 2 + ((++this.#next * 104_729) % (this.count - 1)));
  }

  async #call(name: string, rooms: readonly number[], body: (room: number) => object): Promise<number> {
    const { p50 } = await load({
      port: this.component.httpPort,
      path: `/qtalk/${name}`,
      connections: 1,
      requests: rooms.length,
      body: (n) => JSON.stringify(body(rooms[n] ?? 1)),
      check: accepted,
    });
    return p50;
  }
}
