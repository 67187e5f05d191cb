/** Messages in users' names on servers that permit them (XEP-0356) and check senders, and on such as permit nothing. */
import { expect } from "chai";
import { exampleCall, factsOf, factsSent } from "../../scripts/quickstart/example.js";
import { xml, type Client, type Element } from "../../scripts/lab/client.js";
import { ComponentProcess } from "../../scripts/lab/component-process.js";
import { operate, runCommand } from "../support/command-line.js";
import { onEachServer, ownComponentOn, type TestServer } from "../support/servers.js";
import { addHook, post } from "./hooks-world.js";
import {
  answered,
  chat,
  confirmed,
  drained,
  isMessage,
  nextText,
  receives,
  sendsInOrder,
  sendsLater,
} from "./messages.js";
import { Person } from "./rooms-people.js";

const DOMAIN = "conference.qtalk.test.org";
/** Whose senders aren't checked. */
const BOTH = "both.qtalk.test.org";
/** So long, in seconds, that a busy machine's answer is no wait. */
const VCARD_WAIT = 30;
const INVITATION = "jabber:x:conference";
const CARBONS = "urn:xmpp:carbons:2";

/** Returns the texts in the client's own archive (XEP-0313), oldest first. */
async function archived(client: Client): Promise<(string | null | undefined)[]> {
  await client.iq("set", xml("query", { xmlns: "urn:xmpp:mam:2" }));
  const results = client.received.flatMap((stanza) => stanza.getChild("result", "urn:xmpp:mam:2") ?? []);
  return results.map((result) => result.getChild("forwarded")?.getChild("message")?.getChildText("body"));
}

/** The sender's client, with copies of what other sessions send. */
async function withCarbons(stage: TestServer): Promise<Client> {
  const sender = await stage.client("sender");
  await sender.iq("set", xml("enable", { xmlns: CARBONS }));
  return sender;
}

const copyIn = (message: Element): Element | undefined =>
  message.getChild("sent", CARBONS)?.getChild("forwarded", "urn:xmpp:forward:0")?.getChild("message");

describe("A component that its host permits to send in users' names, and whose senders are checked", () => {
  const components = [
    { domain: DOMAIN, sendsAsUsers: false, privileged: true },
    { domain: BOTH, privileged: true },
  ];

  onEachServer(
    (stage) => {
      let component: ComponentProcess;
      const running = ownComponentOn(stage, { people: { vcard_wait: VCARD_WAIT } });
      before(() => {
        component = running();
      });

      it("is ready without a stream closed, and says by which way it sends", async () => {
        expect(await component.metric("qtalk_link_connects_total")).to.equal(1);
        expect(await component.metric("qtalk_hosts_permitting")).to.equal(1);
        expect(component.log).to.include("by the host's permission (XEP-0356)");
      });

      it("sends the interface document's own example to its receiver, the sender's other sessions and archive", async () => {
        const receiver = await stage.client("receiver");
        const sender = await withCarbons(stage);
        const call = exampleCall(sender.bareJid, receiver.bareJid);
        await confirmed(component, "send_thirdmessage", call);
        const message = await receiver.next(isMessage);
        expect(factsOf(message)).to.deep.equal(factsSent(call));
        const copy = copyIn(await sender.next(isMessage));
        expect(copy?.getChildText("body")).to.equal(factsSent(call).text);
        expect(await archived(sender)).to.deep.equal([factsSent(call).text]);
        expect(sender.received.filter((one) => isMessage(one) && copyIn(one) !== undefined)).to.have.length(
          1,
        );
      });

      it("asks for vCards in users' names, as ejabberd drops components' other requests", async () => {
        const nickOf = async (id: string): Promise<string> =>
          (await component.post("get_user_nick", { ID: id, Domain: "qtalk.test.org" })).text();
        const vcard = (name: string, value: string) =>
          xml("vCard", { xmlns: "vcard-temp" }, xml(name, {}, value));
        const user = await stage.client("juliet");
        await user.iq("set", vcard("NICKNAME", "Jule"));
        expect(await nickOf(user.username)).to.include('"Nick":"Jule"');
        await user.close();
        const away = await stage.client("romeo");
        await away.iq("set", vcard("FN", "罗密欧"));
        await away.close();
        expect(await nickOf(away.username)).to.include('"Nick":"罗密欧"');
        const began = performance.now();
        expect(await nickOf("nobody")).to.include('"errmsg":"get info fail"');
        expect(performance.now() - began, "milliseconds for an unknown user").to.be.below(VCARD_WAIT * 500);
      });

      it("sends an array in its order, from full addresses, too", async () => {
        const receiver = await stage.client("receiver");
        await sendsInOrder(component, receiver, "test1", "test1@qtalk.test.org/phone");
      });

      it("sends text to many, and notifications as headlines", async () => {
        const receivers = [await stage.client("receiver"), await stage.client("receiver")];
        const To = receivers.map(({ username }) => ({ User: username }));
        await component.post("send_message", { From: "test1", To, Body: "hi", Type: "chat", Msg_Type: "1" });
        for (const receiver of receivers) expect(await nextText(receiver)).to.equal("hi");
        const to = receivers.map(({ bareJid }) => bareJid);
        await confirmed(component, "send_notify", { category: 8, data: "{}", to, from: "test1" });
        for (const receiver of receivers) {
          const message = await receiver.next(isMessage);
          expect(message.attrs).to.include({ type: "headline", from: "test1@qtalk.test.org" });
          expect(message.getChild("notify", "jabber:x:presence_notify")?.attrs.category).to.equal("8");
        }
      });

      it("loses nothing while the server is down, and sends it by permission afterwards", async () => {
        await sendsLater(stage, component);
        expect(await component.metric("qtalk_hosts_permitting")).to.equal(1);
        expect(component.log).not.to.include("invalid-from");
      });

      it("sends directly, or waits, if the host revokes the permission while it sends: nothing is lost", async () => {
        const { server } = stage;
        const both = await ComponentProcess.start({
          access: server.component(BOTH),
          hosts: server.settings.hosts,
        });
        try {
          await both.ready();
          const account = await stage.account("receiver");
          const receiver = await stage.client(account);
          const call = (id: string) => ({ from: "test1", to: receiver.bareJid, message: chat("x", id) });
          const ids: string[] = [];
          const send = async (): Promise<void> => {
            ids.push(`gone-${ids.length}`);
            await both.post("send_thirdmessage", call(ids.at(-1) ?? ""));
          };
          const unloading = { isDone: false };
          const unloaded = server.unloadPrivilege().finally(() => (unloading.isDone = true));
          while (!unloading.isDone) await send();
          await unloaded;
          for (let more = 0; more < 10; more++) await send();
          expect(await both.metric("qtalk_hosts_permitting")).to.equal(0);
          await receives(receiver, ids);

          const { delivery } = await answered(component, "send_thirdmessage", call("waits"));
          expect(delivery).to.equal("queued");
          await server.restart();
          await drained(component);
          const again = await stage.client(account);
          await again.next((stanza) => isMessage(stanza) && stanza.attrs.id === "waits");
        } finally {
          await both.stop();
        }
      });
    },
    { components },
  );
});

describe("A component whose senders are checked, without permission", () => {
  onEachServer(
    (stage) => {
      it("isn't ready, says which line to change, keeps users' messages, and serves rooms and hooks' bots", async () => {
        const { server } = stage;
        const component = await ComponentProcess.start({
          access: server.component(),
          hosts: server.settings.hosts,
        });
        try {
          const line = server.kind === "ejabberd" ? "check_from: false" : "validate_from_addresses = false";
          const isTold = async (): Promise<boolean> =>
            (await (await component.get("/readyz"))?.text())?.includes(line) === true;
          await component.until(isTold, "naming the line to change");
          expect((await component.get("/readyz"))?.status).to.equal(503);
          const call = { from: "test1", to: "test2", message: chat("x") };
          const { delivery, body } = await answered(component, "send_thirdmessage", call);
          expect([delivery, body.includes('"ret":true')]).to.deep.equal(["queued", true]);
          const connects = (): Promise<number> => component.metric("qtalk_link_connects_total");
          const isBack = async (): Promise<boolean> =>
            (await component.metric("qtalk_link_up")) === 1 && (await connects()) >= 2;
          await component.until(isBack, "connected again");
          expect(component.log.split(line), "logged once").to.have.length(2);
          const shown = await operate(component, "outbox", "list");
          expect(shown).to.match(
            /, [12] stanzas? .* parked.*run systemctl reload qtalk-component to try again at once/,
          );
          const { stdout } = await runCommand(["doctor", "--config", component.configFile]);
          expect(stdout).to.contain("run systemctl reload qtalk-component: it then tries again at once");
          const before = await connects();
          await component.reconfigure({});
          // By itself, the component tries again half a minute after the server has refused.
          const isTried = async (): Promise<boolean> => (await connects()) > before;
          await component.until(isTried, "trying again at once", 20_000);
          const owner = await stage.client("owner");
          const works = { muc_id: "works", muc_domain: DOMAIN, muc_owner: owner.bareJid };
          await component.post("create_muc", works);
          const room = `works@${DOMAIN}`;
          await new Person(owner, room, "me").enters();
          await confirmed(component, "send_thirdmessage", { ...call, from: owner.bareJid, to: room });
          await owner.next(
            (stanza) => stanza.attrs.type === "groupchat" && stanza.getChildText("body") === "x",
          );
          const guest = await stage.client("guest");
          await confirmed(component, "add_muc_user", { ...works, muc_member: [guest.bareJid] });
          await guest.next(
            (stanza) => stanza.attrs.from === DOMAIN && stanza.getChild("x", INVITATION)?.attrs.jid === room,
          );
          for (const to of [room, owner.bareJid]) {
            const bot = await post(
              await addHook(component, `bot-${to.split("@")[0] ?? ""}`, "--to", to),
              "said by a bot",
            );
            expect(bot.delivery, to).to.equal("confirmed");
            await owner.next((stanza) => stanza.attrs.id === bot.id);
          }
          expect(await connects(), "streams").to.equal(3);
        } finally {
          await component.stop();
        }
      });
    },
    { components: [{ domain: DOMAIN, sendsAsUsers: false }] },
  );
});
