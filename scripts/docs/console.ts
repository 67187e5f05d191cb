/**
 * Takes the pictures of the guide's page on the console, after some minutes of calls on a private Prosody:
 * `node dist/scripts/docs/console.js [MINUTES]`; the default is 5.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import { launchBrowser } from "../lab/browser.js";
import { ComponentProcess } from "../lab/component-process.js";
import { Client, xml } from "../lab/client.js";
import { createServer } from "../lab/create.js";
import { LOOPBACK } from "../lab/ports.js";
import { GUIDE } from "./parts.js";

const HOST = "qtalk.test.org";
const PEOPLE = ["zhangsan", "lisi", "wangwu"];
const DESK = { viewport: { width: 1060, height: 900 }, locale: "en-GB" };
const PHONE = { viewport: { width: 390, height: 780 }, locale: "zh-CN", colorScheme: "dark" } as const;

const minutes = Number(process.argv[2] ?? 5);
const server = createServer("prosody", { hosts: [HOST] });
await server.start();
const access = server.component();
const component = await ComponentProcess.start({ access, hosts: [HOST] });
const browser = await launchBrowser();
const guests: Client[] = [];
let isDone = false;
try {
  await component.ready();
  for (const username of PEOPLE) {
    await server.addAccounts({ username, host: HOST, password: "secret" });
    guests.push(await Client.login({ username, host: HOST, password: "secret", port: server.clientPort }));
  }
  await makeRoom();
  const calls = callAllTheTime();
  await sleep(minutes * 60_000);
  await take(await browser.newPage(DESK), "", "console.png");
  await take(await browser.newPage(PHONE), `rooms/duty%40${access.domain}`, "console-room.png");
  isDone = true;
  await calls;
} finally {
  await browser.close();
  await Promise.all(guests.map((guest) => guest.close()));
  await component.stop();
  await server.stop();
}

async function makeRoom(): Promise<void> {
  const room = { muc_id: "duty", muc_domain: access.domain, muc_owner: "zhangsan", system: "example" };
  await component.post("create_muc", { ...room, muc_name: "值班室", muc_desc: "" });
  await component.post("add_muc_user", { ...room, muc_member: PEOPLE });
  for (const [place, guest] of guests.entries()) {
    const to = `duty@${access.domain}/${["张三", "李四", "王五"][place] ?? ""}`;
    await guest.send(xml("presence", { to }, xml("x", { xmlns: "http://jabber.org/protocol/muc" })));
  }
}

async function callAllTheTime(): Promise<void> {
  while (!isDone) await Promise.all([callSome(), sleep(250)]);
}

/** Sends some calls, a few of them invalid. Their number rises and falls, so that the plots have a shape. */
async function callSome(): Promise<void> {
  const swell = 1 + Math.sin(performance.now() / 20_000);
  const message = { From: "zhangsan", Host: HOST, Domain: HOST, Body: "…", Type: "chat", Msg_Type: "1" };
  const calls = Array.from({ length: Math.round(6 * swell) }, () =>
    component.post("send_message", { ...message, To: [{ User: "lisi" }], Extend_Info: "" }),
  );
  if (Math.random() < 0.4) calls.push(component.post("get_user_nick", { ID: "lisi", Domain: HOST }));
  if (Math.random() < 0.1) calls.push(component.post("muc_users", { muc: "nowhere", domain: access.domain }));
  if (Math.random() < 0.05) calls.push(component.post("send_message", { ...message, To: [] }));
  await Promise.all(calls);
}

async function take(page: Page, screen: string, file: string): Promise<void> {
  await page.goto(`http://${LOOPBACK}:${component.httpPort}/console#/${screen}`);
  await page.locator("#connection.up").waitFor();
  await page.locator("main:not([aria-busy]) h2").first().waitFor();
  // Waits for the next point of the plots, and for the facts about the server.
  await sleep(6_000);
  await page.screenshot({ path: join(GUIDE, "pictures", file) });
  await page.close();
}
