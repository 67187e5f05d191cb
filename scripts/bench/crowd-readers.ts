/** 24 accounts search and page through a large room without end, while another user makes small searches. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Socket } from "node:net";
import { Counter } from "../lab/raw.js";
import { CROWD, each, says, type People } from "./crowd-scenes.js";
import type { CrowdFigures } from "./crowd-table.js";
import { TEXT } from "./message.js";

const ACCOUNTS = 24;
const MAM = "urn:xmpp:mam:2";
/** How many messages the archive has, in pieces, and how long they are. */
const FILL = { pieces: 20, piece: 250, text: TEXT.repeat(5) };
/** How many small searches are made, and the pause between two, in milliseconds. */
const SEARCHES = { count: 20, quick: 3, pause: 250 };

/** @param measured measures how long speech elsewhere takes while the given work is done */
export async function readers(
  { crowd, talkers: [, client], room }: People,
  quick: boolean,
  measured: (work: () => Promise<unknown>) => Promise<CrowdFigures>,
): Promise<{ readonly searches: readonly number[]; readonly figures: CrowdFigures }> {
  const last = randomUUID();
  const filled = new Counter(crowd, last);
  // A user's stanzas that wait for the room are limited, so one piece is written after another.
  for (let piece = 1; piece <= (quick ? 1 : FILL.pieces); piece += 1) {
    crowd.write(each(FILL.piece, () => says(room, FILL.text)) + says(room, last));
    await filled.reached(piece);
  }
  filled.stop();
  const ids = new Answers(crowd);
  const state = { isOver: false };
  const reading = Array.from({ length: ACCOUNTS }, async (_, n) => {
    for (let round = 0; !state.isOver; round += 1) {
      const from = ` from='user-${n}@${CROWD}/desk'`;
      await ids.ask(room, REQUESTS[round % REQUESTS.length] ?? "", from);
    }
  });
  const honest = new Answers(client);
  const searches: number[] = [];
  const figures = await measured(async () => {
    while (searches.length < (quick ? SEARCHES.quick : SEARCHES.count)) {
      const began = performance.now();
      await honest.ask(room, search(last, 1));
      searches.push(performance.now() - began);
      await sleep(SEARCHES.pause);
    }
  });
  state.isOver = true;
  await Promise.all(reading);
  ids.stop();
  honest.stop();
  return { searches, figures };
}

function search(text: string, most: number): string {
  const field = (name: string, value: string): string =>
    `<field var='${name}'><value>${value}</value></field>`;
  const form = `<x xmlns='jabber:x:data' type='submit'>${field("FORM_TYPE", MAM)}${field("withtext", text)}</x>`;
  return `<query xmlns='${MAM}'>${form}${page(most)}</query>`;
}

function page(most: number): string {
  return `<set xmlns='http://jabber.org/protocol/rsm'><max>${most}</max></set>`;
}

/** A search that reads all, large pages, a search without results, and lists. */
const REQUESTS = [
  search(FILL.text.slice(0, 20), 250),
  `<query xmlns='${MAM}'>${page(250)}</query>`,
  search("nobody said this", 250),
  "<query xmlns='http://jabber.org/protocol/disco#items'/>",
  "<vCard xmlns='vcard-temp'/>",
];

/** Sends requests, and recognises the answers by their ids. */
class Answers {
  readonly #waiting = new Map<string, () => void>();
  readonly #key = randomUUID().slice(0, 8);
  readonly #pattern = new RegExp(`<iq [^>]*\\bid=['"](${this.#key}-\\d+)['"]`, "g");
  #asked = 0;
  #carry = "";

  constructor(private readonly socket: Socket) {
    socket.on("data", this.#onData);
  }

  /** Resolves when the answer begins to arrive. */
  ask(to: string, payload: string, from = ""): Promise<void> {
    const id = `${this.#key}-${++this.#asked}`;
    const type = payload.startsWith("<query xmlns='urn:xmpp:mam:2'") ? "set" : "get";
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.socket.write(`<iq${from} to='${to}' type='${type}' id='${id}'>${payload}</iq>`);
    });
  }

  stop(): void {
    this.socket.off("data", this.#onData);
  }

  readonly #onData = (chunk: string): void => {
    const text = this.#carry + chunk;
    for (const [, id = ""] of text.matchAll(this.#pattern)) {
      this.#waiting.get(id)?.();
      this.#waiting.delete(id);
    }
    this.#carry = text.slice(-500);
  };
}
