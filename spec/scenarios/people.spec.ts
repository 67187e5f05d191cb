import { expect } from "chai";
import { xml, type Client, type Element } from "../../scripts/lab/client.js";
import { componentOn, onEachServer } from "../support/servers.js";
import { call, crash } from "./rooms-people.js";

const TIME_KEY = "config:xmpp:time_key";
const COMMANDS = "http://jabber.org/protocol/commands";
const DISCO = "http://jabber.org/protocol/disco";
const PNG = Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.from("测试".repeat(500))]);

const AUTH_FAIL = '{"ret":false,"errcode":1,"errmsg":"auth fail"}';
const AUTH_DONE = '{"ret":true,"errcode":0,"errmsg":"success"}';
const INFO_FAIL = '{"ret":false,"errcode":1,"errmsg":"get info fail","data":""}';

describe("A user who isn't in the directory", () => {
  onEachServer((stage) => {
    const component = componentOn(stage);
    const nickOf = (ID: string, Domain = stage.server.host): Promise<string> =>
      call(component(), "get_user_nick", { ID, Domain });
    const sets = (user: Client, ...children: Element[]): Promise<Element> =>
      user.iq("set", xml("vCard", { xmlns: "vcard-temp" }, ...children));

    it("has the name that they gave themselves, and no picture rather than null", async () => {
      const user = await stage.client("juliet");
      await sets(user, xml("NICKNAME", {}, "Jule"), xml("FN", {}, "朱丽叶 & <sub>"));
      expect(await nickOf(user.username)).to.equal(
        '{"ret":true,"errcode":0,"errmsg":"","data":{"Nick":"朱丽叶 & <sub>","Vcard":""}}',
      );
    });

    it("has the picture that they set, served under the URL that the call returns, also while logged out", async () => {
      const user = await stage.client("juliet");
      const photo = xml("PHOTO", {}, xml("TYPE", {}, "image/png"), xml("BINVAL", {}, PNG.toString("base64")));
      await sets(user, xml("NICKNAME", {}, "Jule"), photo);
      const { username } = user;
      await user.close();
      const { data } = JSON.parse(await nickOf(username)) as { data: Record<"Nick" | "Vcard", string> };
      expect(data.Nick).to.equal("Jule");
      expect(data.Vcard).to.match(/^file\/avatar\/[0-9a-f]{64}\.png$/);
      const picture = (await component().get(`/${data.Vcard}`))!;
      expect(picture.headers.get("content-type")).to.equal("image/png");
      expect(Buffer.from(await picture.arrayBuffer()).equals(PNG)).to.equal(true);
      expect((await component().get("/file/avatar/..%2f..%2fqtalk.db"))?.status).to.equal(404);
    });

    it("has no name without an account or a vCard", async () => {
      const silent = await stage.client("silent");
      expect(await nickOf("nobody-at-all")).to.equal(INFO_FAIL);
      expect(await nickOf(silent.username)).to.equal(INFO_FAIL);
      expect(await nickOf("juliet", "elsewhere.test")).to.equal(INFO_FAIL);
      const nameless = "nobody-at-all@qtalk.test.org has no name, in the directory or a vCard";
      expect(component().log).to.include(nameless);
    });
  });
});

describe("A web server that guards a page with auth_uk", () => {
  onEachServer((stage) => {
    const component = componentOn(stage);
    const auth = async (u: string, k = "none given"): Promise<string> => {
      const query = new URLSearchParams({ u, k }).toString();
      return (await (await component().get(`/qtalk/auth_uk?${query}`))?.text()) ?? "";
    };

    it("accepts the key that a client received, by id and by id@host, also after a crash, and no other", async () => {
      const [user, other] = [await stage.client("juliet"), await stage.client("romeo")];
      const answer = await user.iq("get", xml("query", { xmlns: TIME_KEY }), stage.domain);
      const { key_value: key = "", time_value } = answer.getChild("query", TIME_KEY)?.attrs ?? {};
      expect(Number(time_value)).to.be.within(Date.now() / 1000 - 600, Date.now() / 1000);
      expect(key).to.match(/^\d{32}$/);
      expect(await auth(user.username, key)).to.equal(AUTH_DONE);
      for (const who of [other.username, "nobody", `${user.username}@elsewhere.test`])
        expect(await auth(who, key)).to.equal(AUTH_FAIL);
      expect(await auth(user.username, key.slice(0, -1))).to.equal(AUTH_FAIL);
      await crash(component());
      expect(await auth(user.bareJid, key)).to.equal(AUTH_DONE);
      expect(await call(component(), "auth_uk", { u: user.username, k: key })).to.equal(AUTH_DONE);
    });

    it("accepts the key that the original's own request returned", async () => {
      const user = await stage.client("juliet");
      const answer = await user.iq("get", xml("key", { xmlns: "urn:xmpp:key" }), stage.domain);
      expect(await auth(user.username, answer.getChild("key", "urn:xmpp:key")?.attrs.value)).to.equal(
        AUTH_DONE,
      );
    });

    it("takes the key that a client got by a command, having found it by itself", async () => {
      const user = await stage.client("juliet");
      const disco = (what: "info" | "items", node?: string): Promise<Element> =>
        user.iq("get", xml("query", { xmlns: `${DISCO}#${what}`, node }), stage.domain);
      expect((await disco("info")).toString()).to.include(COMMANDS);
      const [item] = (await disco("items", COMMANDS)).getChild("query")?.getChildren("item") ?? [];
      const { node = "", jid } = item?.attrs ?? {};
      expect((await disco("info", node)).toString()).to.include("command-node");
      const command = xml("command", { xmlns: COMMANDS, node, action: "execute" });
      const done = (await user.iq("set", command, jid)).getChild("command", COMMANDS);
      expect(done?.attrs.status).to.equal("completed");
      const fields = done?.getChild("x", "jabber:x:data")?.getChildren("field") ?? [];
      const key = fields.find((field) => field.attrs.var === "key")?.getChildText("value") ?? "";
      expect(await auth(user.username, key)).to.equal(AUTH_DONE);
    });

    it("can rely on no other component getting keys", async () => {
      const other = await stage.component();
      for (const from of [other.domain, `juliet@${other.domain}/x`]) {
        const ask = async (query: string): Promise<Element> => {
          other.write(`<iq type='get' id='${from}' from='${from}' to='${stage.domain}'>${query}</iq>`);
          return await other.next((stanza) => stanza.is("iq") && stanza.attrs.id === from);
        };
        const offered = await ask(`<query xmlns='${DISCO}#items' node='${COMMANDS}'/>`);
        expect(offered.getChild("query")?.getChildren("item"), "no command is offered").to.deep.equal([]);
        const answer = await ask(`<query xmlns='${TIME_KEY}'/>`);
        expect(answer.getChild("error")?.getChild("forbidden"), from).to.not.equal(undefined);
      }
    });
  });
});
