/** The doctor on real servers: a healthy one, and each fault that it knows, provoked. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { ComponentProcess } from "../../../scripts/lab/component-process.js";
import { freePort } from "../../../scripts/lab/ports.js";
import { RawComponent } from "../../support/raw-component.js";
import { onEachServer, onServer } from "../../support/servers.js";
import { DOMAIN, HOST, play, visit } from "./visit.js";

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
      const files = ["In ejabberd.yml", "In prosody.cfg.lua"];
      const isProsody = stage.server.kind === "prosody";
      const [file, other] = isProsody ? files.reverse() : files;

      it("finds nothing wrong with a server that is set up as the README says, and shows nothing to any user", async () => {
        const juliet = await stage.client("juliet");
        await visit(
          stage.server,
          `✔ … can be reached
          ✔ the server accepts ${DOMAIN} and its secret
          ✔ messages … arrive here only
          ✔ clients find ${DOMAIN} in the service discovery
          ✔ the component may send as users of ${HOST}
          ejabberd: ✔ QTalk's attributes are kept in their own element
          prosody: ✔ QTalk's attributes are kept, even on <message> and <body>
          ✔ notifications pass
          ✔ a stanza of 262144 bytes passes
          never contact lists
          prosody: never !`,
        );
        await juliet.settle();
        expect(juliet.received.filter(({ name }) => name === "message")).to.deep.equal([]);
      });

      play(
        stage,
        `
        it names the line of the secret if that is wrong, of this server alone
        with xmpp: {password: another}
        ejabberd: ✘ the server refuses ${DOMAIN}: the component's secret isn't the server's, or the server has no such component
        ejabberd: Compare the secret (xmpp.password or xmpp.password_file) and xmpp.domain
        prosody: ✘ the server refuses ${DOMAIN}: the component's secret isn't the server's
        prosody: Correct xmpp.password, or the file
        ${file}
        never ${other}

        it says that nothing listens
        with xmpp: {service: "xmpp://127.0.0.1:GONE"}
        ✘ xmpp://127.0.0.1:GONE can't be reached: nothing listens on that port
        correct xmpp.service
        In ejabberd.yml
        - port: GONE
        component_ports = { GONE }

        it recognises a port for clients
        with xmpp: {service: "xmpp://127.0.0.1:CLIENT_PORT"}
        ✘ xmpp://127.0.0.1:CLIENT_PORT is the server's port for clients
        Correct xmpp.service
        ${file}
        never ${other}
        never - port: CLIENT_PORT

        it names the line that allows sending as users, and goes on with the other steps
        with xmpp: {domain: ${STRICT}}
        ✘ the component may not send as users of ${HOST}
        ejabberd: check_from: false
        ejabberd: never privilege
        prosody: privileged_entities
        prosody: this line instead of those:
        prosody: validate_from_addresses = false
        ✔ a stanza of 262144 bytes passes

        it names the lines of the permission if only that is wanted, but not on an ejabberd that it harms
        with xmpp: {send_as_users: privileged}
        ✘ … ${HOST} doesn't permit it (XEP-0356)
        prosody: privileged_entities
        prosody: never validate_from_addresses
        ejabberd: send_as_users to auto
        ejabberd: mod_privilege drops

        it finds a domain that the server's own rooms have as well
        with xmpp: {domain: ${ROOMS}}
        ejabberd: ✘ the server's own rooms have the domain
        ejabberd: mod_muc:
        ejabberd: never mod_privilege
        prosody: ✘
        prosody: groups.${HOST}

        it warns of an alias for which the server answers
        with rooms: {aliases: [${ROOMS}, none.x.test]}
        ! rooms.aliases has ${ROOMS}, for which the server answers
        never none.x.test

        it names the line for longer stanzas
        ejabberd: with xmpp: {domain: ${SMALL}, service: "xmpp://127.0.0.1:${smallPort}", password: SECRET}
        ejabberd: ✘ a stanza of 262144 bytes doesn't pass
        ejabberd: max_stanza_size: 524288
        prosody: with limits: {stanza_bytes: 600000}
        prosody: ✘ a stanza of 600000 bytes doesn't pass
        prosody: component_stanza_size_limit = 1200000`,
      );

      it("finds hosts that the server doesn't serve, and another program at http.listen, and goes on", async () => {
        const other = createServer((_request, response) => response.end("hello"));
        await once(other.listen(0, "127.0.0.1"), "listening");
        const listen = `127.0.0.1:${(other.address() as AddressInfo).port}`;
        await visit(
          stage.server,
          `with xmpp: {hosts: [${HOST}, elsewhere.test.invalid]}
          with http: {listen: "${listen}"}
          ✘ another program listens on ${listen}: the component can't be started
          ✘ the server doesn't serve elsewhere.test.invalid
          xmpp.hosts
          ✔ the component may send as users of ${HOST}`,
        );
        other.close();
      });

      it("leaves a running component alone, and tells what that says of itself", async () => {
        const component = await ComponentProcess.start({ access: stage.server.component(), hosts: [HOST] });
        try {
          await component.ready();
          await visit(
            stage.server,
            `with http: {listen: "127.0.0.1:${component.httpPort}"}
            with storage: {path: ${component.database}}
            ✔ … its link to the server is up
            ✔ the component runs with this configuration's domain, service and hosts
            stop the component`,
          );
          await visit(
            stage.server,
            `with http: {listen: "127.0.0.1:${component.httpPort}"}
            ✔ the component runs at
            – what it says: no component listens at
            stop the component`,
          );
          await visit(
            stage.server,
            `with http: {listen: "127.0.0.1:${component.httpPort}"}
            with storage: {path: ${component.database}}
            with xmpp: {hosts: [${HOST}, b.test], domain: c.b.test}
            ✘ … xmpp.domain is ${DOMAIN} in the component, c.b.test in this configuration
            xmpp.hosts is ${HOST} in the component, ${HOST},b.test in this configuration`,
          );
          expect((await component.get("/readyz"))?.status).to.equal(200);
          expect(component.log).not.to.contain("No link");
        } finally {
          await component.stop();
        }
      });

      it("finds another connection with the domain, and leaves it alone", async () => {
        const domain = isProsody ? CAUTIOUS : STRICT;
        const access = isProsody ? { ...stage.server.component(), domain } : stage.server.component(domain);
        const other = await RawComponent.connect(access);
        await visit(
          stage.server,
          `with xmpp: {domain: ${domain}}
          ✘ another connection serves ${domain}
          prosody: component_conflict_resolve = "kick_old"`,
        );
        if (isProsody) await other.waitForAck();
        await other.close();
      });

      if (isProsody)
        play(
          stage,
          `
          it names the line for service discovery if clients wouldn't find the rooms
          with xmpp: {domain: ${SHOP}}
          ! clients don't find ${SHOP}
          disco_items = { { "${SHOP}", "Rooms" } }

          it names the node of a cluster that can't be reached, and goes on with the one that can
          with xmpp: {service: ["xmpp://127.0.0.1:GONE", SERVICE]}
          ! xmpp://127.0.0.1:GONE can't be reached: nothing listens on that port
          ✔ SERVICE can be reached
          ✔ the server accepts ${DOMAIN} and its secret
          ✔ a stanza of 262144 bytes passes

          it says that a name lists no server
          with xmpp: {service: ["xmpp-srv://cluster.invalid", SERVICE]}
          ! _xmpp-component._tcp.cluster.invalid
          Correct xmpp.service or the DNS records.`,
        );
    },
    (kind) => options[kind],
  );

  const discarding = "modules:\n  mod_privilege:\n    message:\n      outgoing: none";
  onServer("ejabberd", { components: [{ domain: DOMAIN }], extra: discarding }, (stage) =>
    play(
      stage,
      `
      it names the permission for vCards if mod_privilege lacks it and discards all other requests
      ! … requests for vCards, multicast and others fail
      vcard-temp:`,
    ),
  );

  onEachServer(
    (stage) => {
      it("finds that the host permits messages in its users' names, and shows nothing to any user", async () => {
        const juliet = await stage.client("juliet");
        await visit(
          stage.server,
          `ejabberd: ! ${HOST} doesn't answer the component's requests: only requests for users' vCards work
          ejabberd: mod_privilege
          ejabberd: never vcard-temp
          ✔ the component may send as users of ${HOST}, with its permission (XEP-0356)
          ✔ the component may not bookmark rooms for members at ${HOST}
          prosody: iq = { ["http://jabber.org/protocol/pubsub"] = "both" };
          ejabberd: never "both"
          ✔ notifications are sent as headline messages`,
        );
        await visit(
          stage.server,
          `with xmpp: {send_as_users: direct}
          ✘ the component may not send as users of ${HOST}: `,
        );
        await juliet.settle();
        expect(juliet.received.filter((one) => one.is("message") && one.getChild("body"))).to.deep.equal([]);
      });
    },
    { components: [{ domain: DOMAIN, privileged: true, sendsAsUsers: false }] },
  );

  onEachServer(
    (stage) =>
      play(
        stage,
        `
        it names modules that users miss, by what the server doesn't offer
        ! … copies on users' other devices (urn:xmpp:carbons:2), names and pictures (vcard-temp)
        prosody: "carbons";
        prosody: "vcard_legacy";
        ejabberd: mod_carboncopy: {}
        ejabberd: mod_vcard: {}
        never offline`,
      ),
    { modules: { carbons: false, vcard: false } },
  );
});
