/** Real servers for mocha: one suite on both, and people with names of their own. */
import { ComponentProcess } from "../../scripts/lab/component-process.js";
import { createServer } from "../../scripts/lab/create.js";
import { Client } from "../../scripts/lab/client.js";
import { SERVER_NAMES, type ServerKind } from "../../scripts/lab/find.js";
import type { Account, ServerOptions } from "../../scripts/lab/options.js";
import type { Server } from "../../scripts/lab/server.js";
import { RawComponent } from "./raw-component.js";

const PASSWORD = "secret";
let accounts = 0;
/** Servers without options of their own; all suites of a process share them, as starting one takes seconds. */
const shared = new Map<ServerKind, Server>();

/** A server and the people on it; usable in hooks and tests, not yet while the suite is being described. */
export class Stage {
  readonly #clients: Client[] = [];
  readonly #components: RawComponent[] = [];

  constructor(readonly server: Server) {}

  /** Adds an account with a name that no other test has: `juliet-7`. */
  async account(name = "user"): Promise<Required<Account>> {
    const account = { username: `${name}-${++accounts}`, host: this.server.host, password: PASSWORD };
    await this.server.addAccounts(account);
    return account;
  }

  /**
   * A client of a new account, or one more of a given account: logged in and available; closed after the test.
   * @param who a name to start the account's with, or an account
   */
  async client(who: string | Required<Account> = "user", resource?: string): Promise<Client> {
    const client = await this.absentClient(who, resource);
    await client.appear();
    return client;
  }

  /** The same, without presence: such a session gets nothing that is sent to the bare address. */
  async absentClient(who: string | Required<Account> = "user", resource?: string): Promise<Client> {
    const account = typeof who === "string" ? await this.account(who) : who;
    const login = { ...account, port: this.server.clientPort, ...(resource !== undefined && { resource }) };
    const client = await Client.login(login);
    this.#clients.push(client);
    return client;
  }

  /** A raw connection as one of the server's components, the first by default; closed after the test. */
  async component(domain?: string): Promise<RawComponent> {
    const component = await RawComponent.connect(this.server.component(domain));
    this.#components.push(component);
    return component;
  }

  /** Closes what the test opened. */
  async clear(): Promise<void> {
    const open = [...this.#clients.splice(0), ...this.#components.splice(0)];
    await Promise.all(open.map((connection) => connection.close()));
  }
}

/**
 * Describes a suite on one kind of server: on one that others use before and after it if there are no options, else on
 * one that is started before it and stopped after it. A test that stops the server starts it again.
 */
export function onServer(kind: ServerKind, options: ServerOptions, body: (stage: Stage) => void): void {
  describe(`on ${SERVER_NAMES[kind]}`, () => {
    const isShared = Object.keys(options).length === 0;
    const server = (isShared ? shared.get(kind) : undefined) ?? createServer(kind, options);
    if (isShared) shared.set(kind, server);
    const stage = new Stage(server);
    before(async function () {
      this.timeout(180_000);
      if (server.pid !== undefined) return;
      await server.stop();
      await server.start();
    });
    afterEach(() => stage.clear());
    after(async () => {
      if (isShared) {
        server.unref();
        return;
      }
      // Nobody needs its goodbye, which takes ejabberd a second.
      await server.kill();
      await server.stop();
    });
    body(stage);
  });
}

/**
 * Describes the same suite on ejabberd and on Prosody, as onServer() does.
 * @param options the same for both, or made for each
 */
export function onEachServer(
  body: (stage: Stage) => void,
  options: ServerOptions | ((kind: ServerKind) => ServerOptions) = {},
): void {
  for (const kind of ["ejabberd", "prosody"] as const) {
    onServer(kind, typeof options === "function" ? options(kind) : options, body);
  }
}

/** Has the component run on a suite's server, with nothing configured besides. @returns it, in hooks and tests */
export function componentOn(stage: Stage): () => ComponentProcess {
  let component: ComponentProcess;
  before(async () => {
    const { server } = stage;
    component = await ComponentProcess.start({ access: server.component(), hosts: server.settings.hosts });
    await component.ready();
  });
  after(() => component.stop());
  return () => component;
}
