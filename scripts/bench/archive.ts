/**
 * Reading a room's archive (XEP-0313) from its start to its end, in pages of fifty (XEP-0059), beside ejabberd's own
 * group chat with mod_mam on its default storage.
 */
import type { Socket } from "node:net";
import type { Benchmark } from "./benchmark.js";
import { compare, MILLISECONDS, whole } from "./figures.js";
import { Counter, rawComponent, writeAll } from "./raw.js";
import { TEXT } from "./sending.js";

const READER = "reader.test";
const ME = `reader@${READER}/desk`;
const MUC = "muc.qtalk.test.org";
const PAGE = 50;
const EXTRA = "modules:\n  mod_muc:\n    default_room_options: {mam: true}\n";
/** Said at once: the server's rooms drop what comes too fast. */
const PIECE = 500;

export const archive: Benchmark = {
  name: "archive",
  about: "pages of a room's archive beside ejabberd's own group chat with its archive",
  async run(stage) {
    const server = await stage.server("ejabberd", {
      components: [{ domain: "conference.qtalk.test.org" }, { domain: READER }],
      modules: { archive: true, offline: false, muc: MUC },
      extra: EXTRA,
    });
    const access = server.component();
    const rooms = { create: "anyone", messages_per_second: 1e6 };
    await stage.component({ access, hosts: server.settings.hosts, config: { rooms } });
    const { port, domain, password } = server.component(READER);
    const socket = await rawComponent(port, domain, password);
    stage.atEnd(() => socket.destroy());
    const messages = stage.extent.quick ? 500 : 10_000;
    const [ourRoom, theirRoom] = [`room@${access.domain}`, `room@${MUC}`];
    for (const room of [ourRoom, theirRoom]) {
      stage.tell(0, `filling ${room}`);
      await fill(socket, room, messages);
    }
    const { ours, peer } = await stage.inTurn({
      ours: () => readAll(socket, ourRoom, messages),
      peer: () => readAll(socket, theirRoom, messages),
    });
    return [
      compare({
        work: `a page of ${PAGE} of an archive of ${whole(messages)}`,
        ...{ unit: MILLISECONDS, ours, peer, peerName: "ejabberd's mod_mam" },
      }),
    ];
  },
};

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

/** Milliseconds a page. @throws Error where the archive doesn't hold so many messages */
async function readAll(socket: Socket, room: string, messages: number): Promise<number> {
  const started = performance.now();
  let [pages, found, last] = [0, 0, ""];
  for (;;) {
    const after = last === "" ? "" : `<after>${last}</after>`;
    const set = `<set xmlns='http://jabber.org/protocol/rsm'><max>${PAGE}</max>${after}</set>`;
    const answer = await ask(socket, room, "set", `<query xmlns='urn:xmpp:mam:2'>${set}</query>`);
    found += answer.split("<result ").length - 1;
    pages += 1;
    const next = /<last>([^<]+)<\/last>/.exec(answer)?.[1];
    if (next === undefined || /<fin[^>]* complete=['"]true/.test(answer)) break;
    last = next;
  }
  if (found !== messages) throw new Error(`${room} has ${found} messages in its archive, not ${messages}`);
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
