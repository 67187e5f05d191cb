/** The console over a stage with rooms and a database, and who asks it. */
import { consoleConfig } from "../../../http/config.js";
import { Operators } from "../../../component/administration/operators.js";
import { HookFault } from "../../../component/hooks/fault.js";
import { hashOf, newSecret } from "../../../component/secrets.js";
import { OperatorSocket } from "../../../http/admin/socket.js";
import { OperatorsStore } from "../../../storage/operators-store.js";
import { Desk } from "../../component/administration/desk.js";
import { DOMAIN } from "../../component/muc/play.js";
import { Interface, type InterfaceOptions, type Seen } from "../../support/interface.js";

export interface StageOptions extends Omit<InterfaceOptions, "console"> {
  readonly access?: "local" | "anywhere";
  readonly step?: number;
  /** Whether whoever asks is logged in as the operator judy, unless they send headers of another session. */
  readonly isLoggedIn?: boolean;
}

export type Headers = Readonly<Record<string, string>>;

/** An answer, its JSON read. */
export interface Told {
  readonly status: number;
  readonly headers: Seen["headers"];
  readonly json: {
    readonly [key: string]: unknown;
    readonly error?: { readonly code: string; readonly message: string; readonly field?: string };
  };
}

const CALLER = { name: "hr", token_sha256: "e".repeat(64), rate: 20, addresses: ["10.0.0.0/8"] };
/** With callers, this machine has to log in, too. */
export const WITH_CALLERS = { callers: [CALLER] };

export class ConsoleStage {
  #session: Headers = {};

  private constructor(
    readonly desk: Desk,
    readonly http: Interface,
  ) {}

  static async open({
    access = "local",
    step,
    isLoggedIn = true,
    ...options
  }: StageOptions = {}): Promise<ConsoleStage> {
    const desk = await Desk.open();
    const { play, administration } = desk;
    const http = await Interface.open({
      ...options,
      console: {
        config: consoleConfig.parse({ access }),
        administration,
        operators: new Operators(play.db, administration.ground.commit),
        link: { state: { kind: "away", reason: "the server went away" }, reached: undefined },
        server: {
          current: () => ({ host: "qtalk.test.org", name: "Prosody", version: "13.0.1", upSince: undefined }),
        },
        rooms: play.service.context.rooms,
        about: { version: "1.2.3", domain: DOMAIN, startedAt: 1 },
        step,
      },
    });
    const { server } = http;
    desk.running.http = {
      calls: server.records,
      callers: server.shownCallers,
      testPost: () => Promise.resolve(new HookFault("missing", "there is no hook")),
    };
    const stage = new ConsoleStage(desk, http);
    if (isLoggedIn) stage.#session = await stage.logIn(stage.addOperator("judy"));
    return stage;
  }

  /** The operators' socket, which doesn't listen yet. */
  socket(): OperatorSocket {
    const { administration, play } = this.desk;
    return new OperatorSocket(
      administration,
      this.http.metrics.registry,
      (user) => this.http.server.consoleLink(user),
      play.log.logger,
    );
  }

  async asks(path: string, headers: Headers = {}): Promise<Told> {
    return told(
      await this.http.request(`/console/api/${path}`, { headers: { ...this.#session, ...headers } }),
    );
  }

  /** Runs an operation. @returns its result */
  async does(path: string, given: object = {}, headers: Headers = {}): Promise<Told["json"]> {
    return (await this.posts(path, given, headers)).json;
  }

  /** Runs an operation that is refused. @returns the answer's status, its code and the faulty field */
  async refuses(path: string, given: unknown): Promise<unknown[]> {
    return faultOf(await this.posts(path, given));
  }

  /** All of a list, page by page. @param kind the items' key in the results */
  async pages(path: string, kind: string, given: object, headers: Headers = {}): Promise<unknown[]> {
    const found: unknown[] = [];
    for (let after = ""; ;) {
      const json = await this.does(path, { ...given, after }, headers);
      found.push(...(json[kind] as unknown[]));
      if (json.next === undefined) return found;
      after = json.next as string;
    }
  }

  /** Runs an operation over HTTP, as a program does. */
  async admin(path: string, body: unknown, token: string): Promise<Told> {
    const headers = { "Content-Type": "application/json", Authorization: `Bearer ${token}` };
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return told(await this.http.request(`/admin/${path}`, { method: "POST", body: text, headers }));
  }

  /** Posts as the page does. */
  async posts(path: string, body: unknown, headers: Headers = {}): Promise<Told> {
    const init = {
      method: "POST",
      body: typeof body === "string" ? body : JSON.stringify(body),
      headers: { "Content-Type": "application/json", ...this.#session, ...headers },
    };
    return told(await this.http.request(`/console/api/${path}`, init));
  }

  /** The status of a GET with these lines in its head. */
  async statusOf(path: string, ...lines: string[]): Promise<number> {
    const head = [`GET ${path} HTTP/1.1`, ...lines, "Connection: close", "", ""].join("\r\n");
    return Number((await this.http.raw(head)).slice(9, 12));
  }

  get operators(): OperatorsStore {
    return new OperatorsStore(this.desk.play.db);
  }

  /** @returns the operator's token */
  addOperator(name: string, expiresAt?: number, may = "all"): string {
    const token = newSecret();
    this.operators.add({ name, token: hashOf(token), madeAt: 1, expiresAt, may });
    return token;
  }

  /** Logs in. @returns the headers of the session */
  async logIn(token: string): Promise<Headers> {
    const { headers } = await this.posts("login", { token });
    return { Cookie: headers.get("set-cookie")?.split(";")[0] ?? "" };
  }

  async close(): Promise<void> {
    await this.http.close();
    this.desk.close();
  }
}

/** The status of a refused request, with its code and field. */
export function faultOf({ status, json }: Told): unknown[] {
  return [status, json.error?.code, json.error?.field];
}

function told({ status, text, headers }: Seen): Told {
  return { status, headers, json: JSON.parse(text) as Told["json"] };
}
