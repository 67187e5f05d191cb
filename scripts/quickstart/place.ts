/** The server of the demonstration: a private one, or one that is already running. */
import { Jid } from "../../component/addresses/address.js";
import { createServer } from "../lab/create.js";
import type { Login } from "../lab/client.js";
import { NoServer } from "../lab/find.js";
import { ensureServers } from "../lab/install.js";
import { findServer, KINDS, missingForQuickstart, SERVER_NAMES, type ServerKind } from "../lab/installed.mjs";
import type { ComponentAccess } from "../lab/server.js";
import { timed } from "../lab/timed.mjs";

export interface Place {
  /** A line about the server for the user. */
  readonly description: string;
  readonly access: Pick<ComponentAccess, "service" | "domain" | "password">;
  /** The host of the sender and the receiver. */
  readonly host: string;
  readonly sender: string;
  readonly receiver: Login;
  /** Stops a private server; does nothing if the server was already running before. */
  leave(): Promise<void>;
}

/** A server that is already running, as the options describe it. */
export interface GivenServer {
  /** The server's address and port for components, as xmpp://ADDRESS:PORT. */
  readonly service: string;
  readonly domain: string;
  /** The component's secret on that server. */
  readonly secret: string;
  /** The address of an account on the server, which receives the message. */
  readonly user: string;
  readonly userPassword: string;
  readonly clientPort: number;
}

const DOMAIN = "conference.qtalk.test.org";
const PASSWORD = "secret";
const RESOURCE = "quickstart";

/**
 * Starts a private server on loopback with the accounts test1 and test2, and installs one if necessary.
 * @param wanted the kind of server; undefined: an installed server, preferably ejabberd
 * @param isPermitted whether the server permits messages in users' names (XEP-0356) and checks all senders
 * @throws NoServer if no server is installed and none can be installed
 */
export async function privatePlace(wanted: ServerKind | undefined, isPermitted = false): Promise<Place> {
  const fault = missingForQuickstart(wanted);
  if (fault !== undefined) throw new NoServer(fault);
  const installed = KINDS.find((kind) => findServer(kind) !== undefined);
  const kind = wanted ?? installed ?? "ejabberd";
  await ensureServers([kind]);
  const component = { domain: DOMAIN, privileged: isPermitted, sendsAsUsers: !isPermitted };
  const server = createServer(kind, { components: [component] });
  const accounts = ["test1", "test2"].map((username) => ({ username, password: PASSWORD }));
  await timed(`Starting ${SERVER_NAMES[kind]}`, async () => {
    await server.start();
    await server.addAccounts(...accounts);
  });
  const { clientPort: port, host } = server;
  return {
    description: `${SERVER_NAMES[kind]} runs privately on loopback: clients on port ${port}, components on port ${server.component().port}`,
    access: server.component(),
    host,
    sender: `test1@${host}`,
    receiver: { port, host, username: "test2", password: PASSWORD, resource: RESOURCE },
    leave: () => server.stop(),
  };
}

/** Uses a running server. @throws Error if --user is not an address */
export function givenPlace(given: GivenServer): Place {
  const { service, domain, secret, user, userPassword, clientPort } = given;
  const jid = Jid.parse(user);
  if (jid?.local === undefined)
    throw new Error(`--user must be an address such as test2@example.org, not ${user}`);
  const { local: username, domain: host } = jid;
  const address = new URL(service).hostname;
  return {
    description: `Using the server at ${service}`,
    access: { service, domain, password: secret },
    host,
    sender: `test1@${host}`,
    receiver: { address, port: clientPort, host, username, password: userPassword, resource: RESOURCE },
    leave: () => Promise.resolve(),
  };
}
