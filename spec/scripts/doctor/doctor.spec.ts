/** The doctor on real servers: a healthy one, and each fault that it knows, provoked. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { ComponentProcess } from "../../../scripts/lab/component-process.js";
import { freePort } from "../../../scripts/lab/ports.js";
import { RawComponent } from "../../support/raw-component.js";
import { onEachServer, onServer } from "../../support/servers.js";
import { DOMAIN, HOST, visit, type Keys } from "./visit.js";

const STRICT = `strict.${HOST}`;
const SMALL = `small.${HOST}`;
const CAUTIOUS = `cautious.${HOST}`;
const ROOMS = `rooms.${HOST}`;
const SHOP = "groups.example.net";

const smallPort = await freePort();
const smallListener = `port: ${smallPort}, ip: 127.0.0.1, module: ejabberd_service, check_from: false, max_stanza_size: 65536`;
const strict = { domain: STRICT, sendsAsUsers: false };

/** Most tests share a server of each kind: starting one takes seconds. */
const options = {
  ejabberd: {
    components: [{ domain: DOMAIN }, strict, { domain: ROOMS }],
    modules: { muc: ROOMS },
    extra: `listen: [{${smallListener}, hosts: {${SMALL}: {password: SECRET}}}]`,
  },
  prosody: {
    components: [{ domain: DOMAIN }, strict, { domain: SHOP }],
    modules: { muc: ROOMS },
    extra: `Component "${CAUTIOUS}"\n  component_secret = "SECRET"`,
  },
};

describe("The doctor", () => {
  onEachServer(
    (stage) => {
      const at = (domain: string): Keys => {
        const { service, password } = stage.server.component(domain);
        return { service, domain, password };
      };

      it("finds nothing wrong with a server that is set up as the README says, and shows nothing to any user", async () => {
        const juliet = await stage.client("juliet");
        const { text, wrong, doubtful } = await visit(stage.server);
        expect(wrong, text).to.deep.equal([]);
        if (stage.server.kind === "prosody") expect(doubtful, text).to.deep.equal([]);
        // ejabberd never announces contact lists.
        expect(doubtful.join()).not.to.contain("contact lists");
        await juliet.settle();
        expect(juliet.received.filter(({ name }) => name === "message")).to.deep.equal([]);
        for (const words of ["can be reached", "and its secret", "arrive here only", "notifications pass"]) {
          expect(text).to.contain(`✔`).and.to.contain(words);
        }
        expect(text).to.contain(`✔ the component may send as users of ${HOST}`);
        expect(text).to.contain("✔ a stanza of 262144 bytes passes");
        expect(text).to.contain(`✔ clients find ${DOMAIN} in the service discovery`);
        const kept =
          stage.server.kind === "prosody" ? "even on <message> and <body>" : "in their own element";
        expect(text).to.contain(kept);
      });

      const [file, other] =
        stage.server.kind === "ejabberd"
          ? (["In ejabberd.yml", "In prosody.cfg.lua"] as const)
          : (["In prosody.cfg.lua", "In ejabberd.yml"] as const);

      it("names the line of the secret if that is wrong, of this server alone", async () => {
        const { text, wrong } = await visit(stage.server, { password: "another" });
        const also = stage.server.kind === "ejabberd" ? ", or the server has no such component" : "";
        expect(wrong, text).to.deep.equal([
          `the server refuses ${DOMAIN}: xmpp.password isn't the server's secret${also}`,
        ]);
        expect(text.indexOf("Co"), text).to.be.within(0, text.indexOf(file));
        expect(text).not.to.contain(other);
      });

      it("gives the server's whole side of a component that it doesn't know", async () => {
        const { text, wrong } = await visit(stage.server, { domain: `unknown.${HOST}` });
        // A Prosody component's secret is asked for before anything else; so is an unknown one's of ejabberd.
        expect(wrong).to.have.length(1);
        expect(text).to.contain(`unknown.${HOST}`);
      });

      it("says that nothing listens", async () => {
        const port = await freePort();
        const { text, wrong } = await visit(stage.server, { service: `xmpp://127.0.0.1:${port}` });
        expect(wrong).to.deep.equal([
          `xmpp://127.0.0.1:${port} can't be reached: nothing listens on that port`,
        ]);
        expect(text.indexOf("correct xmpp.service")).to.be.within(0, text.indexOf("In ejabberd.yml"));
        expect(text).to.contain(`- port: ${port}`).and.to.contain(`component_ports = { ${port} }`);
      });

      it("recognises a port for clients", async () => {
        const { clientPort } = stage.server;
        const { text, wrong } = await visit(stage.server, { service: `xmpp://127.0.0.1:${clientPort}` });
        expect(wrong, text).to.deep.equal([
          `xmpp://127.0.0.1:${clientPort} is the server's port for clients`,
        ]);
        expect(text.indexOf("Correct xmpp.service"), text).to.be.within(0, text.indexOf(file));
        expect(text).not.to.contain(`- port: ${clientPort}`).and.not.to.contain(other);
      });

      it("names the line that allows sending as users, and goes on with the other steps", async () => {
        const { text, wrong } = await visit(stage.server, at(STRICT));
        expect(wrong.join()).to.contain(`the component may not send as users of ${HOST}`);
        const isProsody = stage.server.kind === "prosody";
        const line = isProsody ? "        validate_from_addresses = false" : "        check_from: false";
        expect(text.split(line), "once").to.have.length(2);
        expect(text.includes("this line instead of those:\n"), text).to.equal(isProsody);
        expect(text.includes("privilege"), text).to.equal(isProsody);
        expect(text).to.contain("✔ a stanza of 262144 bytes passes");
      });

      it("finds hosts that the server doesn't serve, and another program at http.listen, and goes on", async () => {
        const other = createServer((_request, response) => response.end("hello"));
        await once(other.listen(0, "127.0.0.1"), "listening");
        const listen = `127.0.0.1:${(other.address() as AddressInfo).port}`;
        const hosts = [HOST, "elsewhere.test.invalid"];
        const { text, wrong } = await visit(stage.server, { hosts }, { http: { listen } });
        other.close();
        expect(wrong, text).to.have.length(2);
        expect(wrong[0]).to.equal(`another program listens on ${listen}: the component can't be started`);
        expect(wrong[1]).to.contain("doesn't serve elsewhere.test.invalid");
        expect(text).to.contain("xmpp.hosts");
        expect(text, "goes on").to.contain(`✔ the component may send as users of ${HOST}`);
      });

      it("leaves a running component alone, and tells what that says of itself", async () => {
        const component = await ComponentProcess.start({ access: stage.server.component(), hosts: [HOST] });
        try {
          await component.ready();
          const http = { listen: `127.0.0.1:${component.httpPort}` };
          const { text, wrong } = await visit(stage.server, {}, { http });
          expect(wrong).to.deep.equal([]);
          expect(text).to.contain("its link to the server is up").and.to.contain("stop the component");
          expect(text).to.contain("✔ the component runs with this configuration's domain, service and hosts");
          const other = await visit(stage.server, { hosts: [HOST, "b.test"], domain: "c.b.test" }, { http });
          expect(other.wrong.join(), other.text)
            .to.contain(`xmpp.domain is ${DOMAIN} in the component, c.b.test in this configuration`)
            .and.to.contain(`xmpp.hosts is ${HOST} in the component, ${HOST},b.test in this configuration`);
          expect((await component.get("/readyz"))?.status).to.equal(200);
          expect(component.log).not.to.contain("No link");
        } finally {
          await component.stop();
        }
      });

      it("names the lines of the permission if only that is wanted, but not on an ejabberd that it harms", async () => {
        const { text, wrong } = await visit(stage.server, { send_as_users: "privileged" });
        expect(wrong.join()).to.contain(`${HOST} doesn't permit it (XEP-0356)`);
        if (stage.server.kind === "prosody")
          expect(text).to.contain("privileged_entities").and.not.to.contain("validate_from_addresses");
        else
          expect(text.indexOf("send_as_users to auto")).to.be.within(0, text.indexOf("mod_privilege drops"));
      });

      it("finds a domain that the server's own rooms have as well", async () => {
        if (stage.server.kind === "ejabberd") {
          const { text, wrong } = await visit(stage.server, at(ROOMS));
          expect(wrong.join(), text).to.contain("the server's own rooms have the domain");
          expect(text).to.contain("mod_muc:").and.not.to.contain("mod_privilege");
        } else {
          const { text, wrong } = await visit(stage.server, { domain: ROOMS });
          expect(wrong).to.have.length(1);
          expect(text).to.contain(`groups.${HOST}`);
        }
      });

      it("warns of an alias for which the server answers", async () => {
        const rooms = { aliases: [ROOMS, "none.x.test"] };
        const { text, doubtful } = await visit(stage.server, {}, { rooms });
        const found = doubtful.filter((line) => line.includes("rooms.aliases"));
        expect(found, text).to.have.length(1);
        expect(found[0]).to.contain(`${ROOMS}, for which the server answers`);
      });

      it("finds another connection with the domain, and leaves it alone", async () => {
        const isProsody = stage.server.kind === "prosody";
        const domain = isProsody ? CAUTIOUS : STRICT;
        const access = isProsody ? { ...stage.server.component(), domain } : stage.server.component(domain);
        const other = await RawComponent.connect(access);
        const { text, wrong } = await visit(stage.server, isProsody ? { domain } : at(domain));
        expect(wrong.join(), text).to.contain(`another connection serves ${domain}`);
        if (isProsody) expect(text).to.contain('component_conflict_resolve = "kick_old"');
        if (isProsody) await other.waitForAck();
        await other.close();
      });

      it("names the line for longer stanzas", async () => {
        const isProsody = stage.server.kind === "prosody";
        const small = { domain: SMALL, service: `xmpp://127.0.0.1:${smallPort}`, password: "SECRET" };
        const { text, wrong } = isProsody
          ? await visit(stage.server, {}, { limits: { stanza_bytes: 600_000 } })
          : await visit(stage.server, small);
        expect(wrong.join(), text).to.contain(
          `a stanza of ${isProsody ? 600_000 : 262_144} bytes doesn't pass`,
        );
        expect(text).to.contain(
          isProsody ? "component_stanza_size_limit = 1200000" : "max_stanza_size: 524288",
        );
      });

      if (stage.server.kind === "prosody")
        it("names the line for service discovery if clients wouldn't find the rooms", async () => {
          const { text, doubtful } = await visit(stage.server, { domain: SHOP });
          expect(doubtful.join(), text).to.contain(`clients don't find ${SHOP}`);
          expect(text).to.contain(`disco_items = { { "${SHOP}", "Rooms" } }`);
        });

      if (stage.server.kind === "prosody")
        describe("of a cluster", () => {
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

          it("finds it wrong if none of them can be reached, and goes no further", async () => {
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
    },
    (kind) => options[kind],
  );

  onServer(
    "ejabberd",
    {
      components: [{ domain: DOMAIN }],
      extra: "modules:\n  mod_privilege:\n    message:\n      outgoing: none",
    },
    (stage) => {
      it("names the permission for vCards if mod_privilege lacks it and discards all other requests", async () => {
        const { text, doubtful } = await visit(stage.server);
        expect(doubtful.join(), text).to.contain("requests for vCards, multicast and others fail");
        expect(text).to.contain("vcard-temp:");
      });
    },
  );

  onEachServer(
    (stage) => {
      it("finds that the host permits messages in its users' names, and shows nothing to any user", async () => {
        const juliet = await stage.client("juliet");
        const { text, wrong, doubtful } = await visit(stage.server);
        expect(wrong, text).to.deep.equal([]);
        expect(text).to.contain(
          `✔ the component may send as users of ${HOST}, with its permission (XEP-0356)`,
        );
        expect(text).to.contain("notifications are sent as headline messages");
        if (stage.server.kind === "ejabberd") {
          expect(doubtful.join(), text).to.contain("doesn't answer the component's requests");
          expect(doubtful.join()).to.contain("only requests for users' vCards work");
          expect(text).to.contain("mod_privilege").and.not.to.contain("vcard-temp");
        }
        const direct = await visit(stage.server, { send_as_users: "direct" });
        expect(direct.wrong.join()).to.contain(`the component may not send as users of ${HOST}: `);
        await juliet.settle();
        expect(juliet.received.filter((one) => one.is("message") && one.getChild("body"))).to.deep.equal([]);
      });
    },
    { components: [{ domain: DOMAIN, privileged: true, sendsAsUsers: false }] },
  );

  onEachServer(
    (stage) => {
      it("names modules that users miss, by what the server doesn't offer", async () => {
        const { text, doubtful } = await visit(stage.server);
        expect(doubtful.join(), text).to.contain("copies on users' other devices (urn:xmpp:carbons:2)");
        expect(doubtful.join()).to.contain("names and pictures (vcard-temp)").and.not.to.contain("offline");
        expect(text).to.contain(
          stage.server.kind === "prosody"
            ? '        "carbons";\n        "vcard_legacy";\n'
            : "        mod_carboncopy: {}\n        mod_vcard: {}\n",
        );
      });
    },
    { modules: { carbons: false, vcard: false } },
  );
});
