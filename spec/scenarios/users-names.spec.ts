/** Messages in users' names on servers that permit them (XEP-0356) and check senders, and on such as permit nothing. */
import { expect } from "chai";
import { NS } from "../../component/xml/builder.js";
import { exampleCall, messageFacts, factsSent } from "../../scripts/quickstart/example.js";
import { xml } from "../../scripts/lab/client.js";
import { ComponentProcess } from "../../scripts/lab/component-process.js";
import { operate, command } from "../support/command-line.js";
import { onEachServer, ownComponentOn } from "../support/servers.js";
import { addHook, post } from "./hooks-world.js";
import {
  answered,
  chat,
  confirmed,
  copyIn,
  drained,
  isMessage,
  nextText,
  receives,
  sendsInOrder,
  sendsLater,
} from "./messages.js";
import { archiveOf, call, CalledRoom, Person } from "./rooms-people.js";

const DOMAIN = "conference.qtalk.test.org";
/** Whose senders aren't checked. */
const BOTH = "both.qtalk.test.org";
/** So long, in seconds, that a busy machine's answer is no wait. */
const VCARD_WAIT = 30;

describe("A component that its host permits to send in users' names, and whose senders are checked", () => {
  const components = [
    { domain: DOMAIN, sendsAsUsers: false, privileged: true },
    { domain: BOTH, privileged: true },
  ];

  onEachServer(
    (stage) => {
      let component: ComponentProcess;
      const running = ownComponentOn(stage, { people: { vcard_wait: VCARD_WAIT } });
      before(() => (component = running()));

      it("is ready without a stream closed, and says by which way it sends", async () => {
        expect(await component.metric("qtalk_link_connects_total")).to.equal(1);
        expect(await component.metric("qtalk_hosts_permitting")).to.equal(1);
        expect(component.log).to.include("by the host's permission (XEP-0356)");
      });

      it("sends the interface document's own example to its receiver, the sender's other sessions and archive", async () => {
        const receiver = await stage.client("receiver");
        const sender = await stage.client("sender");
        await sender.iq("set", xml("enable", { xmlns: NS.carbons }));
        const example = exampleCall(sender.bareJid, receiver.bareJid);
        const { text } = factsSent(example);
        await confirmed(component, "send_thirdmessage", example);
        expect(messageFacts(await receiver.next(isMessage))).to.deep.equal(factsSent(example));
        expect(copyIn(await sender.next(isMessage))?.getChildText("body")).to.equal(text);
        expect((await archiveOf(sender)).map((each) => each.text)).to.deep.equal([text]);
        expect(sender.received.filter((one) => isMessage(one) && copyIn(one) !== undefined)).to.have.length(
          1,
        );
      });

      it("asks for vCards in users' names, as ejabberd drops components' other requests", async () => {
        const nickOf = (ID: string) => call(component, "get_user_nick", { ID, Domain: "qtalk.test.org" });
        const user = await stage.client("romeo");
        await user.iq("set", xml("vCard", { xmlns: "vcard-temp" }, xml("FN", {}, "罗密欧")));
        await user.close();
        expect(await nickOf(user.username)).to.include('"Nick":"罗密欧"');
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
        const both = await stage.start(BOTH);
        await both.ready();
        const account = await stage.account("receiver");
        const receiver = await stage.client(account);
        const chatTo = (id: string) => ({ from: "test1", to: receiver.bareJid, message: chat("x", id) });
        const ids: string[] = [];
        let more = Infinity;
        const unloaded = server.unloadPrivilege().finally(() => (more = ids.length + 10));
        for (; ids.length < more; ids.push(`gone-${ids.length}`))
          await both.post("send_thirdmessage", chatTo(`gone-${ids.length}`));
        await unloaded;
        expect(await both.metric("qtalk_hosts_permitting")).to.equal(0);
        await receives(receiver, ids);

        const { delivery } = await answered(component, "send_thirdmessage", chatTo("waits"));
        expect(delivery).to.equal("queued");
        await server.restart();
        await drained(component);
        const again = await stage.client(account);
        await again.next((stanza) => isMessage(stanza) && stanza.attrs.id === "waits");
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
        const component = await stage.start();
        const line = server.kind === "ejabberd" ? "check_from: false" : "validate_from_addresses = false";
        const isTold = async (): Promise<boolean> =>
          (await (await component.get("/readyz"))?.text())?.includes(line) === true;
        await component.until(isTold, "naming the line to change");
        expect((await component.get("/readyz"))?.status).to.equal(503);
        const message = { from: "test1", to: "test2", message: chat("x") };
        const { delivery, body } = await answered(component, "send_thirdmessage", message);
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
        const { stdout } = await command(component, "doctor");
        // What to do depends on what runs the component; here nothing does.
        expect(stdout).to.match(
          /After changing the server's configuration, [^:]+: it then tries again at once/,
        );
        const before = await connects();
        await component.reconfigure({});
        // By itself, the component tries again half a minute after the server has refused.
        const isTried = async (): Promise<boolean> => (await connects()) > before;
        await component.until(isTried, "trying again at once", 20_000);
        const owner = await stage.client("owner");
        const room = await CalledRoom.make(component, ["works", DOMAIN], owner);
        const me = await room.admits(owner, "me");
        await room.says("x");
        await me.hears("x");
        const guest = await stage.client("guest");
        await room.adds(guest);
        const invitation = await new Person(guest, room.address, "guest").isInvitedDirectly();
        expect(invitation.attrs.from).to.equal(DOMAIN);
        for (const to of [room.address, owner.bareJid]) {
          const url = await addHook(component, `bot-${to.split("@")[0] ?? ""}`, "--to", to);
          const bot = await post(url, "said by a bot");
          expect(bot.delivery, to).to.equal("confirmed");
          await owner.next((stanza) => stanza.attrs.id === bot.id);
        }
        expect(await connects(), "streams").to.equal(3);
      });
    },
    { components: [{ domain: DOMAIN, sendsAsUsers: false }] },
  );
});
