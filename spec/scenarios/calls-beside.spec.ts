/** Calls beside the eleven, as their callers send them, and what people with clients see of them. */
import { gzipSync } from "node:zlib";
import { join } from "node:path";
import { expect } from "chai";
import { xml, type Client, type Element } from "../../scripts/lab/client.js";
import { ComponentProcess } from "../../scripts/lab/component-process.js";
import { openDatabase } from "../../storage/database.js";
import { DirectoryStore } from "../../storage/directory-store.js";
import { onServer } from "../support/servers.js";
import { call, codesOf, Person, USER } from "./rooms-people.js";

const HOST = "qtalk.test.org";
const DOMAIN = "conference.qtalk.test.org";
const OPTS_OK = '{"ret":true,"errcode":"0","errmsg":"Muc set opt ok"}';
const SUCCESS = '{"ret":true,"errcode":0,"errmsg":"success","data":""}';
const SENT = '{"data":"Send Message Ok"}';
const QUNAR = "im_http_service/corp/message/send_http_message.qunar";
/** A program that may do everything. */
const ALL = { name: "all", addresses: ["127.0.0.1"], senders: ["*"], rooms: ["*"], everyone: true };

const local = (client: Client): string => client.bareJid.split("@")[0] ?? "";
const isMessage = (stanza: Element): boolean => stanza.is("message");
const hasBody =
  (text: string) =>
  (stanza: Element): boolean =>
    isMessage(stanza) && stanza.getChildText("body") === text;

describe("A program that calls what the old world called besides", () => {
  onServer("prosody", {}, (stage) => {
    let component: ComponentProcess;
    let rooms = 0;
    before(async () => {
      const { server } = stage;
      component = await ComponentProcess.start({
        access: server.component(),
        hosts: server.settings.hosts,
        config: { http: { also: ["management", "gateway", "im_http_service"], callers: [ALL] } },
      });
      await component.ready();
    });
    after(() => component.stop());

    const get = async (path: string): Promise<string> => (await (await component.get(path))?.text()) ?? "";
    /** Posts outside of /qtalk/. */
    const post = async (path: string, body: object | Uint8Array, headers = {}): Promise<string> => {
      const raw = body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body);
      const init = { method: "POST", body: raw, headers };
      return await (await fetch(`http://127.0.0.1:${component.httpPort}/${path}`, init)).text();
    };
    /** A room with its owner inside, and somebody who is a member and inside. */
    const stageRoom = async (): Promise<{ id: string; owner: Person; member: Person }> => {
      const id = `beside-${++rooms}`;
      const [owner, member] = [await stage.client("owner"), await stage.client("member")];
      const named = { muc_id: id, muc_owner: local(owner), muc_domain: DOMAIN };
      await call(component, "create_muc", named);
      await call(component, "add_muc_user", { ...named, muc_member: [local(member)] });
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

    it("says that a room's card has changed: those inside are told, with its picture", async () => {
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
        JSON.stringify({
          ret: true,
          errcode: "0",
          errmsg: "",
          data: {
            mucid: `${id}@${DOMAIN}`,
            maxusers: max,
            showname: name,
            owner: [{ user: local(who.client), host: HOST }],
          },
        });
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
      const items = await member.iq(
        "get",
        xml("query", { xmlns: "http://jabber.org/protocol/disco#items" }),
        DOMAIN,
      );
      const listed = items.getChild("query")?.getChildren("item") ?? [];
      expect(listed.map(({ attrs }) => attrs.jid)).to.include(`${id}@${DOMAIN}`);

      expect(await change({ affiliations: local(member.client) })).to.equal(OPTS_OK);
      const affiliationOf = (stanza: Element): string | undefined =>
        stanza.getChild("x", USER)?.getChild("item")?.attrs.affiliation;
      const became =
        (who: string, affiliation: string) =>
        (stanza: Element): boolean =>
          stanza.is("presence") &&
          stanza.attrs.from === `${member.room}/${who}` &&
          affiliationOf(stanza) === affiliation;
      await member.client.next(became("owner", "member"));
      await member.client.next(became("member", "owner"));
      expect(await read()).to.equal(opts(250, "新建群组", member));

      expect(await change({ max_users: "5000" })).to.equal(
        '{"ret":false,"errcode":1,"errmsg":"max_users: a room here takes from 1 to 1000"}',
      );
      for (const name of ["get_muc_opts", "change_muc_opts"])
        expect(await call(component, `management/${name}`, { ...room, muc: "nowhere" })).to.equal(
          '{"ret":false,"errcode":"-1","errmsg":"Muc not exit or Muc is temp Muc"}',
        );
    });

    it("takes somebody out of a room without asking; a last owner's room passes on first", async () => {
      const { id, owner, member } = await stageRoom();
      const leaving = { muc: id, domain: DOMAIN, user: local(owner.client), host: HOST };
      expect(await call(component, "management/del_muc_user", leaving)).to.equal(
        '{"ret":true,"errcode":"0","errmsg":"Muc set ok"}',
      );
      await owner.sees("owner", "unavailable", "321");
      const users = await call(component, "muc_users", { muc_id: id, muc_domain: DOMAIN });
      expect(users).to.include(local(member.client)).and.not.include(local(owner.client));
      const opts = await call(component, "management/get_muc_opts", { muc: id, domain: DOMAIN });
      expect(opts).to.include(`"owner":[{"user":"${local(member.client)}","host":"${HOST}"}]`);
      expect(await call(component, "management/del_muc_user", leaving), "again").to.include('"ret":true');
    });

    it("sends a text as it sent it to the Java service, to people and to rooms", async () => {
      const { id, owner, member } = await stageRoom();
      const message = {
        system: "oa",
        from: local(owner.client),
        fromhost: HOST,
        to: [
          { user: local(member.client), host: HOST },
          { user: id, host: DOMAIN },
        ],
        type: "chat",
        msgtype: "1",
        content: "红包 <&>",
        extendinfo: '{"标题":"会"}',
        backupinfo: "",
        auto_reply: "false",
      };
      expect(await post(QUNAR, message)).to.equal('{"ret":true,"errcode":0,"errmsg":"","data":""}');
      const direct = await member.client.next(
        (stanza) => hasBody(message.content)(stanza) && stanza.attrs.from === owner.client.bareJid,
      );
      const mirror = direct.getChild("qtalk", "urn:qtalk:stanza:1");
      const { id: bodyId, ...rest } = mirror?.getChild("body-attributes")?.attrs ?? {};
      expect(bodyId).to.match(/^qtalk-corp-service-[0-9a-f-]{36}$/);
      expect(rest).to.deep.equal({ msgType: "1", maType: "20", extendInfo: '{"标题":"会"}', backupinfo: "" });
      expect(mirror?.getChild("message-attributes")?.attrs.auto_reply).to.equal("false");
      await member.client.next(
        (stanza) => hasBody(message.content)(stanza) && stanza.attrs.from === owner.address,
      );

      expect(await post(QUNAR, { ...message, system: "" })).to.equal(
        '{"ret":false,"errcode":1,"errmsg":"no system","data":""}',
      );
      expect(await post(QUNAR, { ...message, content: "好".repeat(21_334) })).to.equal(
        '{"ret":false,"errcode":101,"errmsg":"MSG too lang","data":""}',
      );
      const none = [...message.to, { user: "nowhere", host: DOMAIN }];
      expect(await post(QUNAR, { ...message, content: "never", to: none })).to.equal(
        `{"ret":false,"errcode":4,"errmsg":"to[2]: there is no room nowhere@${DOMAIN}","data":""}`,
      );
      await post(QUNAR, { ...message, content: "last" });
      await member.client.next(hasBody("last"));
      expect(member.client.received.filter(hasBody("never"))).to.have.length(0);
    });

    it("manages rooms by the gateway's paths, its bodies gzipped", async () => {
      const [owner, guest] = [await stage.client("owner"), await stage.client("guest")];
      const id = `gateway-${++rooms}`;
      const named = { muc_id: id, muc_owner: local(owner), muc_domain: DOMAIN, system: "gw" };
      const packed = (path: string, body: object): Promise<string> =>
        post(path, gzipSync(JSON.stringify(body)), { "content-encoding": "gzip" });
      expect(await packed("create_muc", named)).to.equal(SUCCESS);
      expect(await packed("add_muc_user", { ...named, muc_member: [local(guest)] })).to.equal(SUCCESS);
      const person = new Person(guest, `${id}@${DOMAIN}`, "guest");
      await person.isInvitedDirectly();
      await person.enters();
      expect(await post("del_muc_user", { ...named, muc_member: [local(guest)] })).to.equal(SUCCESS);
      await person.sees("guest", "unavailable", "321");
      expect(await post("destroy_muc", named)).to.equal(SUCCESS);
      expect(await call(component, "muc_users", named)).to.include('"errcode":4');
    });

    it("sends several texts by the gateway's path, all or none", async () => {
      const [sender, receiver] = [await stage.client("sender"), await stage.client("receiver")];
      const text = (Body: string, ...users: string[]): object => ({
        ...{ From: local(sender), To: users.map((User) => ({ User })), Body, Type: "chat", Msg_Type: "1" },
        ...{ Host: HOST, Domain: HOST, Extend_Info: "", Carbon: "false" },
      });
      const to = local(receiver);
      expect(await post("sendmessage", [text("one", to), text("two", to, "somebody")])).to.equal(SENT);
      for (const body of ["one", "two"]) await receiver.next(hasBody(body));
      expect(await post("sendmessage", [text("never", to), text("", to)])).to.equal(
        '{"ret":false,"errcode":1,"errmsg":"item 1: Message Body is Null","data":""}',
      );
      expect(await post("sendmessage", [text("last", to)])).to.equal(SENT);
      await receiver.next(hasBody("last"));
      expect(receiver.received.filter(hasBody("never"))).to.have.length(0);
    });

    it("tells everybody in the directory something: by a headline, or by a message to All", async () => {
      const [sender, one, two] = [
        await stage.client("sender"),
        await stage.client("one"),
        await stage.client("two"),
      ];
      const stranger = await stage.client("stranger");
      const gone = await stage.client("gone");
      const db = openDatabase(join(component.folder, "qtalk.db"));
      const directory = new DirectoryStore(db);
      for (const client of [one, two]) directory.save({ local: local(client), host: HOST });
      directory.save({ local: local(gone), host: HOST, employed: false });
      db.close();

      const notice = [{ From: local(sender), Body: "全体通知" }];
      expect(await post("sendnotice", notice)).to.equal(SENT);
      for (const client of [one, two]) {
        const headline = await client.next(hasBody("全体通知"));
        expect(headline.attrs).to.include({ type: "headline", from: sender.bareJid });
      }
      const all = { From: local(sender), To: [{ User: "All" }], Body: "All hands", Host: HOST };
      expect(await post("sendmessage", [all])).to.equal(SENT);
      for (const client of [one, two])
        expect((await client.next(hasBody("All hands"))).attrs.type).to.equal("chat");
      const last = {
        From: local(sender),
        To: [stranger, gone].map((each) => ({ User: local(each) })),
        Body: "last",
      };
      await call(component, "send_message", last);
      for (const client of [stranger, gone]) {
        await client.next(hasBody("last"));
        expect(
          client.received.filter((stanza) => isMessage(stanza) && !hasBody("last")(stanza)),
        ).to.deep.equal([]);
      }
    });
  });
});
