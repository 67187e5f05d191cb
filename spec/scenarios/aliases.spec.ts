/** Programs that go on calling hosts and rooms' domains by the names that they had on the original. */
import { expect } from "chai";
import { xml } from "../../scripts/lab/client.js";
import { onServer, ownComponentOn } from "../support/servers.js";
import { call, CalledRoom, Person, SUCCESS } from "./rooms-people.js";

const HOST = "qtalk.test.org";
const DOMAIN = "conference.qtalk.test.org";

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
      const says = (to: string, type: string, text: string): Promise<string> => {
        const message = `<message type='${type}' from='x@ejabhost1' to='y@ejabhost1'><body id='${text}'>${text}</body></message>`;
        return call(component, "send_thirdmessage", { from: `${owner.username}@ejabhost1`, to, message });
      };
      expect(await says(`${guest.username}@ejabhost1`, "chat", "direct")).to.equal(SUCCESS);
      const direct = await guest.next((stanza) => stanza.getChildText("body") === "direct");
      expect(direct.attrs.from).to.equal(owner.bareJid);

      const names = {
        muc_id: "aliased",
        muc_owner: `${owner.username}@ejabhost1`,
        muc_domain: "conference.ejabhost1",
      };
      const room = new CalledRoom(component, names);
      expect(await room.call("create_muc")).to.equal(SUCCESS);
      await room.adds(`${guest.username}@ejabhost1`);
      const person = new Person(guest, `aliased@${DOMAIN}`, "guest");
      await person.isInvitedDirectly();
      await person.enters();
      expect(await says(room.address, "groupchat", "said")).to.equal(SUCCESS);
      expect(await person.hears("said")).to.equal(owner.username);
      const users = await room.call("muc_users");
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
