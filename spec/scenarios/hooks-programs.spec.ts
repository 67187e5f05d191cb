/** Programs of Debian post to hooks, with the settings that they have for other servers: what people read. */
import { spawn } from "node:child_process";
import { expect } from "chai";
import type { Element } from "../../scripts/lab/client.js";
import { freePort } from "../../scripts/lab/ports.js";
import { Alertmanager } from "../support/alertmanager.js";
import { Folder } from "../support/folder.js";
import { LocalMail } from "../support/local-mail.js";
import { onEachServer, ownComponentOn } from "../support/servers.js";
import { addHook, inRoom } from "./hooks-world.js";
import type { Person } from "./rooms-people.js";

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const OOB = "jabber:x:oob";
const DEVICE = { SMARTD_DEVICEINFO: "VB0250EAVER, S/N:Z3TVX1, 250 GB", SMARTD_PREVCNT: "0" };

/** Apprise's plugins that know only their own servers' hosts: the same plugins, with another host. */
const APPRISE = `
import sys, apprise
from apprise.plugins.discord import NotifyDiscord
from apprise.plugins.slack import NotifySlack
plugin, base, url = sys.argv[1:4]
if plugin == "discord": NotifyDiscord.notify_url = base
else: NotifySlack.webhook_url = base
sys.exit(0 if apprise.Apprise(url).notify(title="Backup of db1", body="**full** disk", notify_type="failure") else 1)
`;

/** mdadm 4.4's mail (Monitor.c, send_mail), which it sends only of arrays that the kernel has. */
const MDADM = `From: mdadm monitoring <root>
To: root
Subject: DegradedArray event on /dev/md0:nas

This is an automatically generated mail message.
A DegradedArray event had been detected on md device /dev/md0.

Faithfully yours, etc.
P.S. The /proc/mdstat file currently contains the following:

Personalities : [raid1]
md0 : active raid1 sdb1[1] sda1[0](F)
      1046528 blocks super 1.2 [2/1] [_U]
`;

/** Runs a program. @returns its exit code and what it said */
async function run(
  command: string,
  args: readonly string[],
  { input = "", env = process.env }: { readonly input?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(command, args, { env, stdio: ["pipe", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stdin.on("error", () => undefined).end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  return { code, output };
}

const smtpPorts = { ejabberd: await freePort(), prosody: await freePort() };

describe("Debian's programs", () => {
  onEachServer(
    (stage) => {
      const smtpPort = stage.server.kind === "prosody" ? smtpPorts.prosody : smtpPorts.ejabberd;
      const running = ownComponentOn(stage, { smtp: { listen: `127.0.0.1:${smtpPort}` } });
      let juliet: Person;
      let count = 0;

      beforeEach(async () => (juliet = await inRoom(stage, running(), `programs-${(count += 1)}`)));

      /** Adds a hook to the room. @returns its URL */
      const hook = async (name: string): Promise<string> =>
        await addHook(running(), `${name}-${count}`, "--to", juliet.room, "--title", name);
      /** Returns the next message of a hook's bot. */
      const next = async (name: string): Promise<Element> =>
        await juliet.client.next(
          (stanza) => stanza.is("message") && stanza.attrs.from === `${juliet.room}/${name}`,
        );
      const said = async (name: string): Promise<string> => (await next(name)).getChildText("body") ?? "";
      const succeeds = async (...args: Parameters<typeof run>): Promise<void> => {
        const { code, output } = await run(...args);
        expect(code, output).to.equal(0);
      };
      const idAndSecret = (url: string): readonly string[] => new URL(url).pathname.split("/").slice(-2);

      describe("apprise", () => {
        const notify = (url: string, ...more: readonly string[]): Promise<void> =>
          succeeds("apprise", ["-n", "failure", "-t", "Backup of db1", "-b", "full 磁盘", ...more, url]);

        for (const [name, addressOf] of [
          ["json", (url: string) => url.replace(/^http/, "json")],
          ["form", (url: string) => url.replace(/^http/, "form")],
          ["gotify", (url: string) => url.replace(/^http/, "gotify")],
          [
            "ntfy",
            (url: string) => {
              const [id = "", secret = ""] = idAndSecret(url);
              return `ntfy://any:${secret}@${new URL(url).host}/${id}?mode=private`;
            },
          ],
          ["mmost", (url: string) => `mmost://${new URL(url).host}/${idAndSecret(url).join(".")}`],
        ] as const)
          it(`${name}:// says title and text`, async () => {
            await notify(addressOf(await hook(name)));
            expect(await said(name)).to.match(/Backup of db1[^]*full 磁盘/);
          });

        it("json:// and form:// bring pictures, which the server stores", async () => {
          const folder = new Folder();
          const file = folder.file("door.png", PNG);
          for (const scheme of ["json", "form"]) {
            await notify((await hook(scheme)).replace(/^http/, scheme), "--attach", file);
            const picture = await next(scheme);
            const link = picture.getChild("x", OOB)?.getChildText("url") ?? "";
            expect(picture.getChildText("body")).to.equal(link);
            expect(link).to.match(/\/door\.png$/);
            const stored = Buffer.from(await (await fetch(link)).arrayBuffer());
            expect(stored.equals(PNG)).to.equal(true);
            expect(await said(scheme)).to.contain("🔴 Backup of db1");
          }
          folder.remove();
        });

        it("discord:// and slack:// say theirs, if their host is another", async () => {
          const discord = await hook("discord");
          const [id = "", secret = ""] = idAndSecret(discord);
          const base = discord.slice(0, -`/${id}/${secret}`.length);
          await succeeds("/usr/bin/python3", ["-c", APPRISE, "discord", base, `discord://${id}/${secret}`]);
          expect(await said("discord"))
            .to.contain("Backup of db1")
            .and.contain("*full* disk");
          const slack = `${await hook("slack")}/slack?for=`;
          const tokens = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7/#ops";
          await succeeds("/usr/bin/python3", ["-c", APPRISE, "slack", slack, tokens]);
          expect(await said("slack"))
            .to.contain("Backup of db1")
            .and.contain("full");
        });

        it("fails if the hook refuses, and says so", async () => {
          const url = (await hook("json")).replace(/.$/, (last) => (last === "x" ? "y" : "x"));
          const { code, output } = await run("apprise", ["-vv", "-b", "x", url.replace(/^http/, "json")]);
          expect(code).to.not.equal(0);
          expect(output).to.contain("404");
        });
      });

      it("prometheus-alertmanager says an alert by each of its receivers", async () => {
        const names = ["webhook", "slack", "discord", "teams", "workflows", "rocketchat"] as const;
        const urls = new Map<string, string>();
        for (const name of names) urls.set(name, await hook(name));
        const url = (name: (typeof names)[number]): string => urls.get(name) ?? "";
        const alertmanager = await Alertmanager.start({
          webhook_configs: [{ url: url("webhook") }],
          slack_configs: [{ api_url: url("slack"), channel: "#ops" }],
          discord_configs: [{ webhook_url: url("discord") }],
          msteams_configs: [{ webhook_url: url("teams") }],
          msteamsv2_configs: [{ webhook_url: url("workflows") }],
          rocketchat_configs: [{ api_url: url("rocketchat"), channel: "#ops", token: "t", token_id: "i" }],
        });
        try {
          const labels = { alertname: "DiskFull", instance: "db1", severity: "critical" };
          const annotations = { summary: "The disk is nearly full" };
          await alertmanager.alert({ labels, annotations, startsAt: new Date().toISOString() });
          for (const name of names)
            expect(await said(name), name)
              .to.contain("DiskFull")
              .and.contain("db1");
        } finally {
          await alertmanager.stop();
        }
      });

      describe("by mail", () => {
        it("swaks is heard by its recipient, and by its login", async () => {
          const [id = "", secret = ""] = idAndSecret(await hook("mail"));
          const args = ["--server", "127.0.0.1", "--port", String(smtpPort), "--from", "root@nas.test.org"];
          const mail = ["--header", "Subject: Backup failed", "--body", "disk full"];
          await succeeds("swaks", [...args, ...mail, "--to", `${id}+${secret}@any.test`]);
          expect(await said("mail")).to.equal("🔴 Backup failed\ndisk full\n");
          const login = ["--auth", "PLAIN", "--auth-user", id, "--auth-password", secret];
          await succeeds("swaks", [...args, ...mail, ...login, "--to", "root@localhost"]);
          expect(await said("mail")).to.equal("🔴 Backup failed\ndisk full\n");
          const { output } = await run("swaks", [...args, ...mail, "--to", `${id}+wrong@any.test`]);
          expect(output).to.contain("550 no hook has this address");
          expect(output).not.to.contain("354 ");
        });

        it("msmtp is heard by its login", async () => {
          const [id = "", secret = ""] = idAndSecret(await hook("mail"));
          const config = `account default\nhost 127.0.0.1\nport ${smtpPort}\nauth plain\nuser ${id}\npassword ${secret}\nfrom cron@nas.test.org\n`;
          const folder = new Folder();
          const file = folder.file("msmtprc", `${config}tls off\n`);
          await succeeds("msmtp", ["-C", file, "root@localhost"], { input: "Subject: 备份\n\n完成\n" });
          expect(await said("mail")).to.equal("备份\n完成\n");
          folder.remove();
        });

        it("mail, smartd and mdadm are heard by the machine's exim, as root's mail", async function () {
          // exim reads another configuration only as root.
          if (process.getuid?.() !== 0) this.skip();
          const local = new LocalMail(await hook("mail"), smtpPort);
          const { env, sendmail } = local;
          try {
            await succeeds("mail", ["-s", "cron: backup", "root"], { input: "3 errors\n", env });
            expect(await said("mail")).to.equal("cron: backup\n3 errors\n");
            const smartd = "/usr/share/smartmontools/smartd_warning.sh";
            const test = {
              SMARTD_ADDRESS: "root",
              SMARTD_MAILER: "mail",
              SMARTD_FAILTYPE: "EmailTest",
              SMARTD_MESSAGE: "TEST EMAIL from smartd for device: /dev/sda",
            };
            await succeeds("sh", [smartd], { env: { ...env, ...DEVICE, ...test } });
            expect(await said("mail"))
              .to.match(/^🔴 SMART error \(EmailTest\) detected on host: /)
              .and.contain("TEST EMAIL from smartd for device: /dev/sda")
              .and.contain("VB0250EAVER");
            await succeeds(sendmail, ["-t"], { input: MDADM });
            expect(await said("mail"))
              .to.match(/^🔴 DegradedArray event on \/dev\/md0:nas\n/)
              .and.contain("md0 : active raid1 sdb1[1] sda1[0](F)");
          } finally {
            local.remove();
          }
        });
      });
    },
    { modules: { upload: { domain: "upload.qtalk.test.org", isOpen: true } } },
  );
});
