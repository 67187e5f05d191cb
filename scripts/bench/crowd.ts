/**
 * A crowd for benchmarks of rooms: the users of a bare component, in a process of their own, so that what they cost
 * isn't what is measured. They enter a room, one of them speaks, and what all of them hear is counted.
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { ComponentAccess } from "../lab/server.js";
import { rawComponent } from "./raw.js";

type Order = { readonly write: string } | { readonly expect: number; readonly what: string };

/** An address of the crowd's domain. */
export function member(index: number, domain: string): string {
  return `user-${index}@${domain}/desk`;
}

export class Crowd {
  readonly #child: ChildProcess;

  private constructor(
    child: ChildProcess,
    readonly domain: string,
  ) {
    this.#child = child;
  }

  static async gather({ port, domain, password }: ComponentAccess): Promise<Crowd> {
    const child = fork(fileURLToPath(import.meta.url), ["crowd", String(port), domain, password]);
    await once(child, "message");
    return new Crowd(child, domain);
  }

  /** So many of them enter a new room, which gets the options of an instant one. */
  enter(room: string, size: number): Promise<void> {
    return this.#enter(room, size, "");
  }

  /** The same, in a room that shows only moderators to the others: thousands are inside in no time. */
  enterQuietly(room: string, size: number): Promise<void> {
    const field = (name: string, value: string): string =>
      `<field var='${name}'><value>${value}</value></field>`;
    const form = "http://jabber.org/protocol/muc#roomconfig";
    const fields = field("FORM_TYPE", form) + field("muc#roomconfig_presencebroadcast", "moderator");
    return this.#enter(room, size, fields);
  }

  async #enter(room: string, size: number, fields: string): Promise<void> {
    const enters = (index: number): string =>
      `<presence from='${member(index, this.domain)}' to='${room}/nick-${index}'>` +
      `<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>`;
    const owner = "http://jabber.org/protocol/muc#owner";
    const submits =
      `<iq from='${member(0, this.domain)}' to='${room}' type='set' id='config'>` +
      `<query xmlns='${owner}'><x xmlns='jabber:x:data' type='submit'>${fields}</x></query></iq>`;
    // Each entry ends with the subject, which is a message.
    await (
      await this.expects(1)
    )(enters(0));
    await (
      await this.expects(size - 1)
    )(submits + Array.from({ length: size - 1 }, (_, i) => enters(i + 1)).join(""));
  }

  /**
   * Counts anew.
   * @param what a text that each stanza to be counted holds once; messages are counted by default
   * @returns writes this, and resolves when so many stanzas have come
   */
  async expects(stanzas: number, what = "</message>"): Promise<(stanzas: string) => Promise<void>> {
    const armed = once(this.#child, "message");
    this.#order({ expect: stanzas, what });
    await armed;
    return async (stanzas) => {
      const heard = once(this.#child, "message");
      if (stanzas !== "") this.#order({ write: stanzas });
      await heard;
    };
  }

  disperse(): void {
    this.#child.kill();
  }

  #order(order: Order): void {
    this.#child.send(order);
  }
}

/** The crowd's own process. */
async function live(port: number, domain: string, password: string): Promise<void> {
  const socket = await rawComponent(port, domain, password);
  let end = "</message>";
  let carry = "";
  let left = Infinity;
  socket.on("data", (chunk: string) => {
    if (chunk.includes("<iq ")) socket.write(refusals(chunk));
    const text = carry + chunk;
    let from = 0;
    for (let at = text.indexOf(end); at >= 0; at = text.indexOf(end, from)) {
      from = at + end.length;
      left -= 1;
      if (left === 0) process.send?.("heard");
    }
    carry = text.slice(Math.max(from, text.length - end.length + 1));
  });
  process.on("message", (order: Order) => {
    if ("write" in order) socket.write(order.write);
    else {
      left = order.expect;
      end = order.what;
      process.send?.("armed");
    }
  });
  process.on("disconnect", () => process.exit());
  process.send?.("gathered");
}

/** Whoever asks what the domain offers isn't left waiting. */
function refusals(text: string): string {
  const error = `<error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`;
  const valueOf = (tag: string, name: string): string =>
    new RegExp(` ${name}='([^']*)'`).exec(tag)?.[1] ?? "";
  const asked = (text.match(/<iq [^>]*>/g) ?? []).filter((tag) => valueOf(tag, "type") === "get");
  const answers = asked.map((tag) => {
    const [to, from, id] = ["from", "to", "id"].map((name) => valueOf(tag, name));
    return `<iq type='error' to='${to}' from='${from}' id='${id}'>${error}</iq>`;
  });
  return answers.join("");
}

const [, , role, port, domain, password] = process.argv;
if (role === "crowd" && domain !== undefined && password !== undefined)
  await live(Number(port), domain, password);
