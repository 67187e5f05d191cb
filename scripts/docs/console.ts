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
import { askComponent } from "../operator-socket.js";
import { GUIDE } from "./parts.js";

const ROOM = { muc_id: "oncall", muc_owner: "juliet", system: "example" };
const PEOPLE = { juliet: "Juliet", romeo: "Romeo", benvolio: "Benvolio" };
const DESK = { viewport: { width: 1060, height: 900 }, locale: "en-GB" };
const PHONE = { viewport: { width: 390, height: 780 }, locale: "en-GB", colorScheme: "dark" } as const;

const minutes = Number(process.argv[2] ?? 5);
const server = createServer("prosody", {
  hosts: ["example.org"],
  components: [{ domain: "groups.example.org" }],
});
await server.start();
const { host, clientPort: port } = server;
const access = server.component();
const { domain: muc_domain } = access;
const component = await ComponentProcess.start({ access, hosts: [host] });
const browser = await launchBrowser();
try {
  await component.ready();
  await component.post("create_muc", { ...ROOM, muc_domain, muc_name: "On call", muc_desc: "" });
  await component.post("add_muc_user", { ...ROOM, muc_domain, muc_member: Object.keys(PEOPLE) });
  for (const [username, nick] of Object.entries(PEOPLE)) {
    await server.addAccounts({ username, password: "secret" });
    const guest = await Client.login({ username, host, password: "secret", port });
    const to = `oncall@${muc_domain}/${nick}`;
    await guest.send(xml("presence", { to }, xml("x", { xmlns: "http://jabber.org/protocol/muc" })));
  }
  await callFor(minutes * 60_000);
  await take(await browser.newPage(DESK), "", "console.png");
  await take(await browser.newPage(PHONE), `rooms/oncall%40${muc_domain}`, "console-room.png");
} finally {
  await browser.close();
  await component.stop();
  await server.stop();
}

async function callFor(ms: number): Promise<void> {
  for (const end = Date.now() + ms; Date.now() < end;) await Promise.all([callSome(), sleep(250)]);
}

/** Sends some calls, a few of them invalid. Their number rises and falls, so that the plots have a shape. */
async function callSome(): Promise<void> {
  const swell = 1 + Math.sin(performance.now() / 20_000);
  const message = { From: "juliet", Host: host, Domain: host, Body: "…", Type: "chat", Msg_Type: "1" };
  const calls = Array.from({ length: Math.round(3 * swell) }, () =>
    component.post("send_message", { ...message, To: [{ User: "romeo" }], Extend_Info: "" }),
  );
  if (Math.random() < 0.4) calls.push(component.post("get_user_nick", { ID: "romeo", Domain: host }));
  if (Math.random() < 0.1) calls.push(component.post("muc_users", { muc: "nowhere", domain: muc_domain }));
  await Promise.all(calls);
}

async function take(page: Page, screen: string, file: string): Promise<void> {
  const { url = "" } = JSON.parse((await askComponent(component.database, "/console/link", {})) ?? "{}") as {
    url?: string;
  };
  await page.goto(url);
  await page.locator("#connection.up").waitFor();
  await page.goto(`http://${LOOPBACK}:${component.httpPort}/console#/${screen}`);
  await page.locator("#connection.up").waitFor();
  await page.locator("main:not([aria-busy]) h2:visible").first().waitFor();
  // Waits for the next point of the plots, and for the facts about the server.
  await callFor(6_000);
  await page.screenshot({ path: join(GUIDE, "pictures", file) });
}
