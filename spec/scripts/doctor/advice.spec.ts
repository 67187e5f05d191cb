/** The doctor's advice is right in cases that look like others, on real servers. */
import { ComponentProcess } from "../../../scripts/lab/component-process.js";
import { Gate } from "../../../scripts/lab/gate.js";
import { freePort } from "../../../scripts/lab/ports.js";
import { RawComponent } from "../../support/raw-component.js";
import { onEachServer } from "../../support/servers.js";
import { DOMAIN, HOST, play, visit } from "./visit.js";

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
        await visit(
          stage.server,
          `with xmpp: {hosts: [elsewhere.test.invalid, ${SILENT}, ${HOST}]}
          ✘ the server doesn't serve elsewhere.test.invalid
          ✘ the server doesn't serve ${SILENT}
          in the service discovery of ${HOST}
          never discovery of elsewhere
          never before 25.03`,
        );
        await silent.close();
      });

      it("blames Prosody's settings for slow answers only on Prosody", async () => {
        const { port, domain, password } = stage.server.component();
        const slow = await Gate.before(port, 45);
        await slow.open();
        const access = { service: slow.service, domain, password };
        const component = await ComponentProcess.start({ access, hosts: [HOST] });
        try {
          await component.ready();
          const message = "<message type='chat'><body>x</body></message>";
          await component.post("send_thirdmessage", { from: "test1", to: "test2", message });
          await visit(
            stage.server,
            `with xmpp: {service: "${slow.service}"}
            with http: {listen: "127.0.0.1:${component.httpPort}"}
            with storage: {path: ${component.database}}
            ! the server acknowledges stanzas within
            prosody: nagle = false
            ejabberd: busy or far away
            ejabberd: never nagle`,
          );
        } finally {
          await component.stop();
          slow.end();
        }
      });

      if (stage.server.kind === "prosody") return;
      play(
        stage,
        `
        it says what to do about the server's own rooms before their domain is added under hosts
        with xmpp: {domain: ${ROOMS}}
        ✘ … or the server has no such component
        If the server's own rooms have the domain ${ROOMS}, give the component another domain
        under hosts`,
      );

      it("names the missing global_routes if components share a listener", async () => {
        const keys = `with xmpp: {domain: ${ONE}, service: "xmpp://127.0.0.1:${port}", password: SECRET}`;
        const lines = "global_routes: false";
        await visit(stage.server, `${keys}\n! ${OTHER} is another component, but the server\n${lines}`);
        const other = await RawComponent.connect({ domain: OTHER, password: "SECRET", port });
        await visit(stage.server, `${keys}\n✘ another connection serves ${ONE}, too\n${lines}`);
        await other.close();
      });
    },
    (kind) => options[kind],
  );
});
