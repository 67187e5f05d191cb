/**
 * Takes README's picture: what programs post, on a private Prosody, in Dino and in Converse.js on a phone. As root:
 * `node dist/spec/clients/desktop/hero.js [FILE [SERVER]]`.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { drawGraph } from "../graph.js";
import { withoutFrame } from "./dino.js";
import { Rig, serverFrom, SERVICE } from "./rig.js";

const PAGE = fileURLToPath(new URL("../../../../spec/clients/desktop/hero.html", import.meta.url));
const FILE = fileURLToPath(new URL("../../../../http/docs/guide/pictures/hero.png", import.meta.url));
const SIZE = { width: 1280, height: 640 };
const SCALE = 2;
const DESKTOP = { width: 510, height: 594 };
const PHONE = { width: 390, height: 872 };
const LASTED_MS = 12 * 60_000;
const GRAPH_MS = 30 * 60_000;

const run = {
  repository: { full_name: "acme/shop", html_url: "https://github.com/acme/shop" },
  sender: { login: "romeo" },
  action: "completed",
  workflow_run: {
    ...{ id: 98765, workflow_id: 161335, name: "CI", head_branch: "main", conclusion: "failure" },
    ...{ display_title: "Checkout: retry payment once", actor: { login: "romeo" } },
    html_url: "https://github.com/acme/shop/actions/runs/98765",
  },
};

/** Grafana's post about an alert. @param ended whether it is resolved */
function memory(image: string, start: number, ended: boolean): object {
  const status = ended ? "resolved" : "firing";
  const labels = { alertname: "High memory usage", severity: "critical", host: "db1" };
  return {
    ...{ status, orgId: 1, version: "1", groupKey: "{}:{memory}", truncatedAlerts: 0, commonLabels: labels },
    alerts: [
      {
        ...{ status, labels },
        annotations: { summary: "Memory has been above 90 % for 10 minutes" },
        ...{ startsAt: new Date(start).toISOString(), values: { B: 93.2 } },
        endsAt: ended ? new Date(start + LASTED_MS).toISOString() : "0001-01-01T00:00:00Z",
        panelURL: "https://grafana.acme.test/d/mem?viewPanel=2",
        ...(ended ? {} : { imageURL: image }),
      },
    ],
  };
}

const file = process.argv[2] ?? FILE;
const rig = await Rig.start(serverFrom(process.argv[3]));
try {
  const { phone, room, browser } = rig;
  const dino = await rig.dino("benvolio", `${DESKTOP.width * SCALE}x${DESKTOP.height * SCALE}`, SCALE);
  await rig.showRoomInDino(dino);
  const juliet = await rig.enters("juliet");
  const backup = await rig.hook("backup", "Backup");
  const github = await rig.hook("github", "GitHub", "--format", "github");
  const grafana = await rig.hook("grafana", "Grafana", "--format", "grafana");
  await rig.addContact("benvolio", `grafana@${SERVICE}`);
  await phone.logIn(rig.account("romeo"), PHONE, SCALE);
  await phone.accept(room);

  await rig.post(backup, "the backup of db1 is done: 42 GB in 17 min");
  await rig.post(github, run, { "x-github-event": "workflow_run" });
  const start = Date.now() - LASTED_MS;
  const image = rig.web.show(
    "memory.png",
    await drawGraph(browser, "Memory usage of db1 (%)", Date.now() - GRAPH_MS),
  );
  await rig.post(grafana, memory(image, start, false));
  await phone.seesPicture(image);
  await juliet.reacts("👀", /^🔴/u);
  await phone.sees({ text: "👀 Juliet" });
  await juliet.says("On it. Restarting the replica.");
  await rig.post(grafana, memory(image, start, true));
  await phone.sees({ text: "resolved after 12 min" });

  await rig.shot(dino, join(rig.folder, "dino.png"));
  await phone.screenshot(join(rig.folder, "phone.png"));
  const page = await browser.newPage({ viewport: SIZE, deviceScaleFactor: SCALE });
  withoutFrame(join(rig.folder, "dino.png"), SCALE);
  const dataOf = (name: string): string =>
    `data:image/png;base64,${readFileSync(join(rig.folder, name)).toString("base64")}`;
  const html = readFileSync(PAGE, "utf8");
  await page.setContent(html.replace("DESKTOP", dataOf("dino.png")).replace("PHONE", dataOf("phone.png")));
  await page.screenshot({ path: join(rig.folder, "hero.png") });
  const reduced = ["-dither", "None", "-colors", "255", "-strip", "-define", "png:compression-level=9"];
  execFileSync("convert", [join(rig.folder, "hero.png"), ...reduced, `PNG8:${file}`]);
} finally {
  await rig.stop();
}
process.exit(0);
