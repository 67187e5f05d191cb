/**
 * The guide's pictures of an invitation and of alerts on a phone: Converse.js on a private ejabberd.
 * `node dist/scripts/docs/alerts.js`
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FORMATS } from "../../component/hooks/formats/formats.js";
import { Converse } from "../clients/converse.js";
import { Stage } from "../clients/stage.js";
import { Web } from "../clients/web.js";
import { launchBrowser } from "../lab/browser.js";
import { startServer } from "../lab/create.js";
import { GUIDE } from "./parts.js";
import { forges, line, pods, type Post } from "./posts.js";

const PHONE = { width: 390, height: 620 };

const web = await Web.open();
const browser = await launchBrowser();
const server = await startServer("ejabberd", { modules: { webSocket: true } });
const stage = await Stage.open(server, web);
const client = new Converse(browser, web, server.webSocket);
try {
  const [lisi, zhangsan] = [await stage.employee("lisi", "李四"), await stage.person("zhangsan", "张三")];
  await stage.acquaint(lisi, zhangsan);
  await client.logIn(lisi.account, PHONE);
  const room = await stage.room("ops", "值班 On duty", zhangsan);
  await stage.addMember(room, lisi);
  await client.isInvited(room, zhangsan);
  await shoot("invitation.png");
  await client.accept(room);

  const alerts = await hook("alerts", "Alerts", "--update");
  await post(alerts, pods([1, 2, 3]), "firing: 3");
  await shoot("alert-firing.png");
  await post(alerts, pods([2]), "resolved: 2");
  await shoot("alert-update.png");
  await post(alerts, pods([]), "resolved: 3");
  const grafana = await hook("grafana", "Grafana");
  await post(grafana, FORMATS.grafana.sample, "Memory is short");
  await stage.component.command("hook", "test", "grafana");
  await client.sees({ text: "Test of the hook" });
  await post(await hook("backup", "Backup"), line, "finished in 42 s");
  await shoot("alert-resolved.png");
  const forge = await hook("forge", "Git");
  for (const event of forges) await post(forge, event);
  await client.sees({ text: "pipeline 31" });
  await shoot("forge.png");

  async function hook(name: string, title: string, ...options: readonly string[]): Promise<string> {
    const args = ["hook", "add", name, "--to", room.address, "--title", title, ...options];
    return await stage.component.command(...args);
  }
} finally {
  await client.logOut();
  await stage.close();
  await server.stop();
  await browser.close();
  await web.close();
}

/** @param text what is seen then */
async function post(address: string, { headers, body }: Post, text?: string): Promise<void> {
  const content = typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(address.trim(), { method: "POST", headers, body: content });
  if (!response.ok) throw new Error(`the hook answered ${await response.text()}`);
  if (text !== undefined) await client.sees({ text });
}

async function shoot(file: string): Promise<void> {
  // The page scrolls to its end, and links find their names.
  await sleep(1_500);
  await client.screenshot(join(GUIDE, "pictures", file));
}
