/** Calls beside the eleven, as their callers send them, and what people with clients see of them. */
import { expect } from "chai";
import { xml, type Element } from "../../scripts/lab/client.js";
import type { ComponentProcess } from "../../scripts/lab/component-process.js";
import { onServer, ownComponentOn } from "../support/servers.js";
import { call, codesOf, Person } from "./rooms-people.js";

const HOST = "qtalk.test.org";
const DOMAIN = "conference.qtalk.test.org";
const OPTS_OK = '{"ret":true,"errcode":"0","errmsg":"Muc set opt ok"}';
/** A program that may do everything. */
const ALL = { name: "all", addresses: ["127.0.0.1"], senders: ["*"], rooms: ["*"], everyone: true };

const isMessage = (stanza: Element): boolean => stanza.is("message");

describe("A program that uses the management and gateway calls", () => {
  onServer("prosody", {}, (stage) => {
    let component: ComponentProcess;
    let rooms = 0;
    const running = ownComponentOn(stage, { http: { also: ["management", "gateway"], callers: [ALL] } });
    before(() => {
      component = running();
    });

    const get = async (path: string): Promise<string> => (await (await component.get(path))?.text()) ?? "";
    /** A room with its owner and a member inside. */
    const stageRoom = async (): Promise<{ id: string; owner: Person; member: Person }> => {
      const id = `beside-${++rooms}`;
      const [owner, member] = [await stage.client("owner"), await stage.client("member")];
      const named = { muc_id: id, muc_owner: owner.username, muc_domain: DOMAIN };
      await call(component, "create_muc", named);
      await call(component, "add_muc_user", { ...named, muc_member: [member.username] });
      const people = {
        owner: new Person(owner, `${id}@${DOMAIN}`, "owner"),
        member: new Person(member, `${id}@${DOMAIN}`, "member"),
      };
      await people.owner.enters();
      await people.member.enters();
      return { id, ...people };
    };
    const isChanged =
      (room: string) =>
      (stanza: Element): boolean =>
        isMessage(stanza) && stanza.attrs.from === room && codesOf(stanza).includes("104");

    it("announces a room's changed vCard and picture to its occupants", async () => {
      const { id, owner, member } = await stageRoom();
      const binval = Buffer.from("89504e470d0a1a0a", "hex").toString("base64");
      const photo = xml("PHOTO", {}, xml("TYPE", {}, "image/png"), xml("BINVAL", {}, binval));
      await owner.iq("set", xml("vCard", { xmlns: "vcard-temp" }, photo));
      const hashOf = (stanza: Element): string | null | undefined =>
        stanza.getChild("x", "vcard-temp:x:update")?.getChildText("photo");
      const isPicture = (stanza: Element): boolean =>
        stanza.is("presence") && stanza.attrs.from === member.room && hashOf(stanza) != null;
      const picture = hashOf(await member.client.next(isPicture));
      await member.client.next(isChanged(member.room));
      const vcard = '{"ret":true,"errcode":"0","errmsg":"","data":"sucess"}';
      for (const [path, answer] of [
        [`/qtalk/send_notice_vcard?muc_name=${id}`, vcard],
        [`/qtalk/send_notice_vcard?muc_name=${id}%40${DOMAIN}`, vcard],
        [`/send_muc_presence?muc_name=${id}`, "ok"],
      ] as const) {
        expect(await get(path), path).to.equal(answer);
        expect(hashOf(await member.client.next(isPicture)), path).to.equal(picture);
        await member.client.next(isChanged(member.room));
      }
      expect(await get("/qtalk/send_notice_vcard?muc_name=nowhere")).to.equal(
        `{"ret":false,"errcode":4,"errmsg":"there is no room nowhere@${DOMAIN}","data":""}`,
      );
    });

    it("reads and changes a room's options, and gives it another owner", async () => {
      const { id, owner, member } = await stageRoom();
      const room = { muc: id, domain: DOMAIN };
      const opts = (max: number, name: string, who: Person): string =>
        `{"ret":true,"errcode":"0","errmsg":"","data":{"mucid":"${id}@${DOMAIN}","maxusers":${max},` +
        `"showname":"${name}","owner":[{"user":"${who.client.username}","host":"${HOST}"}]}}`;
      const read = (): Promise<string> => call(component, "management/get_muc_opts", room);
      expect(await read()).to.equal(opts(1000, "", owner));
      await owner.configures({ roomname: "新建群组" });
      await member.client.next(isChanged(member.room));

      const change = (more: object): Promise<string> =>
        call(component, "management/change_muc_opts", { ...room, ...more });
      expect(
        await change({ max_users: "250", public: "true", persistent: "", forbidden_words: "x" }),
      ).to.equal(OPTS_OK);
      await member.client.next(isChanged(member.room));
      expect(await read()).to.equal(opts(250, "新建群组", owner));
      const items = xml("query", { xmlns: "http://jabber.org/protocol/disco#items" });
      expect(String(await member.iq("get", items, DOMAIN))).to.include(`jid="${id}@${DOMAIN}"`);

      expect(await change({ affiliations: member.client.username })).to.equal(OPTS_OK);
      expect(String(await member.sees("owner"))).to.include('affiliation="member"');
      expect(String(await member.sees("member"))).to.include('affiliation="owner"');
      expect(await read()).to.equal(opts(250, "新建群组", member));

      expect(await change({ max_users: "5000" })).to.equal(
        '{"ret":false,"errcode":1,"errmsg":"max_users: a room here takes from 1 to 1000"}',
      );
      for (const name of ["get_muc_opts", "change_muc_opts"])
        expect(await call(component, `management/${name}`, { ...room, muc: "nowhere" })).to.equal(
          '{"ret":false,"errcode":"-1","errmsg":"Muc not exit or Muc is temp Muc"}',
        );
    });

    it("removes a user from a room without checks; the last owner's room gets another owner first", async () => {
      const { id, owner, member } = await stageRoom();
      const leaving = { muc: id, domain: DOMAIN, user: owner.client.username, host: HOST };
      expect(await call(component, "management/del_muc_user", leaving)).to.equal(
        '{"ret":true,"errcode":"0","errmsg":"Muc set ok"}',
      );
      await owner.sees("owner", "unavailable", "321");
      const users = await call(component, "muc_users", { muc_id: id, muc_domain: DOMAIN });
      expect(users).to.include(member.client.username).and.not.include(owner.client.username);
      const opts = await call(component, "management/get_muc_opts", { muc: id, domain: DOMAIN });
      expect(opts).to.include(`"owner":[{"user":"${member.client.username}","host":"${HOST}"}]`);
      expect(await call(component, "management/del_muc_user", leaving), "again").to.include('"ret":true');
    });
  });
});
