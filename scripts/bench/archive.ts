/**
 * Reading a room's archive (XEP-0313) from its start in pages of fifty (XEP-0059), beside the server's own group chat
 * with its archive on its default storage. ejabberd's is Mnesia, where filling takes the longer the more there is; so
 * that archive is the smaller one.
 */
import type { Socket } from "node:net";
import type { ServerKind } from "../lab/find.js";
import type { Benchmark } from "./benchmark.js";
import { compare, MILLISECONDS, whole } from "./figures.js";
import { Counter, rawComponent, writeAll } from "./raw.js";
import { TEXT } from "./sending.js";
import type { Stage } from "./stage.js";
import type { Line } from "./table.js";

const READER = "reader.test";
const ME = `reader@${READER}/desk`;
const MUC = "muc.qtalk.test.org";
const PAGE = 50;
/** So many pages a turn. */
const PAGES = 40;
/** Prosody keeps 10,000 at the most. */
const MESSAGES = { ejabberd: 2_000, prosody: 8_000 };
/** The server's own rooms, with an archive. */
const EXTRA = {
  ejabberd: "modules:\n  mod_muc:\n    default_room_options: {mam: true}\n",
  prosody: `Component "${MUC}" "muc"\n  modules_enabled = { "muc_mam" }\n  muc_log_by_default = true\n`,
};
/** Said at once, then waited for. */
const PIECE = 500;

export const archive: Benchmark = {
  name: "archive",
  about: "pages of a room's archive beside the server's own group chat, on ejabberd and Prosody",
  async run(stage) {
    stage.expectPhases(2);
    return [await onServer(stage, "ejabberd"), await onServer(stage, "prosody")];
  },
};

async function onServer(stage: Stage, kind: ServerKind): Promise<Line> {
  const server = await stage.server(kind, {
    components: [{ domain: "conference.qtalk.test.org" }, { domain: READER }],
    modules: { archive: true, offline: false, ...(kind === "ejabberd" && { muc: MUC }) },
    extra: EXTRA[kind],
  });
  const access = server.component();
  const rooms = { create: "anyone", messages_per_second: 1e6 };
  await stage.component({ access, hosts: server.settings.hosts, config: { rooms } });
  const { port, domain, password } = server.component(READER);
  const socket = await rawComponent(port, domain, password);
  stage.atEnd(() => socket.destroy());
  const messages = stage.extent.quick ? PIECE : MESSAGES[kind];
  const [ourRoom, theirRoom] = [`room@${access.domain}`, `room@${MUC}`];
  for (const room of [ourRoom, theirRoom]) {
    stage.tell(0, `filling ${room}`);
    await fill(socket, room, messages);
  }
  const pages = Math.min(PAGES, messages / PAGE);
  const { ours, peer } = await stage.inTurn({
    ours: () => read(socket, ourRoom, pages),
    peer: () => read(socket, theirRoom, pages),
  });
  return compare({
    work: `a page of ${PAGE} of an archive of ${whole(messages)}, ${server.name}`,
    ...{ unit: MILLISECONDS, ours, peer, peerName: "its own" },
  });
}

/** Enters, and says so many things. */
async function fill(socket: Socket, room: string, messages: number): Promise<void> {
  const heard = new Counter(socket, "</message>");
  const x = "<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x>";
  const form = "<x xmlns='jabber:x:data' type='submit'/>";
  socket.write(`<presence from='${ME}' to='${room}/reader'>${x}</presence>`);
  await heard.reached(1);
  await ask(socket, room, "set", `<query xmlns='http://jabber.org/protocol/muc#owner'>${form}</query>`);
  const before = heard.count;
  for (let said = 0; said < messages; said += PIECE) {
    const texts = Array.from({ length: PIECE }, (_, i) => {
      const id = `${said + i}`;
      return `<message from='${ME}' to='${room}' type='groupchat' id='${id}'><body>${TEXT}</body></message>`;
    });
    await writeAll(socket, texts);
    await heard.reached(before + said + PIECE);
  }
}

/** Milliseconds a page. @throws Error where a page isn't full */
async function read(socket: Socket, room: string, pages: number): Promise<number> {
  const started = performance.now();
  let after = "";
  for (let page = 0; page < pages; page += 1) {
    const set = `<set xmlns='http://jabber.org/protocol/rsm'><max>${PAGE}</max>${after}</set>`;
    const answer = await ask(socket, room, "set", `<query xmlns='urn:xmpp:mam:2'>${set}</query>`);
    const found = answer.split("<result ").length - 1;
    if (found !== PAGE) throw new Error(`page ${page} of ${room}'s archive has ${found} messages`);
    after = `<after>${/<last>([^<]+)<\/last>/.exec(answer)?.[1] ?? ""}</after>`;
  }
  return (performance.now() - started) / pages;
}

let asked = 0;

/** Sends an IQ. @returns all that came until its answer, which is the last of it */
function ask(socket: Socket, to: string, type: "get" | "set", payload: string): Promise<string> {
  const id = `ask-${++asked}`;
  return new Promise((resolve, reject) => {
    let text = "";
    const isAnswer = new RegExp(`<iq[^>]* id=['"]${id}['"][^>]*(/>|>[^]*</iq>)`);
    const take = (chunk: string): void => {
      text += chunk;
      if (!chunk.includes("iq") || !isAnswer.test(text.slice(text.lastIndexOf("<iq")))) return;
      socket.off("data", take);
      if (/<iq[^>]* type=['"]error/.test(text)) reject(new Error(`${to} answered ${text.slice(-500)}`));
      else resolve(text);
    };
    socket.on("data", take);
    socket.write(`<iq from='${ME}' to='${to}' type='${type}' id='${id}'>${payload}</iq>`);
  });
}
