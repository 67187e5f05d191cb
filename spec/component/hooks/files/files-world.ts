/** A hook whose posts have files, an upload service and a host with pictures, which the test plays. */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { z } from "zod";
import { hooksConfig } from "../../../../component/config.js";
import { Alerts } from "../../../../component/hooks/alerts/alerts.js";
import { WALL_CLOCK } from "../../../../component/hooks/clock.js";
import { HookFault } from "../../../../component/hooks/fault.js";
import type { PostedFile } from "../../../../component/hooks/formats/format.js";
import { Hooks } from "../../../../component/hooks/hooks.js";
import type { Accepted } from "../../../../component/hooks/post.js";
import type { RemotePost } from "../../../../component/hooks/remote/posts.js";
import type { IqAnswer, IqRequest } from "../../../../component/inbound/iq-requests.js";
import { NS, xml, type Element } from "../../../../component/xml/builder.js";
import { BotsStore } from "../../../../storage/bots-store.js";
import { openDatabase, type Database } from "../../../../storage/database.js";
import { HookMessages } from "../../../../storage/hook-messages.js";
import { HooksStore } from "../../../../storage/hooks-store.js";
import { settledAnswer } from "../../../support/settled-answer.js";
import { storedHook } from "../../../support/stored-hook.js";
import { read } from "../../muc/play.js";
import { hookDependencies, nobodyOnDuty, roomElsewhere, withoutUploads } from "../hook-dependencies.js";

export const PNG = Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.from("picture")]);
const SERVICE = "upload.x.test";
const OOB = "jabber:x:oob";

/** A request to the web server. */
export interface Requested {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export class FilesWorld {
  readonly db: Database;
  readonly requests: Requested[] = [];
  /** The requests for slots, with their senders. */
  readonly slots: string[] = [];
  /** What is said: a picture's or file's URL, or a text. */
  readonly said: string[] = [];
  /** What the upload service publishes and answers. */
  most = 100_000;
  slot: (put: string, get: string) => IqAnswer = (put, get) => slotWith(put, get);
  hasService = true;
  /** Whether the server answers what services it has. */
  answers = true;
  /** The web server's answer. */
  serve: (requested: Requested, response: ServerResponse) => void = (_, response) =>
    response.writeHead(201).end();
  hooks: Hooks;
  lines: ReturnType<typeof hookDependencies>["lines"];
  metrics: ReturnType<typeof hookDependencies>["metrics"];

  private constructor(
    private readonly server: Server,
    private readonly config: z.input<typeof hooksConfig>,
    fetchFrom: readonly string[] | undefined,
  ) {
    this.db = openDatabase(":memory:");
    new BotsStore(this.db).put({ name: "bot", title: "Bot", picture: undefined });
    new HooksStore(this.db).add(storedHook({ receiver: "ops@x.test", bot: "bot", fetchFrom }));
    [this.hooks, this.lines, this.metrics] = this.#process();
  }

  /** @param fetchFrom HERE stands for the web server */
  static async open(
    config: z.input<typeof hooksConfig> = {},
    fetchFrom?: readonly string[],
  ): Promise<FilesWorld> {
    const server = createServer();
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const hosts = fetchFrom?.map((host) => host.replace("HERE", `127.0.0.1:${port}`));
    const world = new FilesWorld(server, config, hosts);
    server.on("request", (request, response: ServerResponse) => {
      const pieces: Buffer[] = [];
      request.on("data", (piece: Buffer) => pieces.push(piece));
      request.on("end", () => {
        const { method = "", url: path = "", headers } = request;
        const requested = { method, path, headers, body: Buffer.concat(pieces) };
        world.requests.push(requested);
        world.serve(requested, response);
      });
    });
    return world;
  }

  get web(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Ends the process and starts another, on the same database. */
  restart(): void {
    this.hooks.stop();
    [this.hooks, this.lines, this.metrics] = this.#process();
    this.hooks.start();
  }

  async post(text: string, files: readonly Partial<PostedFile>[]): Promise<Accepted | HookFault> {
    const given = files.map((file) => ({ name: "door.png", type: "image/png", bytes: PNG, ...file }));
    const posted = { headers: {}, text, ...(files.length > 0 && { files: given }) };
    return await this.#receive(posted);
  }

  /** Posts in Gotify's format, with the URL of a picture. */
  async picture(url: string): Promise<Accepted | HookFault> {
    const extras = { "client::notification": { bigImageUrl: url } };
    return await this.#receive({ headers: {}, json: { value: { message: "graph", priority: 5, extras } } });
  }

  async close(): Promise<void> {
    this.hooks.stop();
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
    this.db.close();
  }

  #receive(posted: Parameters<Hooks["receive"]>[1]["posted"]): Promise<Accepted | HookFault> {
    const hook = { ...this.hooks.named("h")!, isTest: false };
    return this.hooks.receive(hook, { posted, key: undefined, body: Buffer.from("b"), request: "r" });
  }

  #process() {
    const dependencies = hookDependencies(this.db, this.config);
    const messages = new HookMessages(this.db);
    const post = (posts: readonly RemotePost[]): Promise<"confirmed"> =>
      dependencies.commit.run(() => {
        for (const { id, stanza, note } of posts) {
          note();
          messages.decide(id, { outcome: "confirmed" });
          const message = read(stanza);
          const url = message.getChild("x", OOB)?.getChildText("url") ?? undefined;
          this.said.push(url ?? message.getChildText("body") ?? "");
        }
        return "confirmed" as const;
      });
    const shared = { ...dependencies, ...roomElsewhere(post) };
    const alerts = new Alerts({
      ...{ ...shared, takeSigns: [], duty: nobodyOnDuty, clock: WALL_CLOCK },
      events: { alertChanged: () => undefined },
      hookOf: (id) => hooks.byId(id),
      hooks: () => [],
    });
    const requests = { ask: (request: Omit<IqRequest, "timeout">) => settledAnswer(this.#answer(request)) };
    const hooks: Hooks = new Hooks({ ...shared, ...withoutUploads, requests, alerts });
    return [hooks, dependencies.lines, dependencies.metrics] as const;
  }

  #answer({ to, from, payload }: Omit<IqRequest, "timeout">): IqAnswer {
    if (!this.answers) return { kind: "silence" };
    const ns = payload.getNS();
    const info = (...children: readonly Element[]): IqAnswer => ({
      kind: "result",
      payload: xml("query", ns ?? "", ...children),
    });
    if (ns === NS.discoItems) return info(...(this.hasService ? [xml("item", { jid: SERVICE })] : []));
    if (ns === NS.discoInfo && to.text !== SERVICE) return info();
    if (ns === NS.discoInfo) {
      const value = (name: string, text: string) => xml("field", { var: name }, xml("value", {}, text));
      const form = [value("FORM_TYPE", NS.upload), value("max-file-size", String(this.most))];
      return info(xml("feature", { var: NS.upload }), xml("x", { xmlns: NS.data, type: "result" }, ...form));
    }
    this.slots.push(from?.text ?? "component");
    const path = `/${this.slots.length}/${payload.attrs.filename ?? ""}`;
    return this.slot(`${this.web}/put${path}`, `${this.web}/get${path}`);
  }
}

/** A slot, with headers that a service may ask for, and others. */
export function slotWith(put: string, get: string): IqAnswer {
  const header = (name: string, text: string) => xml("header", { name }, text);
  return {
    kind: "result",
    payload: xml(
      "slot",
      NS.upload,
      xml("put", { url: put }, header("Authorization", "Basic x\r\nEvil: 1"), header("Host", "evil.test")),
      xml("get", { url: get }),
    ),
  };
}
