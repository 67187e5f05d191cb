/** Runs the demonstration: sends the interface document's example, and shows what a client receives. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parseConfig } from "../config/config.js";
import { startDaemon, type RunningDaemon } from "../daemon.js";
import { Client, type Element } from "../lab/client.js";
import { freePort, isFree, LOOPBACK } from "../lab/ports.js";
import { exampleCall, type ExampleCall } from "./example.js";
import { factsOf, factsSent, sideBySide } from "./facts.js";
import type { Place } from "./place.js";

type Say = (line: string) => void;

export interface Demonstration {
  /** Whether the received message equals the sent one, attributes included. */
  readonly received: boolean;
  /** A shell command that sends another message. */
  readonly curl: string;
  /** Calls `onMessage` for each further message. Rejects when the client's connection closes. */
  watch(onMessage: (text: string, sender: string) => void): Promise<void>;
  stop(): Promise<void>;
}

const HTTP_PORT = 10050;
const PATH = "/qtalk/send_thirdmessage";
/** How long to wait for the message, in milliseconds. */
const RECEIVED_MS = 5_000;
/** The longest delay that timers support, in milliseconds: 24 days. */
const FOREVER_MS = 2 ** 31 - 1;

export async function quickstart(place: Place, say: Say): Promise<Demonstration> {
  const folder = mkdtempSync(join(tmpdir(), "qtalk-quickstart-"));
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", removeFolder);
  let daemon: RunningDaemon | undefined;
  let receiver: Client | undefined;
  const stop = async (): Promise<void> => {
    await receiver?.close();
    await daemon?.stop();
    await place.leave();
    process.off("exit", removeFolder);
    removeFolder();
  };
  try {
    say(place.description);
    daemon = await startComponent(place, folder);
    say(`qtalk-component is connected as ${place.access.domain}; programs call port ${daemon.httpPort}`);
    receiver = await Client.login(place.receiver);
    await receiver.appear();
    say(`${receiver.bareJid} is logged in as an XMPP client`);
    const call = exampleCall(place.sender, receiver.bareJid);
    const url = `http://${LOOPBACK}:${daemon.httpPort}${PATH}`;
    const received = await demonstrate(call, url, receiver, say);
    const client = receiver;
    return { received, curl: curlFor(call, url), watch: (onMessage) => watch(client, onMessage), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startComponent({ access, host }: Place, folder: string): Promise<RunningDaemon> {
  const { service, domain, password } = access;
  const port = (await isFree(HTTP_PORT)) ? HTTP_PORT : await freePort();
  const config = parseConfig({
    xmpp: { service, domain, password, hosts: [host] },
    http: { listen: `${LOOPBACK}:${port}` },
    storage: { path: join(folder, "qtalk.db") },
    log: { level: "error" },
  });
  const daemon = await startDaemon(config);
  try {
    await daemon.ready();
  } catch (error) {
    await daemon.stop();
    throw error;
  }
  return daemon;
}

/** Sends the example and shows the result. @returns whether the message arrived unchanged */
async function demonstrate(call: ExampleCall, url: string, receiver: Client, say: Say): Promise<boolean> {
  say(`\nThe call, as section 1 of the interface document describes it:\n\n  POST ${url}`);
  say(JSON.stringify(call, undefined, 2).replace(/^/gm, "  "));
  const answer = await fetch(url, { method: "POST", body: JSON.stringify(call) });
  const delivery = answer.headers.get("x-qtalk-delivery") ?? "none";
  say(`\nThe answer:\n\n  HTTP ${answer.status}, X-QTalk-Delivery: ${delivery}\n  ${await answer.text()}`);
  const message = await nextMessage(receiver, RECEIVED_MS).catch(() => undefined);
  if (message === undefined) {
    say(`\n${receiver.bareJid} received nothing within ${RECEIVED_MS / 1000} s.`);
    return false;
  }
  const [sent, received] = [factsSent(call), factsOf(message)];
  say(`\nWhat the program sent, and what the client received:\n\n${sideBySide(sent, received)}`);
  return isDeepStrictEqual(sent, received);
}

async function watch(receiver: Client, onMessage: (text: string, sender: string) => void): Promise<void> {
  for (;;) {
    const { text, sender } = factsOf(await nextMessage(receiver, FOREVER_MS));
    onMessage(text, sender);
  }
}

function nextMessage(receiver: Client, ms: number): Promise<Element> {
  return receiver.next((stanza) => stanza.is("message") && stanza.getChild("body") !== undefined, ms);
}

function curlFor({ from, to }: ExampleCall, url: string): string {
  const message = '<message type="chat"><body msgType="1" maType="20">你好</body></message>';
  return `curl ${url} -d '${JSON.stringify({ from, to, message })}'`;
}
