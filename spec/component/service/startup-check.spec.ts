/** What the log says at start of a server that isn't set up as it should be, before any program has called. */
import { expect } from "chai";
import { ComponentProcess } from "../../../scripts/lab/component-process.js";
import { onEachServer, onServer, type Stage } from "../../support/servers.js";

const HOST = "qtalk.test.org";
const DOMAIN = `conference.${HOST}`;

/** Runs the component until its log has these words. @returns the log */
async function until(stage: Stage, words: string): Promise<string> {
  const component = await ComponentProcess.start({ access: stage.server.component(), hosts: [HOST] });
  try {
    await component.until(() => component.log.includes(words), `heard to say ${words}`);
    return component.log;
  } finally {
    await component.stop();
  }
}

describe("A start", () => {
  onEachServer(
    (stage) => {
      it("says which line lets the component send as users, where the server doesn't, and goes on", async () => {
        const log = await until(stage, "doesn't let conference.qtalk.test.org send as its users");
        expect(log).to.include("check_from: false").and.include("validate_from_addresses = false");
      });
    },
    { components: [{ domain: DOMAIN, sendsAsUsers: false }] },
  );

  onServer("ejabberd", { modules: { muc: DOMAIN } }, (stage) => {
    it("says that the server's own rooms have the component's domain", async () => {
      expect(await until(stage, "The server's own rooms have the domain")).to.include("mod_muc");
    });
  });

  onServer("ejabberd", {}, (stage) => {
    it("says that another connection has it", async () => {
      await stage.component();
      await until(stage, "Another connection serves conference.qtalk.test.org, too");
    });
  });

  onEachServer((stage) => {
    it("has nothing to say of one that is set up well, and shows nothing to any user", async () => {
      const juliet = await stage.client("juliet");
      const access = stage.server.component();
      const component = await ComponentProcess.start({ access, hosts: [HOST] });
      try {
        await component.ready();
        const call = { from: "romeo", to: juliet.bareJid, message: "<message><body>x</body></message>" };
        expect(await (await component.post("send_thirdmessage", call)).text()).to.include('"ret":true');
        await juliet.next((stanza) => stanza.getChildText("body") === "x");
        expect(juliet.received.filter(({ name }) => name === "message")).to.have.length(1);
        expect(component.log).not.to.include('"level":"error"');
      } finally {
        await component.stop();
      }
    });
  });
});
