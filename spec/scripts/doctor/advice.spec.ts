/** The doctor's advice is right in cases that look like others, on real servers. */
import { expect } from "chai";
import { ComponentProcess } from "../../../scripts/lab/component-process.js";
import { Gate } from "../../../scripts/lab/gate.js";
import { freePort } from "../../../scripts/lab/ports.js";
import { RawComponent } from "../../support/raw-component.js";
import { onEachServer } from "../../support/servers.js";
import { DOMAIN, HOST, visit } from "./visit.js";

const SILENT = `silent.${HOST}`;
const ROOMS = `rooms.${HOST}`;
/** Two components of one listener without global_routes. */
const [ONE, OTHER] = [`one.${HOST}`, `other.${HOST}`];

const port = await freePort();
const shared = `port: ${port}, ip: 127.0.0.1, module: ejabberd_service, check_from: false`;
const components = [{ domain: DOMAIN }, { domain: SILENT }];
const options = {
  ejabberd: {
    components,
    modules: { muc: ROOMS },
    extra: `listen: [{${shared}, hosts: {${ONE}: {password: SECRET}, ${OTHER}: {password: SECRET}}}]`,
  },
  prosody: { components },
};

describe("The doctor's advice", () => {
  onEachServer(
    (stage) => {
      it("doesn't look for anything at a host that the server doesn't serve, or that doesn't answer", async () => {
        const silent = await RawComponent.connect(stage.server.component(SILENT));
        const { text, wrong } = await visit(stage.server, {
          hosts: ["elsewhere.test.invalid", SILENT, HOST],
        });
        await silent.close();
        expect(
          wrong.map((each) => each.replace(/ \(.*/, "")),
          text,
        ).to.deep.equal([
          "the server doesn't serve elsewhere.test.invalid",
          `the server doesn't serve ${SILENT}`,
        ]);
        expect(text).to.contain(`in the service discovery of ${HOST}`);
        expect(text).not.to.contain("discovery of elsewhere").and.not.to.contain("before 25.03");
      });

      it("blames Prosody's settings for slow answers only on Prosody", async () => {
        const { port, domain, password } = stage.server.component();
        const slow = await Gate.before(port, 45);
        await slow.open();
        const component = await ComponentProcess.start({
          access: { service: slow.service, domain, password },
          hosts: [HOST],
        });
        try {
          await component.ready();
          const message = "<message type='chat'><body>x</body></message>";
          await component.post("send_thirdmessage", { from: "test1", to: "test2", message });
          const http = { listen: `127.0.0.1:${component.httpPort}` };
          const { text, doubtful } = await visit(stage.server, { service: slow.service }, { http });
          expect(doubtful.join(), text).to.match(/acknowledges stanzas within \d{2,}/);
          if (stage.server.kind === "prosody") expect(text).to.contain("nagle = false");
          else expect(text).to.contain("busy or far away").and.not.to.contain("nagle");
        } finally {
          await component.stop();
          slow.end();
        }
      });

      if (stage.server.kind === "ejabberd")
        it("says what to do about the server's own rooms before their domain is added under hosts", async () => {
          const { text, wrong } = await visit(stage.server, { domain: ROOMS });
          expect(wrong.join(), text).to.contain("or the server has no such component");
          const advice = `If the server's own rooms have the domain ${ROOMS}, give the component another domain`;
          expect(text.indexOf(advice), text).to.be.within(0, text.indexOf("under hosts"));
        });

      if (stage.server.kind === "ejabberd")
        it("names the missing global_routes if components share a listener", async () => {
          const keys = { domain: ONE, service: `xmpp://127.0.0.1:${port}`, password: "SECRET" };
          const alone = await visit(stage.server, keys);
          expect(alone.doubtful.join(), alone.text).to.contain(
            `${OTHER} is another component, but the server`,
          );
          expect(alone.text).to.contain("global_routes: false");
          const other = await RawComponent.connect({ domain: OTHER, password: "SECRET", port });
          const both = await visit(stage.server, keys);
          await other.close();
          expect(both.wrong.join(), both.text).to.contain(`another connection serves ${ONE}, too`);
          expect(both.text).to.contain("global_routes: false");
        });
    },
    (kind) => options[kind],
  );
});
