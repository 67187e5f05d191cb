/**
 * Takes the guide's pictures of Dino and Gajim: `node dist/spec/clients/desktop/guide.js FOLDER [SERVER]`, as root.
 */
import { join } from "node:path";
import { sentry } from "../../../component/hooks/formats/sentry.js";
import { uptimeKuma } from "../../../component/hooks/formats/uptime-kuma.js";
import { zabbix } from "../../../component/hooks/formats/zabbix.js";
import { documentationOf } from "../../../http/docs/formats.js";
import * as oncall from "../on-call.js";
import { withoutFrame } from "./dino.js";
import { folderFor, PHONE, Rig, serverFrom } from "./rig.js";

const folder = folderFor(process.argv[2] ?? "pictures");
const rig = await Rig.start(serverFrom(process.argv[3]));
try {
  const { phone, room } = rig;
  const options = ["--format", "alertmanager", "--update", "--announce-resolved"];
  const kube = await rig.hook("kube", "Alertmanager", ...options);
  const others = [];
  for (const format of [uptimeKuma, zabbix, sentry]) {
    const { sample, en } = documentationOf(format);
    others.push({ sample, url: await rig.hook(format.name, en.title, "--format", format.name) });
  }
  const dino = await rig.dino("juliet", "530x650");
  await rig.showRoomInDino(dino);
  await phone.logIn(rig.account("romeo"), PHONE);
  await phone.accept(room);
  await rig.post(kube, oncall.disks);
  await rig.post(kube, oncall.resolved);
  await phone.sees({ text: "resolved after 1 h 10 min" });
  await rig.shot(dino, join(folder, "alert-resolved.png"));
  withoutFrame(join(folder, "alert-resolved.png"));

  const gajim = await rig.gajim("benvolio", "860x600");
  await rig.showRoomInGajim(gajim);
  for (const { url, sample } of others) {
    await rig.post(url, sample.body, { "content-type": "application/json", ...sample.headers });
  }
  await phone.sees({ text: "price is not defined" });
  await gajim.hideNotifications();
  await rig.shot(gajim, join(folder, "alert-others.png"));
} finally {
  await rig.stop();
}
process.exit(0);
