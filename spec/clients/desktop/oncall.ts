/**
 * Shows the life of alerts of Debian's Prometheus and Alertmanager in Converse.js on Juliet's phone, in Romeo's Dino and in
 * Benvolio's Gajim, for somebody to look at: `node dist/spec/clients/desktop/oncall.js FOLDER`, as root. Writes a picture of
 * each scene and client into the folder, and prints what Alertmanager lists. Fails if an alert isn't said, taken or silenced.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Alertmanager } from "../../support/alertmanager.js";
import { operate } from "../../support/command-line.js";
import { Prometheus, type Rule } from "../../support/prometheus.js";
import type { Display } from "./display.js";
import { folderFor, PHONE, Rig, SERVICE } from "./rig.js";

const WAIT_MS = 200;
const rule = (alert: string, instance: string, isFiring = true): Rule => ({
  ...{ alert, isFiring },
  labels: { instance, severity: "critical" },
});
const DISK = rule("DiskFull", "db1");
const HOST = rule("HostDown", "web2");
const LINK = rule("LinkFlapping", "core1");

const out = folderFor(process.argv[2] ?? "screens");
const rig = await Rig.start();
const stops: (() => Promise<void>)[] = [() => rig.stop()];
try {
  const { phone, room, component } = rig;
  const bot = `prom@${SERVICE}`;
  const romeo = "romeo@example.org";
  await rig.addContact("romeo", bot);
  const dino = await rig.dino("romeo", "940x700");
  const gajim = await rig.gajim("benvolio", "1000x700");
  await phone.logIn(rig.account("juliet"), PHONE);
  await phone.show(room);
  let scene = 0;
  const look = async (name: string): Promise<void> => {
    const file = `${String(++scene).padStart(2, "0")}-${name}`;
    await rig.shot(dino, join(out, `${file}-dino.png`));
    await rig.shot(gajim, join(out, `${file}-gajim.png`));
    await phone.screenshot(join(out, `${file}-phone.png`));
  };
  await rig.showRoom(dino);
  await gajim.click(200, 160);

  await operate(component, "duty", "set", "prom", "--people", romeo, "--every", "week");
  const url = await rig.hook("prom", "Prometheus", "--update", "--step", "30s duty", "--mention", "duty");
  const alertmanager = await Alertmanager.start({ webhook_configs: [{ url, send_resolved: true }] });
  stops.unshift(() => alertmanager.stop());
  await operate(
    component,
    ...["hook", "set", "prom", "--silence-at", alertmanager.url, "--allow-inner", "127.0.0.1"],
  );
  const amtool = (): string =>
    execFileSync("amtool", ["silence", "query", `--alertmanager.url=${alertmanager.url}`], {
      encoding: "utf8",
    });
  const prometheus = await Prometheus.start(alertmanager.url, [DISK]);
  stops.unshift(() => prometheus.stop());

  await phone.sees({ text: "DiskFull: db1" });
  await look("fires");
  await phone.reacts("DiskFull: db1", "👀");
  await phone.sees({ text: "👀 Juliet" });
  await look("juliet-has-taken-it");

  await phone.reacts("DiskFull: db1", "🔕");
  await phone.sees({ text: "Silenced until" });
  console.log(amtool());
  await look("silenced-at-alertmanager");
  await phone.reacts("DiskFull: db1", "🔕");
  await phone.sees({ text: "ended the silence" });
  while (amtool().includes("DiskFull")) await sleep(WAIT_MS);
  console.log(`after 🔕 was taken back:\n${amtool()}`);
  await look("silence-ended");

  await prometheus.set([DISK, HOST]);
  await phone.sees({ text: "HostDown: web2" });
  await look("a-second-one");
  await react(dino, "eyes");
  await phone.sees({ text: "👀 Romeo" });
  await look("romeo-has-taken-it");

  await prometheus.set([DISK, HOST, LINK]);
  await phone.sees({ text: "LinkFlapping: core1" });
  await component.end("SIGKILL");
  component.launch();
  await component.ready();
  const isCalled = async (): Promise<boolean> =>
    (await operate(component, "alert", "show", "3")).includes(`step 1: called ${romeo}`);
  while (!(await isCalled())) await sleep(WAIT_MS);
  await look("nobody-takes-it");
  console.log(await operate(component, "alert", "show", "3"));

  await prometheus.set([{ ...DISK, isFiring: false }, { ...HOST, isFiring: false }, LINK]);
  await phone.sees({ text: "✅" });
  await look("resolved");

  const backup = await rig.hook("backup", "Backup", "--expect-every", "1m", "--grace", "5s");
  await rig.post(backup, "the backup is done");
  await phone.sees({ text: "no post for" });
  await look("a-backup-that-stopped");
} finally {
  for (const stop of stops) await stop();
}
process.exit(0);

/** Reacts in Dino to the message at the bottom of the conversation. @param name what its list of emoji finds */
async function react(dino: Display, name: string): Promise<void> {
  await dino.move(600, 560);
  await sleep(WAIT_MS);
  await dino.click(885, 545);
  await dino.type(name);
  await sleep(WAIT_MS);
  await dino.keys("Return");
}
