/**
 * Rooms made and members added through HTTP, beside ejabberd's own API for its own rooms. Both make persistent rooms
 * for members only, with an owner. The component also invites whom it adds, and has everything on the disk before it
 * answers.
 */
import type { Ejabberd } from "../lab/ejabberd.js";
import type { Benchmark } from "./benchmark.js";
import { compare, PER_SECOND } from "./figures.js";
import { load } from "./load.js";
import { accepted, HOST } from "./sending.js";
import type { Stage } from "./stage.js";

const CONNECTIONS = 32;
const MUC = "muc.qtalk.test.org";
const OWNER = "test1";
const ROOMS = 100;
const MANY = 100;

export const roomCalls: Benchmark = {
  name: "rooms",
  about: "making rooms and adding members beside ejabberd's own API for its own rooms",
  async run(stage) {
    stage.expectPhases(2);
    const server = await stage.server("ejabberd", {
      modules: { archive: false, offline: false, httpApi: true, muc: MUC },
      extra: "modules:\n  mod_muc_admin: {}\n",
    });
    const access = server.component();
    const component = await stage.component({ access, hosts: server.settings.hosts });
    const { ours, theirs } = callers(stage, component.httpPort, server);
    const roomOf = (id: string) => ({ muc_id: id, muc_domain: access.domain, muc_owner: OWNER });

    let made = 0;
    const creation = await stage.inTurn({
      ours: () => ours("create_muc", () => ({ ...roomOf(`room-${++made}`), system: "bench" })),
      peer: () => theirs("create_room_with_opts", () => withOptions(`room-${++made}`)),
    });
    const rooms = Array.from({ length: ROOMS }, (_, i) => `crowded-${i}`);
    await ours("create_muc", (n) => ({ ...roomOf(rooms[n] ?? ""), system: "bench" }), ROOMS);
    await theirs("create_room_with_opts", (n) => withOptions(rooms[n] ?? ""), ROOMS);
    let added = 0;
    const next = (count: number): string[] => Array.from({ length: count }, () => `user-${++added}`);
    const room = (n: number): string => rooms[n % ROOMS] ?? "";
    const members = await stage.inTurn({
      ours: () => ours("add_muc_user", (n) => ({ ...roomOf(room(n)), muc_member: next(1) })),
      peer: () => {
        return theirs("set_room_affiliation", (n) => {
          return { room: room(n), service: MUC, user: next(1)[0], host: HOST, affiliation: "member" };
        });
      },
      // As many as the others add in their time, or less: rooms bear no more than so many members.
      many: async () => {
        const call = (n: number) => ({ ...roomOf(room(n)), muc_member: next(MANY) });
        return MANY * (await ours("add_muc_user", call, ROOMS));
      },
    });
    const line = (work: string, ours: readonly number[], peer: readonly number[], peerName: string) =>
      compare({ work, unit: PER_SECOND, ours, peer, peerName: `ejabberd's ${peerName}` });
    return [
      line("create_muc", creation.ours, creation.peer, "create_room_with_opts"),
      line("add_muc_user, one member a call", members.ours, members.peer, "set_room_affiliation"),
      line("add_muc_user, 100 members a call", members.many, members.peer, "set_room_affiliation"),
    ];
  },
};

/** Calls a second. @param requests so many calls, instead of calls for some time */
type Caller = (name: string, body: (n: number) => object, requests?: number) => Promise<number>;

function callers({ extent }: Stage, httpPort: number, server: Ejabberd): { ours: Caller; theirs: Caller } {
  const api = new URL(server.api);
  const caller =
    (port: number, folder: string, check: (body: string) => void): Caller =>
    async (name, body, requests) => {
      const path = `${folder}/${name}`;
      const bound = requests === undefined ? { seconds: extent.seconds } : { requests };
      const text = (n: number): string => JSON.stringify(body(n));
      return (await load({ port, path, connections: CONNECTIONS, body: text, check, ...bound })).rate;
    };
  const done = (body: string): void => {
    if (body.trim() !== "0") throw new Error(`ejabberd answered ${body}`);
  };
  return {
    ours: caller(httpPort, "/qtalk", accepted),
    theirs: caller(Number(api.port), api.pathname, done),
  };
}

/** A room such as create_muc makes. */
function withOptions(name: string): object {
  const options = { persistent: "true", members_only: "true", affiliations: `owner:${OWNER}@${HOST}` };
  const list = Object.entries(options).map(([name, value]) => ({ name, value }));
  return { room: name, service: MUC, host: HOST, options: list };
}
