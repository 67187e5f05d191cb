/**
 * What an operator does in the soak test while hooks are used: moves a hook between rooms, changes settings, retries and drops
 * dead letters, reloads the configuration. Commands run whether the component runs, starts or was killed.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { openDatabase } from "../../storage/database.js";
import type { ComponentProcess } from "../lab/component-process.js";
import { EventReceivers, nameIn } from "./event-receivers.js";
import type { Ledger } from "./ledger.js";

const ROOMS = ["plaza", "lounge"] as const;
const HOOK = "alerts";

const RETRY_MS = 20;
const REFUSED_MS = 100;
/** The pauses between commands and between posts, in milliseconds; on average half of these. */
const PAUSE_MS = { commands: 1_500, posts: 60 };
/** How long events may take that failed before, in milliseconds. */
const DELIVERY_MS = 120_000;

export interface Hours {
  /** Ends the operator's and the program's work. */
  readonly over: AbortSignal;
  /** Ends the repetition of requests, because the component won't run again. */
  readonly givenUp: AbortSignal;
}

export class Operator {
  /** How many commands succeeded; the others found a component that was being killed or started. */
  commands = 0;
  #url = "";
  #room = 0;

  private constructor(
    private readonly component: ComponentProcess,
    private readonly ledger: Ledger,
    private readonly receivers: EventReceivers,
    private readonly people: { readonly owner: string; readonly domain: string },
  ) {}

  /** Makes the rooms and hooks. The component must be ready. @param people the rooms' owner, and the component's domain */
  static async arrange(
    component: ComponentProcess,
    ledger: Ledger,
    people: { readonly owner: string; readonly domain: string },
  ): Promise<Operator> {
    const { owner } = people;
    const operator = new Operator(component, ledger, await EventReceivers.listen(ledger), people);
    for (const room of ROOMS) await component.command("room", "make", room, "--owner", owner);
    const added = await component.command("hook", "add", HOOK, "--to", ROOMS[0], "--format", "text");
    operator.#url = /http\S+/.exec(added)?.[0] ?? "";
    for (const [name, url] of Object.entries(operator.receivers.urls))
      await component.command(
        ...["hook", "add", name, "--on", "room-message", "--deliver-to", url],
        ...["--allow-inner", "127.0.0.1"],
      );
    return operator;
  }

  /** Gives commands in random order until the time is over. */
  async work({ over }: Hours): Promise<void> {
    let next: (() => Promise<unknown>)[] = [];
    while (!over.aborted) {
      if (next.length === 0) next = this.#commands.toSorted(() => Math.random() - 0.5);
      await next
        .pop()?.()
        .then(
          () => (this.commands += 1),
          () => undefined,
        );
      await sleep(Math.random() * PAUSE_MS.commands);
    }
  }

  /** Posts to the hook, as a program does, until the time is over. */
  post(hours: Hours): Promise<void> {
    return this.#say("post", hours, (name) =>
      fetch(this.#url, {
        method: "POST",
        headers: { "content-type": "text/plain", "idempotency-key": name },
        body: name,
      }),
    );
  }

  /** Says messages in a room in the owner's name, of which the outgoing hooks tell, until the time is over. */
  speak(hours: Hours): Promise<void> {
    const to = `${ROOMS[0]}@${this.people.domain}`;
    return this.#say("said", hours, (name) =>
      this.component.post("send_thirdmessage", {
        from: this.people.owner,
        to,
        message: `<message type='groupchat'><body id='${name}'>${name}</body></message>`,
      }),
    );
  }

  /** Waits until all events have arrived, then records what the rooms have, in the order of their archives. */
  async check(): Promise<void> {
    const deadline = performance.now() + DELIVERY_MS;
    this.receivers.forgive();
    while (this.ledger.figures(this.receivers.isEvent).lost > 0 && performance.now() < deadline) {
      await this.component.command("hook", "retry", EventReceivers.RETRIED, "--all").catch(() => undefined);
      await sleep(500);
    }
    const db = openDatabase(this.component.database, { readonly: true });
    const stanzas = db.prepare<[], string>("SELECT stanza FROM archive ORDER BY id").pluck().all();
    db.close();
    for (const stanza of stanzas) this.ledger.arrive(nameIn(stanza));
  }

  close(): void {
    this.receivers.close();
  }

  get #commands(): readonly (() => Promise<unknown>)[] {
    const run = (...args: readonly string[]) => this.component.command(...args);
    const move = () => run("hook", "set", HOOK, "--to", ROOMS[(this.#room = 1 - this.#room)] ?? ROOMS[0]);
    return [
      move,
      move,
      move,
      () => run("hook", "set", HOOK, "--title", `Alerts ${String(Date.now())}`),
      () => run("room", "set", ROOMS[0], `description=${String(Date.now())}`),
      () => run("hook", "retry", EventReceivers.RETRIED, "--all"),
      () => run("hook", "retry", EventReceivers.ORDERED, "--all"),
      () => run("hook", "drop", EventReceivers.DROPPED, "--all", "--yes"),
      () => run("outbox", "retry", "--all"),
      () => this.component.hangUp(),
    ];
  }

  async #say(
    kind: "post" | "said",
    { over, givenUp }: Hours,
    send: (name: string) => Promise<Response>,
  ): Promise<void> {
    for (let count = 1; !over.aborted; count++) {
      const name = `${kind}-${count}`;
      this.ledger.ask(name, kind);
      const names = kind === "said" ? [name, ...this.receivers.expect(name)] : [name];
      const answer = await answerOf(() => send(name), givenUp);
      this.ledger.answer(names, answer);
      await sleep(answer === "refused" ? REFUSED_MS : Math.random() * PAUSE_MS.posts);
    }
  }
}

/** Repeats a request until it is answered, as in senders.ts. */
async function answerOf(
  send: () => Promise<Response>,
  givenUp: AbortSignal,
): Promise<"accepted" | "refused"> {
  for (let attempts = 1; ; attempts++) {
    const answer = await send().then(
      async (response) => ({ status: response.status, text: await response.text() }),
      () => undefined,
    );
    if (answer !== undefined && answer.status < 300 && !answer.text.startsWith('{"ret":false'))
      return "accepted";
    if (answer !== undefined && answer.status < 500 && answer.status !== 429)
      throw new Error(`a message was answered ${answer.status}: ${answer.text}`);
    givenUp.throwIfAborted();
    // After an attempt without response, the message may have been accepted.
    if (answer !== undefined && attempts === 1) return "refused";
    await sleep(RETRY_MS);
  }
}
