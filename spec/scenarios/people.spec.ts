import { expect } from "chai";
import { xml, type Client, type Element } from "../../scripts/lab/client.js";
import type { ComponentProcess } from "../../scripts/lab/component-process.js";
import { componentOn, onEachServer } from "../support/servers.js";

const TIME_KEY = "config:xmpp:time_key";
const COMMANDS = "http://jabber.org/protocol/commands";
const PNG = Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.from("测试".repeat(500))]);

const AUTH_FAIL = '{"ret":false,"errcode":1,"errmsg":"auth fail"}';
const AUTH_DONE = '{"ret":true,"errcode":0,"errmsg":"success"}';
const INFO_FAIL = '{"ret":false,"errcode":1,"errmsg":"get info fail","data":""}';

const vcard = (...children: Element[]): Element => xml("vCard", { xmlns: "vcard-temp" }, ...children);

describe("A user who isn't in the directory", () => {
  onEachServer((stage) => {
    const running = componentOn(stage);
    let component: ComponentProcess;
    before(() => {
      component = running();
    });

    const nickOf = async (id: string, domain = "qtalk.test.org"): Promise<string> =>
      (await component.post("get_user_nick", { ID: id, Domain: domain })).text();

    it("has the name that they gave themselves, and no picture rather than null", async () => {
      const user = await stage.client("juliet");
      await user.iq("set", vcard(xml("NICKNAME", {}, "Jule"), xml("FN", {}, "朱丽叶 & <sub>")));
      expect(await nickOf(user.username)).to.equal(
        '{"ret":true,"errcode":0,"errmsg":"","data":{"Nick":"朱丽叶 & <sub>","Vcard":""}}',
      );
    });

    it("is known while they are logged out", async () => {
      const user = await stage.client("juliet");
      await user.iq("set", vcard(xml("NICKNAME", {}, "Jule")));
      const id = user.username;
      await user.close();
      expect(await nickOf(id)).to.include('"Nick":"Jule"');
    });

    it("has the picture that they set, served under the URL that the call returns", async () => {
      const user = await stage.client("juliet");
      const photo = xml("PHOTO", {}, xml("TYPE", {}, "image/png"), xml("BINVAL", {}, PNG.toString("base64")));
      await user.iq("set", vcard(xml("FN", {}, "Juliet"), photo));
      const { data } = JSON.parse(await nickOf(user.username)) as { data: { Vcard: string } };
      expect(data.Vcard).to.match(/^file\/avatar\/[0-9a-f]{64}\.png$/);

      const picture = (await component.get(`/${data.Vcard}`))!;
      expect(Object.fromEntries(picture.headers)).to.include({
        "content-type": "image/png",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'",
      });
      expect(Buffer.from(await picture.arrayBuffer()).equals(PNG)).to.equal(true);

      const etag = picture.headers.get("etag") ?? "";
      const url = `http://127.0.0.1:${component.httpPort}/${data.Vcard}`;
      // fetch would ask for no copy from a cache, as a browser's reload does.
      const headers = { "if-none-match": etag, "cache-control": "max-age=0" };
      const again = await fetch(url, { headers });
      expect([again.status, await again.text()]).to.deep.equal([304, ""]);
      const head = await fetch(url, { method: "HEAD" });
      expect(head.headers.get("content-length")).to.equal(String(PNG.length));
      for (const path of [`${"0".repeat(64)}.png`, "..%2f..%2fqtalk.db", "x.png"]) {
        expect((await component.get(`/file/avatar/${path}`))?.status, path).to.equal(404);
      }
    });

    it("has no name without an account or a vCard", async () => {
      const silent = await stage.client("silent");
      expect(await nickOf("nobody-at-all")).to.equal(INFO_FAIL);
      expect(await nickOf(silent.username)).to.equal(INFO_FAIL);
      expect(await nickOf("juliet", "elsewhere.test")).to.equal(INFO_FAIL);
      expect(component.log).to.include(
        "nobody-at-all@qtalk.test.org has no name, in the directory or a vCard",
      );
      expect(await nickOf("no good")).to.match(/"errcode":1,"errmsg":"ID: [^"]*\\"no good\\"/);
    });
  });
});

describe("A web server that guards a page with auth_uk", () => {
  onEachServer((stage) => {
    const running = componentOn(stage);
    let component: ComponentProcess;
    before(() => {
      component = running();
    });

    const auth = async (u: string, k: string): Promise<string> => {
      const query = new URLSearchParams({ u, k }).toString();
      return (await (await component.get(`/qtalk/auth_uk?${query}`))?.text()) ?? "";
    };
    const askKey = async (client: Client): Promise<Element> =>
      await client.iq("get", xml("query", { xmlns: TIME_KEY }), stage.domain);
    const keyOf = (answer: Element): string =>
      answer.getChild("query", TIME_KEY)?.attrs.key_value ?? "none given";

    it("accepts the key that a client received, by id and by id@host", async () => {
      const user = await stage.client("juliet");
      const answer = await askKey(user);
      const seconds = Number(answer.getChild("query", TIME_KEY)?.attrs.time_value);
      expect(seconds).to.be.within(Date.now() / 1000 - 600, Date.now() / 1000);
      const key = keyOf(answer);
      expect(key).to.match(/^\d{32}$/);
      expect(await auth(user.username, key)).to.equal(AUTH_DONE);
      expect(await auth(user.bareJid, key)).to.equal(AUTH_DONE);
      const posted = await component.post("auth_uk", { u: user.username, k: key });
      expect(await posted.text(), "posted").to.equal(AUTH_DONE);
    });

    it("accepts the key that the original's own request returned", async () => {
      const user = await stage.client("juliet");
      const answer = await user.iq("get", xml("key", { xmlns: "urn:xmpp:key" }), stage.domain);
      const { value = "none given" } = answer.getChild("key", "urn:xmpp:key")?.attrs ?? {};
      expect(await auth(user.username, value)).to.equal(AUTH_DONE);
    });

    it("refuses other users and other keys", async () => {
      const [user, other] = await Promise.all([stage.client("juliet"), stage.client("romeo")]);
      const key = keyOf(await askKey(user));
      expect(await auth(other.username, key)).to.equal(AUTH_FAIL);
      expect(await auth(user.username, key.slice(0, -1))).to.equal(AUTH_FAIL);
      expect(await auth("nobody", key)).to.equal(AUTH_FAIL);
      expect(await auth(`${user.username}@elsewhere.test`, key)).to.equal(AUTH_FAIL);
      expect(await auth(user.username, key)).to.equal(AUTH_DONE);
      expect(await (await component.get("/qtalk/auth_uk?u=x"))?.text()).to.match(/"errcode":1,"errmsg":"k: /);
    });

    it("takes the key that a client got by a command, having found it by itself", async () => {
      const user = await stage.client("juliet");
      const disco = (what: "info" | "items", node?: string): Promise<Element> =>
        user.iq(
          "get",
          xml("query", { xmlns: `http://jabber.org/protocol/disco#${what}`, node }),
          stage.domain,
        );
      expect((await disco("info")).toString()).to.include(COMMANDS);
      const [item] = (await disco("items", COMMANDS)).getChild("query")?.getChildren("item") ?? [];
      const node = item?.attrs.node ?? "";
      expect((await disco("info", node)).toString()).to.include("command-node");
      const command = xml("command", { xmlns: COMMANDS, node, action: "execute" });
      const done = (await user.iq("set", command, item?.attrs.jid)).getChild("command", COMMANDS);
      expect(done?.attrs.status).to.equal("completed");
      const fields = done?.getChild("x", "jabber:x:data")?.getChildren("field") ?? [];
      const key = fields.find((field) => field.attrs.var === "key")?.getChildText("value") ?? "";
      expect(await auth(user.username, key)).to.equal(AUTH_DONE);
    });

    it("has keys survive a restart of the component", async () => {
      const user = await stage.client("juliet");
      const key = keyOf(await askKey(user));
      await component.end("SIGKILL");
      component.launch();
      await component.ready();
      expect(await auth(user.username, key)).to.equal(AUTH_DONE);
    });

    it("can rely on no other component getting keys", async () => {
      const other = await stage.component();
      const { domain } = stage.server.component();
      for (const from of [domain, `juliet@${domain}/x`]) {
        const ask = async (query: string): Promise<Element> => {
          other.write(`<iq type='get' id='${from}' from='${from}' to='${stage.domain}'>${query}</iq>`);
          return await other.next((stanza) => stanza.is("iq") && stanza.attrs.id === from);
        };
        const items = "http://jabber.org/protocol/disco#items";
        const offered = await ask(`<query xmlns='${items}' node='${COMMANDS}'/>`);
        expect(offered.getChild("query")?.getChildren("item"), "no command is offered").to.deep.equal([]);
        const answer = await ask(`<query xmlns='${TIME_KEY}'/>`);
        expect(answer.attrs.type, from).to.equal("error");
        expect(answer.getChild("error")?.getChild("forbidden"), from).to.not.equal(undefined);
      }
    });
  });
});
