/**
 * Another server: jabberd2 lets no component send in its users' names, so that rooms work and messages in users' names
 * don't. The component and doctor report this, without other servers' lines.
 */
import { expect } from "chai";
import { Client, xml } from "../../scripts/lab/client.js";
import { ComponentProcess } from "../../scripts/lab/component-process.js";
import { command } from "../support/command-line.js";
import { Jabberd2 } from "../support/jabberd2.js";
import { refusalLine, sendingRefusal } from "../../component/link/refusal.js";
import { call, CalledRoom } from "./rooms-people.js";
import { DOMAIN, HOST, visit } from "../scripts/doctor/visit.js";

const ROOM = `plaza@${DOMAIN}`;

/** Expects that no sentence of the doctor ends in nothing, and that none begins behind a colon. */
function expectWhole(text: string): void {
  expect(text).not.to.match(/:\n(?! {4}[^ A-Z])/);
}

describe("On jabberd2", () => {
  let server: Jabberd2;

  before(async () => {
    server = new Jabberd2({ modules: {} });
    await server.start();
  });
  after(() => server.stop());

  it("doctor finds what is wrong, and shows no lines for ejabberd or Prosody", async () => {
    const text = await visit(
      server,
      `✔ the server accepts ${DOMAIN} and its secret
      ✔ clients find ${DOMAIN} in the service discovery of ${HOST}
      ✘ the component may not send as users of ${HOST}
      never notifications pass
      never ejabberd.yml
      never prosody.cfg.lua`,
    );
    expectWhole(text);
  });

  it("a wrong secret is named by doctor and start alike, with no line of another server's", async () => {
    const text = await visit(server, "with xmpp: {password: another}\n✘");
    const access = { ...server.component(), password: "another" };
    const component = await ComponentProcess.start({ access, hosts: [HOST] });
    await component.until(() => component.log.includes("he server refuses"), "refused");
    await component.stop();
    expectWhole(text);
    const able = refusalLine(sendingRefusal(DOMAIN, "another"), "another");
    expect(able, "as readyz and the log say").to.match(/users\. Check whether [^:]*: rooms/);
    expect(component.log).to.include(/(?<=^✘ .).*/m.exec(text)?.[0]);
    expect(text + component.log).not.to.match(/ejabberd\.yml|prosody\.cfg\.lua/);
  });

  it("people meet in the component's rooms; it is ready, and refuses calls in users' names, if told so", async () => {
    const component = await ComponentProcess.start({
      ...{ access: server.component(), hosts: [HOST] },
      config: { xmpp: { send_as_users: "never" } },
    });
    const clients: Client[] = [];
    const logIn = async (username: string): Promise<Client> => {
      const account = { username, host: HOST, password: "secret" };
      await server.addAccounts(account);
      const client = await Client.login({ ...account, port: server.clientPort });
      clients.push(client);
      await client.send(xml("presence", {}));
      return client;
    };
    try {
      await component.ready();
      const message = {
        from: "romeo",
        to: "juliet",
        message: "<message id='1'><body>hello</body></message>",
      };
      const notify = { from: "romeo", to: ["juliet"], category: "1", data: "x" };
      for (const refused of [
        await call(component, "send_thirdmessage", message),
        await call(component, "send_notify", notify),
      ])
        expect(refused).to.contain("xmpp.send_as_users: never");
      const hook = ["hook", "add", "as-user", "--to", ROOM, "--as", `romeo@${HOST}`];
      const { code, stderr } = await command(component, ...hook);
      expect(code).not.to.equal(0);
      expect(stderr).to.match(/^as: the component can't send as .*send_as_users: never.*name a bot's id/);
      const [owner, guest] = [await logIn("romeo"), await logIn("juliet")];
      const room = await CalledRoom.make(component, ["plaza", DOMAIN], owner, guest);
      const romeo = await room.admits(owner);
      const juliet = await room.admits(guest);
      await romeo.says("hello");
      expect(await juliet.hears("hello")).to.equal("romeo");
    } finally {
      await Promise.all(clients.map((client) => client.close()));
      await component.stop();
    }
  });
});
