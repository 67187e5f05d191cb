/** An operator opens the interface to other machines, for one program that may send as one user. */
import { writeFileSync } from "node:fs";
import { expect } from "chai";
import { parse, stringify } from "yaml";
import { freePort } from "../../scripts/lab/ports.js";
import { runCommand } from "../support/command-line.js";
import { Folder } from "../support/folder.js";
import { onServer } from "../support/servers.js";

describe("A guarded interface", () => {
  onServer("prosody", {}, (stage) => {
    it("listens beyond this machine once a caller is named, and lets that one do what it may", async () => {
      const { host } = stage.server;
      const { service, domain, password } = stage.server.component();
      const xmpp = { service, domain, password, hosts: [host] };
      const port = await freePort();
      const http = { listen: `0.0.0.0:${port}` };
      const folder = new Folder();
      const file = folder.at("qtalk-component.yml");
      writeFileSync(file, stringify({ xmpp, http }));

      const doctor = await runCommand(["doctor", "--config", file]);
      expect(doctor.code, "hooks alone may be reached").to.equal(0);
      expect(doctor.stdout).to.contain("QTalk's calls are closed: no callers").and.contain("caller add");

      const only = ["--senders", `alerts@${host}`, "--endpoints", "send_message"];
      const { stdout: added } = await runCommand(["caller", "add", "alerts", ...only]);
      const [token = ""] = added.split("\n");
      const lines = parse(added.slice(added.indexOf("http:"))) as { http: object };
      const config = { http: { ...http, ...lines.http } };
      writeFileSync(file, stringify({ xmpp, ...config }));
      const healthy = await runCommand(["doctor", "--config", file]);
      expect(healthy.code, healthy.stdout + healthy.stderr).to.equal(0);

      const component = await stage.start(undefined, { config });
      const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
      await component.until(async () => (await get("/readyz"))?.status === 200, "ready");
      const juliet = await stage.client("juliet");
      const say = async (From: string, Body: string, bearer?: string): Promise<number> => {
        const headers = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
        const body = JSON.stringify({ From, To: [{ User: juliet.bareJid }], Body, Host: host });
        return (await fetch(`http://127.0.0.1:${port}/qtalk/send_message`, { method: "POST", headers, body }))
          .status;
      };
      expect(await say("alerts", "nobody says so")).to.equal(401);
      expect(await say("alerts", "a stranger says so", "guessed")).to.equal(401);
      expect(await say("director", "everybody is fired", token)).to.equal(403);
      expect(await say("alerts", "the disk is full", token)).to.equal(200);
      const message = await juliet.next((stanza) => stanza.name === "message");
      expect(message.getChildText("body")).to.equal("the disk is full");
      expect(component.log).to.contain("by alerts as").and.not.contain(token);
      folder.remove();
    });
  });
});
