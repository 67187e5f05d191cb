import { expect } from "chai";
import { xml, type Client } from "../../scripts/lab/client.js";
import { ComponentProcess } from "../../scripts/lab/component-process.js";
import { CommandLine } from "../support/command-line.js";
import { onServer } from "../support/servers.js";
import { affiliation, copyBlock, dumpOf, optsOf } from "../support/startalk.js";
import { call, errorIn, Person, USER } from "./rooms-people.js";

const HOST = "qtalk.test.org";
const DOMAIN = `conference.${HOST}`;
const ROOM = "d2b03928439549478c4391ae5772b810";

const DUMP = dumpOf(
  copyBlock("host_info", [{ id: 1, host: "qtalk" }]),
  copyBlock("host_users", [
    { id: 1, host_id: 1, user_id: "zhangsan", user_name: "张三" },
    { id: 2, host_id: 1, user_id: "lisi", user_name: "李四" },
  ]),
  copyBlock("muc_room", [
    { name: ROOM, host: "conference.qtalk", opts: optsOf(affiliation("zhangsan", "owner")) },
  ]),
  copyBlock("muc_room_users", [
    { muc_name: ROOM, username: "lisi", host: "qtalk", domain: "conference.qtalk", id: 1 },
  ]),
  copyBlock("muc_vcard_info", [{ muc_name: `${ROOM}@conference.qtalk`, show_name: "测试群" }]),
  copyBlock("vcard_version", [{ username: "lisi", host: "qtalk", url: "file/v2/download/a.jpg?name=a.jpg" }]),
);
const RENAMED = ["--rename", `qtalk=${HOST}`, "--rename", `conference.qtalk=${DOMAIN}`];

describe("A company that moves in from the original", () => {
  onServer("prosody", {}, (stage) => {
    let line: CommandLine;
    let component: ComponentProcess;

    before(async () => {
      const { service, password } = stage.server.component(DOMAIN);
      const xmpp = { service, domain: DOMAIN, password, hosts: [HOST] };
      line = new CommandLine({ xmpp });
      line.folder.file("startalk.sql", DUMP);
      const imported = await line.run("import", "startalk", "startalk.sql", ...RENAMED);
      expect([imported.code, imported.stderr]).to.deep.equal([0, ""]);
      const access = { service, domain: DOMAIN, password };
      const storage = { path: line.database };
      component = await ComponentProcess.start({ access, hosts: [HOST], config: { storage } });
      await component.ready();
      const people = ["zhangsan", "lisi", "stranger"].map((username) => ({ username, password: "secret" }));
      await stage.server.addAccounts(...people);
    });
    after(async () => {
      await component.stop();
      line.remove();
    });

    const login = (username: string): Promise<Client> =>
      stage.client({ username, host: HOST, password: "secret" });
    const inRoom = (client: Client | undefined, nick: string): Person =>
      new Person(client!, `${ROOM}@${DOMAIN}`, nick);
    const users = (): Promise<string> => call(component, "muc_users", { muc_id: ROOM, muc_domain: DOMAIN });

    it("finds its people under their names and pictures, and its rooms with their members", async () => {
      expect(await call(component, "get_user_nick", { ID: "lisi", Domain: HOST })).to.equal(
        '{"ret":true,"errcode":0,"errmsg":"","data":{"Nick":"李四","Vcard":"file/v2/download/a.jpg?name=a.jpg"}}',
      );
      expect((JSON.parse(await users()) as { data: unknown }).data).to.deep.equal([
        { U: "zhangsan", H: HOST, N: "张三" },
        { U: "lisi", H: HOST, N: "李四" },
      ]);
    });

    it("goes on talking in them, its members among themselves", async () => {
      const clients = await Promise.all(["zhangsan", "lisi", "stranger"].map(login));
      const owner = inRoom(clients[0], "张三");
      const member = inRoom(clients[1], "李四");
      const own = (await owner.enters()).find(({ attrs }) => attrs.from === owner.address);
      const item = own?.getChild("x", USER)?.getChild("item");
      expect(item?.attrs).to.include({ affiliation: "owner", role: "moderator" });
      await member.enters();
      const refusal = (await inRoom(clients[2], "谁").enters()).at(-1);
      expect(errorIn(refusal!)).to.equal("auth/registration-required");
      await member.says("你好");
      expect(await owner.hears("你好")).to.equal("李四");
      const info = xml("query", { xmlns: "http://jabber.org/protocol/disco#info" });
      expect((await owner.iq("get", info)).toString()).to.include("测试群");
    });

    it("can't import once more while the component runs: rooms are in its memory", async () => {
      const again = await line.run("import", "startalk", "startalk.sql", ...RENAMED);
      expect(again.code).to.equal(75);
      expect(again.stderr).to.include("stop the component");
      const rehearsed = await line.run("import", "startalk", "startalk.sql", ...RENAMED, "--dry-run");
      expect(rehearsed.code, "a rehearsal may be held").to.equal(0);
      expect(rehearsed.stdout).to.match(/host_users +2 +0 +0 +2 /);
    });

    it("keeps its list of people current while the component runs", async () => {
      line.folder.file("people.csv", "id,name\nwangwu,王五\nlisi,李斯\n");
      const imported = await line.run("user", "import", "people.csv");
      expect(imported.stdout).to.match(/^Done: 1 added, 1 changed/);
      expect(await call(component, "get_user_nick", { ID: "lisi" })).to.include('"Nick":"李斯"');
    });

    it("forgets who has left: no rooms, no keys", async () => {
      const member = await login("lisi");
      const answer = await member.iq("get", xml("query", { xmlns: "config:xmpp:time_key" }), DOMAIN);
      const key = answer.getChild("query")?.attrs.key_value ?? "";
      const auth = async (): Promise<string> =>
        (await (await component.get(`/qtalk/auth_uk?u=lisi&k=${key}`))?.text()) ?? "";
      expect(await auth()).to.include('"ret":true');
      expect(await call(component, "clear_staff", { users: ["lisi"], host: HOST })).to.include('"ret":true');
      expect(await auth()).to.include("auth fail");
      expect(await users())
        .to.include("zhangsan")
        .and.not.include("lisi");
    });
  });
});
