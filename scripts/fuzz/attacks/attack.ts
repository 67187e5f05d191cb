/** What the attacks whose costs are measured (costs.ts) have at hand, and the moves that they share. */
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { padded } from "../../../component/link/padding.js";
import type { Element } from "../../../component/xml/builder.js";
import type { StreamWithInbox } from "../../lab/client.js";
import type { ComponentProcess } from "../../lab/component-process.js";
import type { ServerKind } from "../../lab/installed.mjs";
import { LOOPBACK } from "../../lab/ports.js";
import { DOMAIN, HOST, HOSTILE_DOMAIN, MUC } from "../case.js";

/** What an attack has at hand. */
export interface Target {
  readonly server: ServerKind;
  readonly component: ComponentProcess;
  readonly smtpPort: number;
  /** A stream of the hostile domain, whose rooms and users the attack plays. */
  readonly hostile: StreamWithInbox;
  /** Sends a stanza to the component after those before it, and waits for the answer. */
  readonly ping: () => Promise<void>;
  /** Creates a hook to the room ROOM. @returns its path */
  readonly hook: (name: string, ...options: readonly string[]) => Promise<string>;
}

/** @throws Error if the attack doesn't reach its target */
export type Act = () => Promise<unknown>;

export interface Attack {
  readonly right: string;
  readonly input: string;
  /** Does what precedes the attack. @returns the attack, which is measured */
  readonly prepare: (target: Target) => Promise<Act>;
}

export const ROOM = `room@${DOMAIN}`;
export const EVE = `eve@${HOSTILE_DOMAIN}/x`;
export const LARGE = "x".repeat(60_000);
/** How many stanzas are on their way before the next are sent. */
const AT_ONCE = 50;
export const CONNECTIONS = 20;
/** How long connections without end are kept, in milliseconds. */
export const HELD_MS = 4_000;
const CHUNKS = "1\r\nx\r\n".repeat(2_000);

/** Creates a room that everybody may enter. @param owner the name of a user of the server */
export async function makeRoom({ component }: Pick<Target, "component">, room: string, owner: string) {
  const [muc_id, muc_domain] = room.split("@");
  const by = { muc_owner: owner, muc_owner_host: HOST, system: "fuzz" };
  const answer = await (await component.post("create_muc", { muc_id, muc_domain, ...by })).text();
  reached("create_muc", answer.startsWith('{"ret":true'), answer);
}

/** Creates the room ROOM, which posts go to, and lets EVE enter. */
export async function occupies(target: Target): Promise<void> {
  await makeRoom(target, ROOM, "juliet");
  const { hostile } = target;
  hostile.stream.write(`<presence from="${EVE}" to="${ROOM}/eve"><x xmlns="${MUC}"/></presence>`);
  const own = await hostile.next(({ name, attrs }) => name === "presence" && attrs.to === EVE);
  reached("the room", own.toString().includes('code="110"'), own.toString());
}

/** Sends so many stanzas, as fast as the component handles them, until it has handled the last one. */
export async function floods(
  { hostile, ping }: Target,
  count: number,
  stanza: (number: number) => string,
): Promise<void> {
  for (let number = 0; number < count; number++) {
    hostile.stream.write(padded(stanza(number)));
    if (number % AT_ONCE === AT_ONCE - 1) await ping();
  }
  await ping();
}

export function said(number: number, text = "x"): string {
  return `<message from="${EVE}" to="${ROOM}" type="groupchat" id="s${number}"><body>${text}</body></message>`;
}

/** Waits for a stanza to the hostile domain, which shows that the attack reached its target. */
export async function gets({ hostile }: Target, what: string, matches: (stanza: Element) => boolean) {
  const found = hostile.received.find(matches) ?? (await hostile.next(matches).catch(() => undefined));
  reached(what, found !== undefined, "nothing came");
}

/** @returns the response's status; 0 if the connection was closed before all was sent */
export async function posts(
  { component }: Target,
  path: string,
  body: string,
  type = "application/json",
): Promise<number> {
  const request = { method: "POST", headers: { "content-type": type }, body };
  return await fetch(`http://${LOOPBACK}:${component.httpPort}${path}`, request).then(
    async (response) => (await response.arrayBuffer(), response.status),
    () => 0,
  );
}

/** Posts, and sees that the status is one of these. */
export async function postsFor(statuses: readonly number[], ...post: Parameters<typeof posts>) {
  const status = await posts(...post);
  reached(post[1], statuses.includes(status), `status ${status}`);
}

/** Goes on with bodies in chunks of one byte on many connections. */
export function chunks(path: string): (target: Target) => Act {
  const head = "Host: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
  return (target) => async () => {
    const bytes = await held(target, (socket) => {
      const more = (): void => {
        while (socket.writable && socket.write(CHUNKS));
      };
      socket.resume().on("drain", more);
      socket.write(`POST ${path} HTTP/1.1\r\n${head}`);
      more();
    });
    reached(path, bytes > CONNECTIONS * CHUNKS.length, `only ${bytes} bytes were taken`);
  };
}

/** Keeps many connections for a while. @returns how many bytes the component took from them */
export async function held(
  { component }: Target,
  begin: (socket: Socket) => unknown,
  connections = CONNECTIONS,
): Promise<number> {
  const sockets = Array.from({ length: connections }, () => {
    const socket = connect(component.httpPort, LOOPBACK);
    socket.on("error", () => undefined);
    begin(socket);
    return socket;
  });
  await sleep(HELD_MS);
  const bytes = sockets.reduce(
    (sum, { bytesWritten, writableLength }) => sum + bytesWritten - writableLength,
    0,
  );
  for (const socket of sockets) socket.destroy();
  return bytes;
}

/** An attack that misses its target would measure nothing. @throws Error if it does */
export function reached(what: string, isReached: boolean, detail: string): void {
  if (!isReached) throw new Error(`the attack doesn't reach ${what}: ${detail.slice(0, 500)}`);
}
