/** A bot in a room of a server that trusts its own by nothing but dialback (XEP-0220), as on the internet. */
import { randomInt } from "node:crypto";
import { expect } from "chai";
import { createServer } from "../../scripts/lab/create.js";
import type { ServerKind } from "../../scripts/lab/installed.mjs";
import type { ServerOptions } from "../../scripts/lab/options.js";
import { componentOn, onServer, TestServer } from "../support/servers.js";
import { addHook, post } from "./hooks-world.js";
import { listed } from "./remote-world.js";
import { MUC, Person } from "./rooms-people.js";
import { xml } from "../../scripts/lab/client.js";

/** Servers find each other without DNS if domains are addresses: of loopback, and different in each run. */
const address = (): string => ["127", ...[1, 2, 3].map(() => randomInt(1, 255))].join(".");
const COMPONENT = address();
const ROOMS = address();
/** The port of other servers' connections; a server can't be configured to call another one. */
const S2S_PORT = 5269;

/** A server that other servers reach at an address. */
function reachable(kind: ServerKind, ip: string, more: string): string {
  if (kind === "ejabberd") {
    const listen = [{ port: S2S_PORT, ip, module: "ejabberd_s2s_in" }];
    return JSON.stringify({ listen, s2s_use_starttls: "false", modules: { mod_s2s_dialback: {} } });
  }
  return [
    `s2s_ports = { ${S2S_PORT} }`,
    `s2s_interfaces = { "${ip}" }`,
    "s2s_direct_tls_ports = {}",
    "s2s_require_encryption = false",
    "s2s_secure_auth = false",
    'modules_enabled = { "roster", "saslauth", "disco", "dialback" }',
    "modules_disabled = {}",
    more,
  ].join("\n");
}

const near = (kind: ServerKind): ServerOptions => ({
  components: [{ domain: COMPONENT }],
  extra: reachable(kind, COMPONENT, ""),
});

describe("A hook to a room of another server", () => {
  onServer("ejabberd", near("ejabberd"), (stage) => {
    const far = createServer("prosody", {
      hosts: ["far.test.org"],
      components: [{ domain: "unused.far.test.org" }],
      extra: reachable("prosody", ROOMS, `Component "${ROOMS}" "muc"`),
    });
    const farStage = new TestServer(far);
    before(async () => await far.start());
    const running = componentOn(stage);
    after(async () => {
      await farStage.clear();
      await far.stop();
    });

    it("enters it, and has posts confirmed by it", async () => {
      const juliet = new Person(await farStage.client("juliet"), `ops@${ROOMS}`, "Juliet");
      await juliet.client.send(xml("presence", { to: juliet.address }, xml("x", { xmlns: MUC })));
      await juliet.sees("Juliet");
      await juliet.configures();
      const url = await addHook(running(), "alerts", "--to", juliet.room);
      await juliet.sees("alerts");
      await listed(running(), "alerts", juliet.room, / inside /);
      expect((await post(url, "db1 is down")).delivery).to.equal("confirmed");
      expect(await juliet.hears("db1 is down")).to.equal("alerts");
    });
  });
});
