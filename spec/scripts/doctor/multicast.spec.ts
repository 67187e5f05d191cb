/** What the doctor says of the service through which rooms tell many at once (XEP-0033), on a real server. */
import { expect } from "chai";
import { onServer } from "../../support/servers.js";
import { DOMAIN, HOST, visit } from "./visit.js";

describe("The doctor, of the multicast service", () => {
  const service = `multicast.${HOST}`;
  const singly = "rooms send each receiver a stanza of its own";

  const outside = "groups.example.net";
  const asItComes = {
    extra: "modules: {mod_multicast: {}}",
    components: [{ domain: DOMAIN }, { domain: outside }],
  };
  onServer("ejabberd", asItComes, (stage) => {
    it("names the lines for more receivers a stanza", async () => {
      const { text } = await visit(stage.server);
      expect(text).to.contain(`through ${service}, up to 20 per stanza`).and.to.contain("message: 500");
    });

    it("says that a component outside of the service's domain is refused", async () => {
      const { service: at, domain, password } = stage.server.component(outside);
      const { text } = await visit(stage.server, { service: at, domain, password });
      expect(text).to.contain("(forbidden)").and.to.contain("give the component a subdomain of that domain");
    });

    it("says that the multicast service isn't used if that is configured", async () => {
      const { text } = await visit(stage.server, {}, { rooms: { multicast: "off" } });
      expect(text).to.contain(`✔ ${singly}, as rooms.multicast is off`);
    });
  });

  const closed = "access_rules: {nobody: {deny: all}}\nmodules: {mod_multicast: {access: nobody}}";
  onServer("ejabberd", { extra: closed, components: [{ domain: DOMAIN }] }, (stage) => {
    it("finds that the multicast service refuses the component", async () => {
      const { text, doubtful } = await visit(stage.server);
      expect(doubtful.join(), text).to.contain("(forbidden)").and.to.contain(singly);
      expect(text).to.contain("access: multicast");
    });
  });
});
