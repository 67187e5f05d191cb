/** The doctor on real servers: a healthy one, and each fault that it knows, provoked. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { parseConfig } from "../../../scripts/config/config.js";
import { diagnose } from "../../../scripts/doctor/doctor.js";
import type { Finding, Remedies } from "../../../scripts/doctor/finding.js";
import * as remedies from "../../../scripts/doctor/remedies.js";
import { linesOf } from "../../../scripts/doctor/report.js";
import { ComponentProcess } from "../../../scripts/servers/component-process.js";
import { freePort } from "../../../scripts/servers/ports.js";
import type { Server } from "../../../scripts/servers/server.js";
import { RawComponent } from "../../support/raw-component.js";
import { onEachServer, onServer } from "../../support/servers.js";

const HOST = "qtalk.test.org";
const DOMAIN = `conference.${HOST}`;
const STRICT = `strict.${HOST}`;

type Keys = Readonly<Record<string, unknown>>;

/** What the doctor prints, and its findings. */
async function visit(
  server: Server,
  xmpp: Keys = {},
  rest: Readonly<Record<string, Keys>> = {},
): Promise<{ text: string; findings: Finding[]; wrong: string[]; doubtful: string[] }> {
  const { service, domain, password } = server.component();
  const config = parseConfig({
    http: { listen: `127.0.0.1:${await freePort()}` },
    ...rest,
    xmpp: { service, domain, password, hosts: [HOST], ...xmpp },
  });
  const findings: Finding[] = [];
  let text = "";
  for await (const finding of diagnose(config)) {
    findings.push(finding);
    text += linesOf(finding, finding.server, false);
  }
  const of = (state: string): string[] => findings.filter((f) => f.state === state).map((f) => f.text);
  return { text, findings, wrong: of("wrong"), doubtful: of("doubtful") };
}

function ejabberdLines({ ejabberd }: Remedies): string {
  return ejabberd?.lines.join("\n") ?? "";
}

const components = [{ domain: DOMAIN }, { domain: STRICT, sendsAsUsers: false }];

describe("The doctor", () => {
  onEachServer(
    (stage) => {
      const at = (domain: string): Keys => {
        const { service, password } = stage.server.component(domain);
        return { service, domain, password };
      };

      it("finds nothing wrong with a server that is set up as the README says", async () => {
        const { text, wrong } = await visit(stage.server);
        expect(wrong, text).to.deep.equal([]);
        for (const words of ["can be reached", "takes its secret", "comes back", "notifications pass"]) {
          expect(text).to.contain(`✔`).and.to.contain(words);
        }
        expect(text).to.contain(`✔ it may send as users of ${HOST}`);
        expect(text).to.contain("✔ a stanza of 262144 bytes passes");
        expect(text).to.contain(`✔ clients find ${DOMAIN} in the service discovery`);
        const kept = stage.server.kind === "prosody" ? "on <message> and <body> too" : "in their own element";
        expect(text).to.contain(kept);
      });

      it("shows nothing to any user", async () => {
        const juliet = await stage.client("juliet");
        await visit(stage.server);
        await juliet.settle();
        expect(juliet.received.filter(({ name }) => name === "message")).to.deep.equal([]);
      });

      it("names the line of the secret where that is wrong", async () => {
        const { text, wrong } = await visit(stage.server, { password: "another" });
        expect(wrong.join(), text).to.match(/^the server refuses .*secret isn't xmpp\.password, or/);
        expect(text.indexOf("xmpp.domain"), "ejabberd may mean that").to.be.within(
          0,
          text.indexOf("In ejabberd.yml"),
        );
        expect(text)
          .to.contain("In ejabberd.yml")
          .and.to.contain(`component_secret = "what xmpp.password says"`);
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
        expect(text.indexOf("Correct xmpp.service")).to.be.within(0, text.indexOf("In ejabberd.yml"));
        expect(text).to.contain(`- port: ${port}`).and.to.contain(`component_ports = { ${port} }`);
      });

      it("recognises a port for clients", async () => {
        const { clientPort } = stage.server;
        const { text, wrong } = await visit(stage.server, { service: `xmpp://127.0.0.1:${clientPort}` });
        expect(wrong, text).to.have.length(1);
        expect(text.indexOf("Correct xmpp.service"), text).to.be.within(0, text.indexOf("In ejabberd.yml"));
        expect(text).not.to.contain(`- port: ${clientPort}`);
      });

      it("names the line that allows sending as users, and goes on with the other steps", async () => {
        const { text, wrong } = await visit(stage.server, at(STRICT));
        expect(wrong.join()).to.contain(`it may not send as users of ${HOST}`);
        const line =
          stage.server.kind === "ejabberd"
            ? "        check_from: false"
            : "        validate_from_addresses = false";
        expect(text).to.contain(line);
        expect(text).to.contain("✔ a stanza of 262144 bytes passes");
      });

      it("finds hosts that the server doesn't serve", async () => {
        const { text, wrong } = await visit(stage.server, { hosts: [HOST, "elsewhere.test.invalid"] });
        expect(wrong.join(), text).to.contain("doesn't serve elsewhere.test.invalid");
        expect(text).to.contain("xmpp.hosts");
      });

      it("says that another program has the port that callers are to connect to", async () => {
        const other = createServer((_request, response) => response.end("hello"));
        await once(other.listen(0, "127.0.0.1"), "listening");
        const listen = `127.0.0.1:${(other.address() as AddressInfo).port}`;
        const { text, wrong } = await visit(stage.server, {}, { http: { listen } });
        other.close();
        expect(wrong).to.deep.equal([
          `another program listens on ${listen}: the component could not be started`,
        ]);
        expect(text, "and goes on").to.contain(`✔ it may send as users of ${HOST}`);
      });

      it("leaves a running component alone, and tells what that says of itself", async () => {
        const component = await ComponentProcess.start({ access: stage.server.component(), hosts: [HOST] });
        try {
          await component.ready();
          const http = { listen: `127.0.0.1:${component.httpPort}` };
          const { text, wrong } = await visit(stage.server, {}, { http });
          expect(wrong).to.deep.equal([]);
          expect(text).to.contain("its link to the server is up").and.to.contain("Stop the component");
          expect(text).to.contain("✔ it runs with this configuration's domain, service and hosts");
          const other = await visit(stage.server, { hosts: [HOST, "b.test"], domain: "c.b.test" }, { http });
          expect(other.wrong.join(), other.text)
            .to.contain(`xmpp.domain is ${DOMAIN} there, and c.b.test here`)
            .and.to.contain(`xmpp.hosts is ${HOST} there, and ${HOST},b.test here`);
          expect((await component.get("/readyz"))?.status).to.equal(200);
          expect(component.log).not.to.contain("No link");
        } finally {
          await component.stop();
        }
      });
    },
    { components },
  );

  onServer("ejabberd", { modules: { muc: DOMAIN } }, (stage) => {
    it("finds a domain that the server's own rooms have as well", async () => {
      const { text, wrong } = await visit(stage.server);
      expect(wrong.join(), text).to.contain("taken by the server's own rooms");
      expect(text).to.contain("mod_muc:").and.not.to.contain("mod_privilege");
    });
  });

  onServer("ejabberd", {}, (stage) => {
    it("finds another connection that shares the domain", async () => {
      await stage.component();
      const { text, wrong } = await visit(stage.server);
      expect(wrong.join(), text).to.contain("another connection serves");
    });
  });

  onServer("ejabberd", { components: [{ domain: DOMAIN, privileged: true }] }, (stage) => {
    it("finds that requests go unanswered where mod_privilege swallows them", async () => {
      const { text, doubtful } = await visit(stage.server);
      expect(doubtful.join(), text).to.contain("doesn't answer the component's requests");
      expect(text).to.contain("mod_privilege");
    });
  });

  const service = `multicast.${HOST}`;
  const singly = "rooms tell each receiver by a stanza of their own";

  onServer("ejabberd", { modules: { multicast: service } }, (stage) => {
    it("finds the multicast service", async () => {
      const { text, wrong, doubtful } = await visit(stage.server);
      expect([...wrong, ...doubtful], text).to.deep.equal([]);
      expect(text).to.contain(`✔ rooms tell many at once through ${service}\n`);
    });

    it("says so where the multicast service isn't to be used", async () => {
      const { text } = await visit(stage.server, {}, { rooms: { multicast: "off" } });
      expect(text).to.contain(`✔ ${singly}, as "multicast: off" under rooms says`);
    });
  });

  const outside = "groups.example.net";
  const asItComes = {
    extra: "modules: {mod_multicast: {}}",
    components: [{ domain: DOMAIN }, { domain: outside }],
  };
  onServer("ejabberd", asItComes, (stage) => {
    it("names the lines for more receivers a stanza", async () => {
      const { text } = await visit(stage.server);
      expect(text).to.contain(`through ${service}, up to 20 a stanza`).and.to.contain("message: 500");
    });

    it("says that a component outside of the service's domain is refused", async () => {
      const { service: at, domain, password } = stage.server.component(outside);
      const { text } = await visit(stage.server, { service: at, domain, password });
      expect(text).to.contain("(forbidden)").and.to.contain("under its own domain");
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

  const asShown = ejabberdLines(remedies.multicast(DOMAIN));
  onServer("ejabberd", { extra: asShown, components: [{ domain: DOMAIN }] }, (stage) => {
    it("shows lines for the multicast service that work as they are", async () => {
      const { text, wrong, doubtful } = await visit(stage.server);
      expect([...wrong, ...doubtful], text).to.deep.equal([]);
      expect(text).to.contain(`✔ rooms tell many at once through ${service}, up to 500 a stanza\n`);
    });
  });

  const shop = "groups.example.net";
  const cautious = `cautious.${HOST}`;
  const cautiousComponent = `Component "${cautious}"\n  component_secret = "SECRET"`;

  onServer(
    "prosody",
    {
      components: [{ domain: DOMAIN }, { domain: shop }],
      modules: { muc: `rooms.${HOST}` },
      extra: cautiousComponent,
    },
    (stage) => {
      it("finds another connection, and leaves it alone", async () => {
        const other = await RawComponent.connect({ ...stage.server.component(), domain: cautious });
        const { text, wrong } = await visit(stage.server, { domain: cautious });
        expect(wrong.join(), text).to.contain(`another connection serves ${cautious}`);
        expect(text).to.contain('component_conflict_resolve = "kick_old"');
        await other.barrier();
        await other.close();
      });

      it("names the line for service discovery where clients wouldn't find the rooms", async () => {
        const { text, doubtful } = await visit(stage.server, { domain: shop });
        expect(doubtful.join(), text).to.contain(`clients don't find ${shop}`);
        expect(text).to.contain(`disco_items = { { "${shop}", "Rooms" } }`);
      });

      it("names the line for longer stanzas", async () => {
        const { text, wrong } = await visit(stage.server, {}, { limits: { stanza_bytes: 600_000 } });
        expect(wrong.join(), text).to.contain("a stanza of 600000 bytes doesn't pass");
        expect(text).to.contain("component_stanza_size_limit = 1200000");
      });

      it("says that the server's own rooms may have the domain", async () => {
        const { text, wrong } = await visit(stage.server, { domain: `rooms.${HOST}` });
        expect(wrong).to.have.length(1);
        expect(text).to.contain(`groups.${HOST}`);
      });
    },
  );

  onServer("prosody", {}, (stage) => {
    it("names the line that lets Prosody answer at once", async () => {
      const { text, doubtful } = await visit(stage.server);
      expect(doubtful.join(), text).to.contain("the round trip through the server takes");
      expect(text).to.contain("network_settings = { nagle = false }");
    });
  });
  onServer("prosody", { extra: "network_settings = { nagle = false }" }, (stage) => {
    it("has nothing to say about it where it does", async () => {
      const { text, doubtful } = await visit(stage.server);
      expect(doubtful, text).to.deep.equal([]);
    });
  });

  const small = 17_000 + Math.floor(Math.random() * 900);
  const listener = `port: ${small}, ip: 127.0.0.1, module: ejabberd_service, check_from: false, max_stanza_size: 65536`;
  const extra = `listen: [{${listener}, hosts: {small.${HOST}: {password: SECRET}}}]`;

  onServer("ejabberd", { extra }, (stage) => {
    it("names the line for longer stanzas", async () => {
      const access = { domain: `small.${HOST}`, service: `xmpp://127.0.0.1:${small}`, password: "SECRET" };
      const { text, wrong } = await visit(stage.server, access);
      expect(wrong.join(), text).to.contain("a stanza of 262144 bytes doesn't pass");
      expect(text).to.contain("max_stanza_size: 524288");
    });
  });
});
