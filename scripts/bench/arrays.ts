/** Messages in arrays, ours and a bare component's: counted until the receiver, who is online, has all of them. */
import type { Socket } from "node:net";
import type { ComponentProcess } from "../lab/component-process.js";
import type { Server } from "../lab/server.js";
import { load } from "./load.js";
import { CountingClient, rawComponent, writeAll } from "./raw.js";
import { ACCOUNTS, accepted, HOST, RECEIVER, thirdMessage } from "./sending.js";
import type { Stage } from "./stage.js";

const BATCH = 100;
const CONNECTIONS = 4;

let calls = 0;

export class Arrays {
  readonly #receiver: CountingClient;
  readonly #messages: number;

  private constructor(receiver: CountingClient, messages: number) {
    this.#receiver = receiver;
    this.#messages = messages;
  }

  static async on(stage: Stage, server: Server): Promise<Arrays> {
    await server.addAccounts(...ACCOUNTS);
    const receiver = await CountingClient.login(server.clientPort, HOST, RECEIVER, "secret");
    stage.atEnd(() => receiver.close());
    return new Arrays(receiver, stage.extent.quick ? 2_000 : 15_000);
  }

  /** Messages a second of a component that is called with arrays. */
  ours(component: ComponentProcess): Promise<number> {
    return this.#until(() => inArrays(component, this.#messages));
  }

  /** The same of one that writes ready-made stanzas. @param stanzas those of the message with this id */
  bare(socket: Socket, stanzas: (id: string) => string): Promise<number> {
    return this.#until(() => writeAll(socket, texts(stanzas, this.#messages)));
  }

  async #until(work: () => Promise<unknown>): Promise<number> {
    const goal = this.#receiver.count + this.#messages;
    const started = performance.now();
    await Promise.all([work(), this.#receiver.reached(goal)]);
    return this.#messages / ((performance.now() - started) / 1000);
  }
}

/** A bare component's stream. */
export async function bareComponent(stage: Stage, server: Server, domain: string): Promise<Socket> {
  const { port, password } = server.component(domain);
  const socket = await rawComponent(port, domain, password);
  stage.atEnd(() => socket.destroy());
  return socket;
}

async function inArrays(component: ComponentProcess, messages: number): Promise<void> {
  await load({
    port: component.httpPort,
    path: "/qtalk/send_thirdmessage",
    connections: CONNECTIONS,
    requests: messages / BATCH,
    body: () => {
      calls += 1;
      return JSON.stringify(Array.from({ length: BATCH }, (_, i) => thirdMessage(`batch-${calls}-${i}`)));
    },
    check: accepted,
  });
}

function* texts(stanzas: (id: string) => string, messages: number): Generator<string> {
  calls += 1;
  for (let n = 0; n < messages; n += 1) yield stanzas(`bare-${calls}-${n}`);
}
