/** Runs mocha suites on real servers, with accounts whose names no other test has. */
import {
  ComponentProcess,
  type ComponentConfig,
  type ComponentProcessOptions,
} from "../../scripts/lab/component-process.js";
import { createServer } from "../../scripts/lab/create.js";
import { Client } from "../../scripts/lab/client.js";
import { SERVER_NAMES, type ServerKind } from "../../scripts/lab/installed.mjs";
import type { Account, ServerOptions } from "../../scripts/lab/options.js";
import type { Server } from "../../scripts/lab/private-server.js";
import { RawComponent } from "./raw-component.js";

const PASSWORD = "secret";
let accounts = 0;
/** The options of the servers that suites share: the first component is for suites' own, the second is shared. */
const SHARED: ServerOptions = {
  components: [{ domain: "conference.qtalk.test.org" }, { domain: "groups.qtalk.test.org" }],
};

/** The servers without special options. All suites of a process share them, as starting a server takes seconds. */
const shared = new Map<ServerKind, Server>();
/** The components on shared servers, which suites share, too. */
const sharedComponents = new Map<Server, ComponentProcess>();

/**
 * A real server with a test's users and components. Can be used in hooks and tests, but not while the suite is being
 * described.
 */
export class TestServer {
  readonly #clients: Client[] = [];
  readonly #components: RawComponent[] = [];
  readonly #processes: ComponentProcess[] = [];

  constructor(readonly server: Server) {}

  /** The domain of the component that `componentOn` runs. */
  get domain(): string {
    return this.server.settings.components[this.isShared ? 1 : 0]?.domain ?? "";
  }

  /** Whether other suites use the server, too. */
  get isShared(): boolean {
    return [...shared.values()].includes(this.server);
  }

  /** Adds an account with a unique username, such as `juliet-7`. @param name the beginning of the username */
  async account(name = "user"): Promise<Required<Account>> {
    const account = { username: `${name}-${++accounts}`, host: this.server.host, password: PASSWORD };
    await this.server.addAccounts(account);
    return account;
  }

  /**
   * Logs in a client and sends its presence; the client is closed after the test.
   * @param who an account, or the beginning of a new account's username
   */
  async client(who: string | Required<Account> = "user", resource?: string): Promise<Client> {
    const client = await this.absentClient(who, resource);
    await client.appear();
    return client;
  }

  /** Logs in a client without sending presence; such a client gets no messages to the user's bare address. */
  async absentClient(who: string | Required<Account> = "user", resource?: string): Promise<Client> {
    const account = typeof who === "string" ? await this.account(who) : who;
    const client = await Client.login({ ...account, port: this.server.clientPort, resource });
    this.#clients.push(client);
    return client;
  }

  /** Connects as a component of the server, by default the first; closed after the test. */
  async component(domain?: string): Promise<RawComponent> {
    const component = await RawComponent.connect(this.server.component(domain));
    this.#components.push(component);
    return component;
  }

  /** Starts the component as one of the server's, by default the first; it is stopped after the test. */
  async start(
    domain?: string,
    options: Omit<Partial<ComponentProcessOptions>, "access"> = {},
  ): Promise<ComponentProcess> {
    const component = await startOn(this, domain, options);
    this.#processes.push(component);
    return component;
  }

  /** Closes the clients and components that the test opened. */
  async clear(): Promise<void> {
    const open = [...this.#clients.splice(0), ...this.#components.splice(0)];
    await Promise.all(open.map((connection) => connection.close()));
    for (const component of this.#processes.splice(0)) await component.stop();
  }
}

/**
 * Describes a suite on a kind of server. Without options, the suite uses a server that it shares with others; else a
 * server is started before and stopped after the suite. A test that stops the server must start it again.
 */
export function onServer(kind: ServerKind, options: ServerOptions, body: (stage: TestServer) => void): void {
  describe(`on ${SERVER_NAMES[kind]}`, () => {
    const server = Object.keys(options).length === 0 ? sharedServer(kind) : createServer(kind, options);
    const stage = new TestServer(server);
    before(async () => {
      if (server.pid !== undefined) return;
      await server.stop();
      await server.start();
      // The component of the server's former life would connect again, beside the next one of the same domain.
      await sharedComponents.get(server)?.stop();
      sharedComponents.delete(server);
    });
    afterEach(() => stage.clear());
    after(async () => {
      if (stage.isShared) {
        server.unref();
        return;
      }
      // A clean stop isn't needed, and takes ejabberd a second.
      await server.kill();
      await server.stop();
    });
    body(stage);
  });
}

/**
 * Describes the same suite on ejabberd and on Prosody; see `onServer`.
 * @param options the options for both servers, or a function that returns those of each
 */
export function onEachServer(
  body: (stage: TestServer) => void,
  options: ServerOptions | ((kind: ServerKind) => ServerOptions) = {},
): void {
  for (const kind of ["ejabberd", "prosody"] as const) {
    onServer(kind, typeof options === "function" ? options(kind) : options, body);
  }
}

/**
 * Runs the component with a default configuration on a suite's server. On a server that suites share, they share the
 * component, too: rooms and hooks of earlier suites are still there, and a suite that changes the configuration must
 * change it back.
 * @returns a function that returns the component in hooks and tests
 */
export function componentOn(stage: TestServer): () => ComponentProcess {
  const { server, isShared } = stage;
  if (!isShared) return ownComponentOn(stage);
  before(async () => {
    let component = sharedComponents.get(server);
    if (component === undefined) {
      component = await startOn(stage, stage.domain);
      component.unref();
      sharedComponents.set(server, component);
    }
    if (!component.isRunning) component.launch();
    await component.ready();
  });
  return () => running(sharedComponents.get(server));
}

/**
 * Runs a component on a suite's server, for this suite alone: the server's first component.
 * @param config keys to add to the configuration, by section
 * @returns a function that returns the component in hooks and tests
 */
export function ownComponentOn(stage: TestServer, config: ComponentConfig = {}): () => ComponentProcess {
  let component: ComponentProcess | undefined;
  before(async () => {
    component = await startOn(stage, undefined, { config });
    await component.ready();
  });
  after(() => component?.stop());
  return () => running(component);
}

function startOn(
  { server }: TestServer,
  domain?: string,
  options: Omit<Partial<ComponentProcessOptions>, "access"> = {},
): Promise<ComponentProcess> {
  return ComponentProcess.start({
    access: server.component(domain),
    hosts: server.settings.hosts,
    ...options,
  });
}

function running(component: ComponentProcess | undefined): ComponentProcess {
  if (component === undefined) throw new Error("the component isn't started");
  return component;
}

function sharedServer(kind: ServerKind): Server {
  const server = shared.get(kind) ?? createServer(kind, SHARED);
  shared.set(kind, server);
  return server;
}
