/** The private server of the demonstration. */
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
  readonly access: ComponentAccess;
  /** The host of the sender and the receiver. */
  readonly host: string;
  readonly sender: string;
  readonly receiver: Login;
  /** Stops the server. */
  leave(): Promise<void>;
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
