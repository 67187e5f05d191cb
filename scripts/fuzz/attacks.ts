/** The hostile inputs whose costs are measured (costs.ts), by the right of who sends them. */
import { writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { HostileReceiver } from "./hostile-receiver.js";
import { LOOPBACK } from "../lab/ports.js";
import { DOMAIN, HOSTILE_DOMAIN, MUC } from "./case.js";
import type { Target } from "./costs.js";
import { sendMail } from "./smtp.js";
import { entered, presence, renamed, TRAP } from "./trap-room.js";

type Act = () => Promise<unknown>;
type Prepare = (target: Target) => Promise<Act>;

export interface Attack {
  readonly right: string;
  readonly input: string;
  /** Does what precedes the attack. @returns the attack, which is measured */
  readonly prepare: Prepare;
}

const ROOM = `room@${DOMAIN}`;
const EVE = `eve@${HOSTILE_DOMAIN}/x`;
const LARGE = "x".repeat(60_000);
/** How many stanzas are on their way before the next are sent. */
const AT_ONCE = 50;
const CONNECTIONS = 20;
/** How long connections without end are kept, in milliseconds. */
const HELD_MS = 4_000;
const MANY_KEYS = `{${Array.from({ length: 720_000 }, (_, index) => `"k${index}":1`).join()}}`;
const GET = "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n";
const CHUNKS = "1\r\nx\r\n".repeat(2_000);
const MAIL = `Subject: x\r\n\r\n${"\r\n".repeat(500_000)}`;

export const ATTACKS: readonly Attack[] = [
  nobody(
    "8 MB of JSON keys to the console's login",
    (target) => () => posts(target, "/console/api/login", MANY_KEYS),
  ),
  nobody(`${CONNECTIONS} connections with bodies in chunks of one byte`, chunks("/console/api/login")),
  nobody(
    `${CONNECTIONS} connections that pipeline \`/openapi.json\` and read nothing`,
    (target) => () => held(target, (socket) => socket.write(GET.repeat(2_000))),
  ),
  nobody("1,000 posts with wrong secrets", (target) => async () => {
    for (let number = 0; number < 1_000; number += AT_ONCE)
      await Promise.all(
        Array.from({ length: AT_ONCE }, (_, index) => posts(target, `/hooks/x${number + index}/wrong`, "{}")),
      );
  }),
  {
    right: "nobody",
    input: "a mail of 1 MB with a wrong secret",
    prepare: async (target) => {
      await target.hook("mail", "--to", ROOM);
      return () => sendMail(target.smtpPort, "mail+wrong@x", MAIL);
    },
  },
  stranger("1,500 × 60 KB from new addresses", 1_500, (number) => {
    const from = `stranger-${number}@${HOSTILE_DOMAIN}/r`;
    return `<message from="${from}" to="room${number}@${DOMAIN}" type="groupchat"><body>${LARGE}</body></message>`;
  }),
  stranger("1,200 × 60 KB, unavailable presences to a room", 1_200, (number) => {
    const from = `stranger-${number}@${HOSTILE_DOMAIN}/r`;
    return `<presence from="${from}" to="${ROOM}/n" type="unavailable"><a xmlns="x">${LARGE}</a></presence>`;
  }),
  stranger("20,000 attributes in a message", 1, () => {
    const attributes = Array.from({ length: 20_000 }, (_, index) => ` a${index}="1"`).join("");
    return `<message from="${EVE}" to="${ROOM}" type="groupchat"><body>x</body><x xmlns="x"${attributes}/></message>`;
  }),
  stranger("8,000 bodies in a message", 1, () => {
    const bodies = Array.from({ length: 8_000 }, (_, index) => `<body xml:lang="a${index}">x</body>`).join(
      "",
    );
    return `<message from="${EVE}" to="${ROOM}" type="groupchat">${bodies}</message>`;
  }),
  stranger("2,000 reactions", 2_000, (number) => {
    const reactions = `<reactions xmlns="urn:xmpp:reactions:0" id="m${number}"><reaction>👋</reaction></reactions>`;
    return `<message from="${EVE}" to="${ROOM}" type="groupchat" id="r${number}">${reactions}</message>`;
  }),
  stranger("2,000 commands to the component", 2_000, (number) => {
    const command = `<command xmlns="http://jabber.org/protocol/commands" node="hook add" action="execute"/>`;
    return `<iq from="${EVE}" to="${DOMAIN}" type="set" id="c${number}">${command}</iq>`;
  }),
  {
    right: "another server's rooms",
    input: "a bot renamed to an empty nickname, then 1,000 messages",
    prepare: async (target) => {
      await target.hook("trap", "--to", TRAP);
      const hook = ["--deliver-to", "http://127.0.0.1:9/", "--on", "room-message", "--room", TRAP];
      await target.component.command(
        "hook",
        "add",
        "ears",
        ...hook,
        "--only",
        "mentions",
        "--allow-inner",
        LOOPBACK,
      );
      const [own, ears] = [await entered(target), await entered(target)];
      return () =>
        floods(target, 1_000, (number) => {
          if (number > 0)
            return `<message from="${TRAP}/somebody" to="${ears}" type="groupchat" id="m${number}"><body>x</body></message>`;
          return [own, ears].map((to) => `${renamed(to)}${presence(TRAP, to, 110)}`).join("");
        });
    },
  },
  {
    right: "another server's rooms",
    input: "1,250 occupants with 60 KB each",
    prepare: async (target) => {
      await target.hook("trap", "--to", TRAP);
      const bot = await entered(target);
      return () =>
        floods(target, 1_250, (number) => presence(`${TRAP}/occupant-${number}`, bot, undefined, LARGE));
    },
  },
  {
    right: "a receiver of events",
    input: "responses of 1xx without end",
    prepare: async (target) => {
      await occupies(target);
      const receiver = await HostileReceiver.listen();
      const hook = ["--deliver-to", receiver.url, "--on", "room-message", "--room", ROOM];
      await target.component.command("hook", "add", "ears", ...hook, "--allow-inner", LOOPBACK);
      receiver.prepare("HTTP/1.1 102 Processing\r\n\r\n".repeat(300_000));
      return async () => {
        await floods(target, 1, said);
        await sleep(HELD_MS);
        await receiver.close();
      };
    },
  },
  {
    right: "an occupant of a room",
    input: "20 archive pages of 50 messages with 60 KB each",
    prepare: async (target) => {
      await occupies(target);
      for (let number = 0; number < 50; number++) {
        await floods(target, 1, (own) => said(own, LARGE));
        await sleep(100);
      }
      const query = `<query xmlns="urn:xmpp:mam:2"><set xmlns="http://jabber.org/protocol/rsm"><max>50</max></set></query>`;
      return () =>
        floods(
          target,
          20,
          (number) => `<iq from="${EVE}" to="${ROOM}" type="set" id="a${number}">${query}</iq>`,
        );
    },
  },
  caller(
    "8 MB of JSON keys, refused",
    (target) => () => posts(target, "/qtalk/send_thirdmessage", MANY_KEYS),
  ),
  caller(`${CONNECTIONS} connections with bodies in chunks of one byte`, chunks("/qtalk/send_thirdmessage")),
  caller("1,000 messages of 7 KB with `realfrom`", (target) => {
    const message = `<message realfrom="romeo"><body>${"&amp;".repeat(1_400)}</body></message>`;
    const item = { from: "juliet", to: "nurse", message };
    const body = JSON.stringify(Array.from({ length: 1_000 }, () => item));
    return () => posts(target, "/qtalk/send_thirdmessage", body);
  }),
  hook("an alert with 0.9 MB of labels", (target, path) => {
    const labels = Object.fromEntries(
      Array.from({ length: 900 }, (_, index) => [`key${index}`, "* ".repeat(490)]),
    );
    return () => posts(target, path, alert(labels));
  }),
  hook("a text of 1 MB", (target, path) => {
    return () => posts(target, path, alert({ alertname: "a", instance: "* ".repeat(500_000) }));
  }),
  hook(`${CONNECTIONS} connections with bodies in chunks of one byte`, (target, path) =>
    chunks(path)(target),
  ),
  {
    right: "a hook",
    input: "a template that uses all its time",
    prepare: async (target) => {
      await occupies(target);
      const file = join(target.component.folder, "dear.liquid");
      const sorted = "{% assign x = payload.t | split: '' | sort | join: '' %}{{ x }}";
      writeFileSync(file, `{% for a in payload.l %}${sorted}{% endfor %}`);
      const path = await target.hook("dear", "--to", ROOM, "--format", "template", "--template", file);
      const body = JSON.stringify({
        l: Array.from({ length: 500 }, (_, index) => index),
        t: "x y".repeat(300_000),
      });
      return () => posts(target, path, body);
    },
  },
  hook(
    "a mail of 500,000 lines, refused",
    (target, path) => () => posts(target, path, MAIL, "message/rfc822"),
  ),
  hook(
    "20 such mails at once, refused",
    (target, path) => () =>
      Promise.all(Array.from({ length: 20 }, () => posts(target, path, MAIL, "message/rfc822"))),
  ),
];

function nobody(input: string, act: (target: Target) => Act): Attack {
  return { right: "nobody", input, prepare: (target) => Promise.resolve(act(target)) };
}

function caller(input: string, act: (target: Target) => Act): Attack {
  return { right: "a caller", input, prepare: (target) => Promise.resolve(act(target)) };
}

function hook(input: string, act: (target: Target, path: string) => Act): Attack {
  return {
    right: "a hook",
    input,
    prepare: async (target) => {
      await occupies(target);
      return act(target, await target.hook("hook", "--to", ROOM));
    },
  };
}

/** Users of another server, who may write to rooms' addresses; one of them is inside of the room. */
function stranger(input: string, count: number, stanza: (number: number) => string): Attack {
  return {
    right: "another server's users",
    input,
    prepare: async (target) => {
      await occupies(target);
      return () => floods(target, count, stanza);
    },
  };
}

/** Lets a user of the hostile domain create the room ROOM, which posts go to. */
async function occupies({ hostile, ping }: Target): Promise<void> {
  hostile.stream.write(`<presence from="${EVE}" to="${ROOM}/eve"><x xmlns="${MUC}"/></presence>`);
  await ping();
}

function said(number: number, text = "x"): string {
  return `<message from="${EVE}" to="${ROOM}" type="groupchat" id="s${number}"><body>${text}</body></message>`;
}

async function floods(
  { hostile, ping }: Target,
  count: number,
  stanza: (number: number) => string,
): Promise<void> {
  for (let number = 0; number < count; number++) {
    hostile.stream.write(stanza(number));
    if (number % AT_ONCE === AT_ONCE - 1) await ping();
  }
  await ping();
}

/** @returns the response's status; 0 if the connection was closed before all was sent */
async function posts(
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

/** Goes on with bodies in chunks of one byte on many connections. */
function chunks(path: string): (target: Target) => Act {
  const head = "Host: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
  return (target) => () =>
    held(target, (socket) => {
      const more = (): void => {
        while (socket.writable && socket.write(CHUNKS));
      };
      socket.resume().on("drain", more);
      socket.write(`POST ${path} HTTP/1.1\r\n${head}`);
      more();
    });
}

async function held({ component }: Target, begin: (socket: Socket) => unknown): Promise<void> {
  const sockets = Array.from({ length: CONNECTIONS }, () => {
    const socket = connect(component.httpPort, LOOPBACK);
    socket.on("error", () => undefined);
    begin(socket);
    return socket;
  });
  await sleep(HELD_MS);
  for (const socket of sockets) socket.destroy();
}

function alert(labels: Readonly<Record<string, string>>): string {
  const alerts = [{ status: "firing", labels }];
  return JSON.stringify({ version: "4", groupKey: "k", status: "firing", alerts, commonLabels: labels });
}
