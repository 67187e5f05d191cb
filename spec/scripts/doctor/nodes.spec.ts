/** The doctor looks at each address of a server that has several. */
import { expect } from "chai";
import { freePort } from "../../../scripts/lab/ports.js";
import { onServer } from "../../support/servers.js";
import { DOMAIN, visit } from "./visit.js";

describe("The doctor of a cluster", () => {
  onServer("prosody", {}, (stage) => {
    it("names the node that can't be reached, and goes on with the one that can", async () => {
      const { service } = stage.server.component();
      const gone = `xmpp://127.0.0.1:${await freePort()}`;
      const { text, wrong, doubtful } = await visit(stage.server, { service: [gone, service] });
      expect(wrong, text).to.deep.equal([]);
      expect(doubtful).to.include(`${gone} can't be reached: nothing listens on that port`);
      expect(text).to.contain(`✔ ${service} can be reached`);
      expect(text).to.contain(`✔ the server accepts ${DOMAIN} and its secret`);
      expect(text).to.contain("✔ a stanza of 262144 bytes passes");
    });

    it("finds it wrong where none of them can be, and goes no further", async () => {
      const gone = [`xmpp://127.0.0.1:${await freePort()}`, `xmpp://127.0.0.1:${await freePort()}`];
      const { text, findings, wrong } = await visit(stage.server, { service: gone });
      expect(wrong).to.have.length(2);
      expect(findings.at(-1)?.state, text).to.equal("wrong");
    });

    it("says that a name lists no server", async () => {
      const { service } = stage.server.component();
      const { text, doubtful } = await visit(stage.server, {
        service: ["xmpp-srv://cluster.invalid", service],
      });
      expect(doubtful.join(), text).to.contain("_xmpp-component._tcp.cluster.invalid");
      expect(text).to.contain("Correct xmpp.service or the DNS records.");
    });
  });
});
