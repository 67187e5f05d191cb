/**
 * Shows what hooks send in Dino, Gajim and Converse.js on a phone, for somebody to look at:
 * `node dist/spec/clients/desktop/look.js FOLDER`, as root. Writes a picture of each scene and client into the folder.
 */
import { writeFileSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { documentationOf } from "../../../http/docs/formats.js";
import { grafana } from "../../../component/hooks/formats/grafana.js";
import { github } from "../../../component/hooks/formats/github.js";
import { gitlab } from "../../../component/hooks/formats/gitlab.js";
import { uptimeKuma } from "../../../component/hooks/formats/uptime-kuma.js";
import * as oncall from "../on-call.js";
import { folderFor, PHONE, Rig } from "./rig.js";

const out = folderFor(process.argv[2] ?? "screens");
const rig = await Rig.start({ hooks: { url: "https://hooks.example.org" } });
const dino = await rig.dino("juliet", "940x700");
const gajim = await rig.gajim("benvolio", "1000x700");
await rig.phone.logIn(rig.account("romeo"), PHONE);
await rig.phone.accept(rig.room);
writeFileSync(
  join(out, "rig.json"),
  JSON.stringify({
    pid: process.pid,
    config: rig.component.configFile,
    http: rig.component.httpPort,
    dino: dino.name,
    gajim: gajim.name,
  }),
);
let scene = 0;
async function look(name: string): Promise<void> {
  const file = (client: string) => join(out, `${String(scene).padStart(2, "0")}-${name}-${client}.png`);
  scene++;
  await rig.shot(dino, file("dino"));
  await rig.shot(gajim, file("gajim"));
  await rig.phone.screenshot(file("phone"));
}
await look("start");
await dino.click(150, 80);
await gajim.click(200, 160);
const kube = await rig.hook(
  "kube",
  "Alertmanager",
  "--format",
  "alertmanager",
  "--update",
  "--announce-resolved",
);
await rig.post(kube, oncall.different);
await rig.phone.sees({ text: "of the kubelet/kubelet targets" });
await look("different");
await rig.post(kube, oncall.disks);
await rig.phone.sees({ text: "1.15" });
await look("disks");
await rig.post(kube, oncall.resolved);
await rig.phone.sees({ text: "resolved after 1 h 10 min" });
await look("resolved");
const graph = rig.web.url("/files/graph.png");
await rig.post(await rig.hook("grafana", "Grafana"), oncall.graph(graph));
await rig.phone.seesPicture(graph);
await look("graph");
for (const format of [uptimeKuma, github, gitlab, grafana]) {
  const { body, headers } = documentationOf(format).sample;
  await rig.post(await rig.hook(`x-${format.name}`, format.name), body, {
    "content-type": "application/json",
    ...headers,
  });
}
await rig.phone.sees({ text: "Memory is short" });
await look("others");
console.log("ready");
await once(process, "SIGTERM");
