/** A private server with the component, a room, and people who are in it with Dino, Gajim and Converse.js on a phone. */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../../../scripts/lab/browser.js";
import { Client, xml, type Element } from "../../../scripts/lab/client.js";
import { createServer } from "../../../scripts/lab/create.js";
import { ComponentProcess, type ComponentConfig } from "../../../scripts/lab/component-process.js";
import { KINDS, type ServerKind } from "../../../scripts/lab/installed.mjs";
import { LOOPBACK } from "../../../scripts/lab/ports.js";
import type { Account } from "../../../scripts/lab/options.js";
import type { Server } from "../../../scripts/lab/private-server.js";
import { addHook, post } from "../../scenarios/hooks-world.js";
import { Person } from "../../scenarios/rooms-people.js";
import { operate } from "../../support/command-line.js";
import { TestServer } from "../../support/servers.js";
import { Converse, type Chat } from "../converse.js";
import { ChatStage } from "../stage.js";
import { Web } from "../web.js";
import { certify, CLIENT_PORT, forward, runApart, type Certificate } from "./apart.js";
import { acceptInDino, startDino } from "./dino.js";
import { Display } from "./display.js";
import { acceptInGajim, startGajim } from "./gajim.js";

const HOST = "example.org";
export const SERVICE = "groups.example.org";
const UPLOADS = "upload.example.org";
/** Juliet has Dino, Romeo a phone, Benvolio Gajim. */
const PEOPLE = { juliet: "Juliet", romeo: "Romeo", benvolio: "Benvolio" };
type Username = keyof typeof PEOPLE;
export const PHONE = { width: 390, height: 780 };
/** How long a screen must stay the same until it counts as drawn. */
const STILL_MS = 700;

const MODULES = { webSocket: true, pep: true, upload: { domain: UPLOADS, isOpen: true } };
/** What desktop clients want of each server besides: encryption where they log in, bookmarks, and names. */
const EXTRA: Readonly<Record<ServerKind, (files: Certificate) => string>> = {
  prosody: ({ certificate, key }) =>
    [
      'modules_enabled { "tls", "bookmarks", "smacks", "vcard_legacy" }',
      `ssl = { certificate = "${certificate}", key = "${key}" }`,
    ].join("\n"),
  ejabberd: ({ certificate, key }) =>
    JSON.stringify({
      certfiles: [certificate, key],
      listen: [{ port: CLIENT_PORT, ip: LOOPBACK, module: "ejabberd_c2s", starttls: true }],
      modules: { mod_stream_mgmt: {} },
    }),
};

export interface RoomChat extends Chat {
  readonly kind: "room";
  readonly id: string;
}

/** Somebody in the room. */
class Occupant extends Person {
  /** Reacts to the latest message whose text matches. */
  async reacts(sign: string, text: RegExp): Promise<void> {
    const isIt = (stanza: Element): boolean => text.test(stanza.getChildText("body") ?? "");
    const message = await this.client.next((stanza) => stanza.is("message") && isIt(stanza));
    const id = message.getChild("stanza-id", "urn:xmpp:sid:0")?.attrs.id;
    const reactions = xml("reactions", { xmlns: "urn:xmpp:reactions:0", id }, xml("reaction", {}, sign));
    await this.client.send(xml("message", { to: this.room, type: "groupchat", id: randomUUID() }, reactions));
  }
}

export class Rig {
  readonly room: RoomChat = { kind: "room", id: "oncall", address: `oncall@${SERVICE}`, name: "On call" };

  private constructor(
    /** Deleted when the program ends. */
    readonly folder: string,
    readonly server: Server,
    readonly component: ComponentProcess,
    readonly phone: Converse,
  ) {}

  /** Starts this program apart, and in there server, component, people and room; the clients come later. */
  static async start(kind: ServerKind, config: ComponentConfig = {}): Promise<Rig> {
    const folder = await runApart();
    const server = createServer(kind, {
      hosts: [HOST],
      // As the guide advises: on ejabberd 24.12, mod_privilege would drop the component's requests.
      components: [{ domain: SERVICE, sendsAsUsers: kind === "ejabberd", privileged: kind === "prosody" }],
      // Prosody's mod_vcard_legacy takes the place of its mod_vcard.
      modules: { ...MODULES, vcard: kind === "ejabberd" },
      extra: EXTRA[kind](certify(folder, [HOST, SERVICE])),
    });
    await server.start();
    if (kind === "prosody") await forward(server.clientPort);
    const component = await ComponentProcess.start({ access: server.component(), hosts: [HOST], config });
    await component.ready();
    const [browser, web] = [await launchBrowser(), await Web.open()];
    const phone = new Converse(browser, web, server.webSocket);
    const rig = new Rig(folder, server, component, phone);
    await rig.#populate();
    return rig;
  }

  async #populate(): Promise<void> {
    const usernames = Object.keys(PEOPLE) as Username[];
    const stage = new ChatStage(new TestServer(this.server), this.component, this.web);
    const people = [];
    for (const username of usernames) people.push(await stage.person(username, PEOPLE[username]));
    await stage.acquaint(...people);
    const [owner = "", ...members] = people.map(({ address }) => address);
    await operate(this.component, "room", "make", this.room.id, "--owner", owner, "--title", this.room.name);
    for (const member of members) await operate(this.component, "room", "member", this.room.id, member);
  }

  get browser(): Browser {
    return this.phone.browser;
  }

  get web(): Web {
    return this.phone.web;
  }

  account(username: Username): Required<Account> {
    return { username, host: HOST, password: "secret" };
  }

  /** @param size of its screen, such as "940x700" */
  async dino(username: Username, size: string, scale?: number): Promise<Display> {
    const display = await Display.open(join(this.folder, "dino"), size, scale);
    await startDino(display, this.account(username));
    return display;
  }

  async gajim(username: Username, size: string, scale?: number): Promise<Display> {
    const display = await Display.open(join(this.folder, "gajim"), size, scale);
    await startGajim(display, this.account(username));
    return display;
  }

  /** Logs in with a client that has no screen, and gets the person's chats, too. */
  async listens(username: Username): Promise<Client> {
    const client = await Client.login({ ...this.account(username), port: this.server.clientPort });
    await client.appear();
    return client;
  }

  /** Enters the room with a client that has no screen. */
  async enters(username: Username): Promise<Occupant> {
    const client = await this.listens(username);
    const occupant = new Occupant(client, this.room.address, PEOPLE[username]);
    await occupant.enters();
    return occupant;
  }

  /** Puts a bot on a person's contact list: Dino shows pictures of contacts only. */
  async addContact(username: Username, address: string): Promise<void> {
    const client = await Client.login({ ...this.account(username), port: this.server.clientPort });
    await client.iq("set", xml("query", { xmlns: "jabber:iq:roster" }, xml("item", { jid: address })));
    await client.close();
  }

  /** Makes a hook to the room. @returns its URL */
  async hook(name: string, title: string, ...options: readonly string[]): Promise<string> {
    const url = new URL(
      await addHook(this.component, name, "--to", this.room.id, "--title", title, ...options),
    );
    url.protocol = "http:";
    url.host = `${LOOPBACK}:${this.component.httpPort}`;
    return url.href;
  }

  /** Posts to a hook. @throws Error if it is refused */
  async post(
    url: string,
    body: string | object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const { status, text } = await post(url, body, headers);
    if (status !== 200) throw new Error(`the hook answered ${text}`);
  }

  /** Waits until a display doesn't change any more, and writes its picture. */
  async shot(display: Display, path: string): Promise<void> {
    const hash = (): string => execFileSync("identify", ["-format", "%#", path], { encoding: "utf8" });
    let last: string;
    await display.shot(path);
    do {
      last = hash();
      await sleep(STILL_MS);
      await display.shot(path);
    } while (hash() !== last);
  }

  /** Returns a function that writes a picture of a scene in each client into a folder. */
  scenes(folder: string, dino: Display, gajim: Display): (name: string) => Promise<void> {
    let count = 0;
    return async (name) => {
      const file = join(folder, `${String(++count).padStart(2, "0")}-${name}`);
      await this.shot(dino, `${file}-dino.png`);
      await this.shot(gajim, `${file}-gajim.png`);
      await this.phone.screenshot(`${file}-phone.png`);
    };
  }

  /** Shows the room in Dino, which begins with the chat of the invitation, or with the list. */
  async showRoomInDino(dino: Display): Promise<void> {
    const path = join(this.folder, "dino.png");
    await this.shot(dino, path);
    if (this.#isBookmarked) await dino.keys("ctrl+Tab");
    else await acceptInDino(dino);
    await this.shot(dino, path);
    await dino.hideNotifications();
  }

  async showRoomInGajim(gajim: Display): Promise<void> {
    const path = join(this.folder, "gajim.png");
    await this.shot(gajim, path);
    if (this.#isBookmarked) await gajim.click(200, 160);
    else await acceptInGajim(gajim);
    await this.shot(gajim, path);
    await gajim.hideNotifications();
  }

  /** Clients enter by the component's bookmark. ejabberd before 25.03 sets none, so people accept an invitation. */
  get #isBookmarked(): boolean {
    return this.server.kind === "prosody";
  }

  /** Stops everything but the displays, which end with the process. */
  async stop(): Promise<void> {
    await this.browser.close();
    await this.web.close();
    await this.component.stop();
    await this.server.stop();
  }
}

/** The server that an argument names; absent: Prosody. @throws Error if there is no such server */
export function serverFrom(word = "prosody"): ServerKind {
  const kind = KINDS.find((one) => one === word);
  if (kind === undefined) throw new Error(`${word} is no server: say ${KINDS.join(" or ")}`);
  return kind;
}

export function folderFor(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}
