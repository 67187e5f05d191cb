/**
 * Shows the life of alerts of Debian's Prometheus and Alertmanager in Converse.js on Juliet's phone, in Romeo's Gajim and in
 * Benvolio's Dino, to be looked at: `node dist/spec/clients/desktop/oncall.js FOLDER [SERVER]`, as root. Writes a picture of
 * each scene and client into the folder, and prints what amtool lists. Fails if an alert isn't said, taken or silenced, or if
 * the person on duty is called twice.
 */
import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { Alertmanager } from "../../support/alertmanager.js";
import type { Element } from "../../../scripts/lab/client.js";
import { operate } from "../../support/command-line.js";
import { Prometheus, type Rule } from "../../support/prometheus.js";
import { takeInGajim } from "./gajim.js";
import { folderFor, PHONE, Rig, serverFrom, SERVICE } from "./rig.js";

const WAIT_MS = 200;
const rule = (alert: string, instance: string, isFiring = true): Rule => ({
  ...{ alert, isFiring },
  labels: { instance, severity: "critical" },
});
const DISK = rule("DiskFull", "db1");
const HOST = rule("HostDown", "web2");
const LINK = rule("LinkFlapping", "core1");

const out = folderFor(process.argv[2] ?? "screens");
const rig = await Rig.start(serverFrom(process.argv[3]));
const stops: (() => Promise<void>)[] = [() => rig.stop()];
try {
  const { phone, room, component } = rig;
  const romeo = "romeo@example.org";
  await rig.addContact("romeo", `prom@${SERVICE}`);
  const dino = await rig.dino("benvolio", "940x700");
  const gajim = await rig.gajim("romeo", "1000x700");
  await phone.logIn(rig.account("juliet"), PHONE);
  await phone.accept(room);
  const look = rig.scenes(out, dino, gajim);
  await rig.showRoomInDino(dino);
  await rig.showRoomInGajim(gajim);

  await operate(component, "duty", "set", "prom", "--people", romeo, "--every", "week");
  const url = await rig.hook("prom", "Prometheus", "--update", "--step", "30s duty", "--mention", "duty");
  const alertmanager = await Alertmanager.start(
    { webhook_configs: [{ url, send_resolved: true }] },
    { group_by: ["alertname"] },
  );
  stops.unshift(() => alertmanager.stop());
  const source = ["--silence-at", alertmanager.url, "--allow-inner", "127.0.0.1"];
  await operate(component, "hook", "set", "prom", ...source);
  const amtool = (): string => {
    const args = ["silence", "query", `--alertmanager.url=${alertmanager.url}`];
    return execFileSync("amtool", args, { encoding: "utf8" });
  };
  const prometheus = await Prometheus.start(alertmanager.url, [DISK]);
  stops.unshift(() => prometheus.stop());

  await phone.sees({ text: "DiskFull: db1" });
  await look("fires");
  await phone.reacts("DiskFull: db1", "👀");
  await phone.sees({ text: "👀 Juliet" });
  await look("juliet-has-taken-it");

  await phone.reacts("DiskFull: db1", "🔕");
  await phone.sees({ text: "Silenced until" });
  console.log(`🔕, and amtool silence query lists:\n${amtool()}`);
  await look("silenced-at-alertmanager");
  await phone.takesBack("DiskFull: db1", "🔕");
  await phone.sees({ text: "ended the silence" });
  while (amtool().includes("DiskFull")) await sleep(WAIT_MS);
  console.log(`🔕 was taken back, and amtool lists:\n${amtool()}`);
  await look("silence-ended");

  await prometheus.set([DISK, HOST]);
  await phone.sees({ text: "🔴 HostDown: web2" });
  await look("a-second-one");
  await takeInGajim(gajim);
  await phone.sees({ text: "👀 Romeo" });
  await look("romeo-has-taken-it");

  const chats = await rig.listens("romeo");
  const isCall = (stanza: Element): boolean =>
    stanza.attrs.type === "chat" && (stanza.getChildText("body") ?? "").includes("LinkFlapping");
  await prometheus.set([DISK, HOST, LINK]);
  await phone.sees({ text: "🔴 LinkFlapping: core1" });
  await component.end("SIGKILL");
  component.launch();
  await component.ready();
  const shown = (): Promise<string> => operate(component, "alert", "show", "3");
  while (!(await shown()).includes(`step 1: called ${romeo}`)) await sleep(WAIT_MS);
  await look("nobody-takes-it");
  console.log(await shown());

  await chats.next(isCall);

  await prometheus.set([DISK, HOST].map((one) => ({ ...one, isFiring: false })).concat(LINK));
  await phone.sees({ text: "✅" });
  await look("resolved");

  const backup = await rig.hook("backup", "Backup", "--expect-every", "1m", "--grace", "5s");
  await rig.post(backup, "the backup is done");
  await phone.sees({ text: "no post for" });
  await look("a-backup-that-stopped");
  const calls = chats.received.filter(isCall).length;
  if (calls !== 1) throw new Error(`${romeo} was called ${calls} times`);
} finally {
  for (const stop of stops) await stop();
}
process.exit(0);
