/** Programs that go on calling hosts and rooms' domains by the names that they had on the original. */
import { expect } from "chai";
import { xml, type Element } from "../../scripts/lab/client.js";
import { onServer, ownComponentOn } from "../support/servers.js";
import { call, Person } from "./rooms-people.js";

const HOST = "qtalk.test.org";
const DOMAIN = "conference.qtalk.test.org";
const SUCCESS = '{"ret":true,"errcode":0,"errmsg":"success","data":""}';

const says =
  (text: string) =>
  (stanza: Element): boolean =>
    stanza.is("message") && stanza.getChildText("body") === text;

describe("A program that uses the original's names of hosts", () => {
  onServer("prosody", {}, (stage) => {
    const running = ownComponentOn(stage, {
      xmpp: { host_aliases: { ejabhost1: HOST } },
      rooms: { aliases: ["conference.ejabhost1"] },
      http: {
        callers: [
          {
            name: "old",
            addresses: ["127.0.0.1"],
            senders: ["*@ejabhost1"],
            rooms: ["*@conference.ejabhost1"],
          },
        ],
      },
    });

    it("sends, creates rooms, looks up names and checks keys as before", async () => {
      const component = running();
      const [owner, guest] = [await stage.client("owner"), await stage.client("guest")];
      const message = (to: string, type: string, text: string): object => ({
        from: `${owner.username}@ejabhost1`,
        to,
        message: `<message type='${type}' from='x@ejabhost1' to='y@ejabhost1'><body id='${text}'>${text}</body></message>`,
      });
      const direct = message(`${guest.username}@ejabhost1`, "chat", "direct");
      expect(await call(component, "send_thirdmessage", direct)).to.equal(SUCCESS);
      expect((await guest.next(says("direct"))).attrs.from).to.equal(owner.bareJid);

      const id = "aliased";
      const named = {
        muc_id: id,
        muc_owner: `${owner.username}@ejabhost1`,
        muc_domain: "conference.ejabhost1",
      };
      expect(await call(component, "create_muc", named)).to.equal(SUCCESS);
      const added = { ...named, muc_member: [`${guest.username}@ejabhost1`] };
      expect(await call(component, "add_muc_user", added)).to.equal(SUCCESS);
      const person = new Person(guest, `${id}@${DOMAIN}`, "guest");
      await person.isInvitedDirectly();
      await person.enters();
      const said = message(`${id}@conference.ejabhost1`, "groupchat", "said");
      expect(await call(component, "send_thirdmessage", said)).to.equal(SUCCESS);
      expect(await person.hears("said")).to.equal(owner.username);
      const users = await call(component, "muc_users", named);
      expect(users).to.contain(`"U":"${guest.username}","H":"${HOST}"`).and.not.contain("ejabhost1");

      await guest.iq("set", xml("vCard", { xmlns: "vcard-temp" }, xml("FN", {}, "李四")));
      const nick = await call(component, "get_user_nick", { ID: guest.username, Domain: "ejabhost1" });
      expect(nick).to.contain('"Nick":"李四"');
      const answer = await guest.iq("get", xml("key", { xmlns: "urn:xmpp:key" }), DOMAIN);
      const key = answer.getChild("key")?.attrs.value ?? "";
      const checked = await component.get(`/qtalk/auth_uk?u=${guest.username}%40ejabhost1&k=${key}`);
      expect(await checked?.text()).to.equal('{"ret":true,"errcode":0,"errmsg":"success"}');
    });
  });
});
