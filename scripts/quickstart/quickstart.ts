/** Runs the demonstration: sends an example of send_thirdmessage, and shows what a client receives. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parseConfig, type Config } from "../config/config.js";
import { startDaemon, type RunningDaemon } from "../daemon.js";
import { NS } from "../../component/xml/builder.js";
import { Client, type Element } from "../lab/client.js";
import { createServer } from "../lab/create.js";
import { NoServer, type Server } from "../lab/private-server.js";
import { ensureServers } from "../lab/install.js";
import { findServer, KINDS, missingForQuickstart, type ServerKind } from "../lab/installed.mjs";
import { freePort, isFree, LOOPBACK } from "../lab/ports.js";
import { timed } from "../lab/timed.mjs";
import { DemonstratedAlert } from "./alert.js";
import { exampleCall, messageFacts, factsSent, sideBySide, type ExampleCall } from "./example.js";

type Say = (line: string) => void;

const DOMAIN = "conference.qtalk.test.org";
const PASSWORD = "secret";
const DATABASE = "qtalk.db";
const HTTP_PORT = 10050;
const PATH = "/qtalk/send_thirdmessage";
const RECEIVED_MS = 5_000;
/** The longest delay that timers support, in milliseconds: 24 days. */
const FOREVER_MS = 2 ** 31 - 1;

/**
 * Runs the demonstration on a private server with the accounts test1 and test2, which is installed if necessary.
 * @param wanted the kind of server; undefined: an installed server, preferably ejabberd
 * @param isPermitted whether the server permits messages in users' names (XEP-0356) and checks all senders
 * @param leisure called after the example: further messages are shown until it resolves; absent: the demonstration ends
 * @returns whether the received message equals the sent one, attributes included
 * @throws NoServer if no server is installed and none can be installed
 */
export async function quickstart(
  wanted: ServerKind | undefined,
  isPermitted: boolean,
  say: Say,
  leisure?: () => Promise<void>,
): Promise<boolean> {
  const fault = missingForQuickstart(wanted);
  if (fault !== undefined) throw new NoServer(fault);
  const kind = wanted ?? KINDS.find((each) => findServer(each) !== undefined) ?? "ejabberd";
  await ensureServers([kind]);
  const component = { domain: DOMAIN, privileged: isPermitted, sendsAsUsers: !isPermitted };
  const server = createServer(kind, { components: [component] });
  const folder = mkdtempSync(join(tmpdir(), "qtalk-quickstart-"));
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", removeFolder);
  let daemon: RunningDaemon | undefined;
  let client: Client | undefined;
  try {
    await timed(`Starting ${server.name}`, () => server.start());
    await server.addAccounts(...["test1", "test2"].map((username) => ({ username, password: PASSWORD })));
    const { host, clientPort } = server;
    say(
      `${server.name} runs privately on loopback: clients on port ${clientPort}, components on port ${server.component().port}`,
    );
    daemon = await startDaemon(await configFor(server, folder));
    await daemon.ready();
    say(
      `qtalk-component is connected as ${DOMAIN}; programs of this machine call port ${daemon.httpPort}, by this line:\n` +
        `  http: { callers: [{ name: quickstart, addresses: [${LOOPBACK}], senders: ["*"] }] }`,
    );
    client = await Client.login({ port: clientPort, host, username: "test2", password: PASSWORD });
    await client.appear();
    say(`${client.bareJid} is logged in as an XMPP client`);
    const call = exampleCall(`test1@${host}`, client.bareJid);
    const url = `http://${LOOPBACK}:${daemon.httpPort}${PATH}`;
    const received = await demonstrate(call, url, client, say);
    if (leisure !== undefined) {
      const alert = await DemonstratedAlert.prepare(join(folder, DATABASE), DOMAIN, client);
      say(invitation(curlFor(call, url), alert.curl, client.username, daemon.httpPort));
      const take = (): void => void alert.take().catch((error: unknown) => say(String(error)));
      process.stdin.on("data", take);
      await Promise.race([leisure(), watch(client, alert, say).catch(() => undefined)]);
      process.stdin.off("data", take).pause();
    }
    return received;
  } finally {
    await client?.close();
    await daemon?.stop();
    await server.stop();
    process.off("exit", removeFolder);
    removeFolder();
  }
}

async function configFor(server: Server, folder: string): Promise<Config> {
  const { service, domain, password } = server.component();
  const port = (await isFree(HTTP_PORT)) ? HTTP_PORT : await freePort();
  return parseConfig({
    xmpp: { service, domain, password, hosts: [server.host] },
    // The one line that lets programs of this machine call, which send no token: without callers, calls are closed.
    http: {
      listen: `${LOOPBACK}:${port}`,
      callers: [{ name: "quickstart", addresses: [LOOPBACK], senders: ["*"] }],
    },
    storage: { path: join(folder, DATABASE) },
    log: { level: "error" },
  });
}

/** Sends the example and shows the result. @returns whether the message arrived unchanged */
async function demonstrate(call: ExampleCall, url: string, receiver: Client, say: Say): Promise<boolean> {
  say(
    `\nA call of QTalk's HTTP interface (all calls: ${new URL("/docs/calls", url).href}):\n\n  POST ${url}`,
  );
  say(JSON.stringify(call, undefined, 2).replace(/^/gm, "  "));
  const answer = await fetch(url, { method: "POST", body: JSON.stringify(call) });
  const delivery = answer.headers.get("x-qtalk-delivery") ?? "none";
  say(`\nThe answer:\n\n  HTTP ${answer.status}, X-QTalk-Delivery: ${delivery}\n  ${await answer.text()}`);
  const message = await nextMessage(receiver, RECEIVED_MS).catch(() => undefined);
  if (message === undefined) {
    say(`\n${receiver.bareJid} received nothing within ${RECEIVED_MS / 1000} s.`);
    return false;
  }
  const [sent, received] = [factsSent(call), messageFacts(message)];
  say(`\nWhat the program sent, and what the client received:\n\n${sideBySide(sent, received)}`);
  return isDeepStrictEqual(sent, received);
}

/** Returns what can be tried while the component runs. */
function invitation(call: string, post: string, person: string, port: number): string {
  return `
The component keeps running. In another terminal, post an alert into a room where ${person} is:

  ${post}

Then press Enter here: ${person} takes it with 👀, and its first line says so. The same URL with &status=resolved ends it.
What else people can do with alerts: http://${LOOPBACK}:${port}/docs/guide/on-call

Or make a call:

  ${call}

Ctrl-C stops the component and deletes its files.
`;
}

/** Shows each further message, until the client's connection closes. */
async function watch(receiver: Client, alert: DemonstratedAlert, say: Say): Promise<void> {
  for (;;) {
    const message = await nextMessage(receiver, FOREVER_MS);
    alert.note(message);
    const { text, sender } = messageFacts(message);
    say(
      `${message.getChild("replace", NS.correct) === undefined ? "received from" : "corrected by"} ${sender}: ${text}`,
    );
  }
}

function nextMessage(receiver: Client, ms: number): Promise<Element> {
  return receiver.next((stanza) => stanza.is("message") && stanza.getChild("body") !== undefined, ms);
}

function curlFor({ from, to }: ExampleCall, url: string): string {
  const message = '<message type="chat"><body msgType="1" maType="20">你好</body></message>';
  return `curl ${url} -d '${JSON.stringify({ from, to, message })}'`;
}
