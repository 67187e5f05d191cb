/** Calls beside the eleven: their answers byte for byte, and who may make them. */
import { createHash } from "node:crypto";
import { expect } from "chai";
import { Errcode, Refusal } from "../../../component/refusal.js";
import { EXAMPLES } from "../../../http/docs/examples.js";
import { GROUPS, type OperationsApi } from "../../../http/endpoint.js";
import { Interface, type Seen } from "../../support/interface.js";

const CONFIRMED = { delivery: "confirmed" } as const;
const MUC = "5f0b6bfa2e3a4d78aefe047ab06dc589";
const SUCCESS = '{"ret":true,"errcode":0,"errmsg":"success","data":""}';
const OK = '{"data":"Send Message Ok"}';
const QUNAR = "/im_http_service/corp/message/send_http_message.qunar";

interface Later {
  readonly path: string;
  readonly name: string;
  readonly operation: keyof OperationsApi;
  readonly found?: unknown;
  readonly answer: string;
  /** Whether failures have data. */
  readonly data?: boolean;
}

const opts = {
  address: `${MUC}@c.x`,
  maxUsers: 600,
  name: "新建群组",
  owners: [{ local: "a", domain: "x" }],
};

const LATER: readonly Later[] = [
  {
    path: "/qtalk/send_notice_vcard",
    name: "send_notice_vcard",
    operation: "sendNoticeVcard",
    answer: '{"ret":true,"errcode":"0","errmsg":"","data":"sucess"}',
    data: true,
  },
  {
    path: "/send_muc_presence",
    name: "send_notice_vcard",
    operation: "sendNoticeVcard",
    answer: "ok",
    data: true,
  },
  {
    path: "/qtalk/management/get_muc_opts",
    name: "management/get_muc_opts",
    operation: "getMucOpts",
    found: opts,
    answer: `{"ret":true,"errcode":"0","errmsg":"","data":{"mucid":"${MUC}@c.x","maxusers":600,"showname":"新建群组","owner":[{"user":"a","host":"x"}]}}`,
    data: true,
  },
  {
    path: "/qtalk/management/change_muc_opts",
    name: "management/change_muc_opts",
    operation: "changeMucOpts",
    answer: '{"ret":true,"errcode":"0","errmsg":"Muc set opt ok"}',
  },
  {
    path: "/qtalk/management/del_muc_user",
    name: "management/del_muc_user",
    operation: "removeMember",
    answer: '{"ret":true,"errcode":"0","errmsg":"Muc set ok"}',
  },
  {
    path: QUNAR,
    name: "send_http_message",
    operation: "sendHttpMessage",
    answer: '{"ret":true,"errcode":0,"errmsg":"","data":""}',
    data: true,
  },
  { path: "/create_muc", name: "create_muc", operation: "createMuc", answer: SUCCESS, data: true },
  { path: "/add_muc_user", name: "add_muc_user", operation: "addMucUser", answer: SUCCESS, data: true },
  { path: "/del_muc_user", name: "del_muc_user", operation: "delMucUser", answer: SUCCESS, data: true },
  { path: "/destroy_muc", name: "destroy_muc", operation: "destroyMuc", answer: SUCCESS, data: true },
  { path: "/sendmessage", name: "sendmessage", operation: "sendMessages", answer: OK, data: true },
  { path: "/sendnotice", name: "sendnotice", operation: "sendMessages", answer: OK, data: true },
];

const everybody = { name: "all", addresses: ["127.0.0.1"], senders: ["*"], rooms: ["*"], everyone: true };

/** Makes a call with its example's arguments. */
function ask(http: Interface, { path, name }: Later): Promise<Seen> {
  const example = EXAMPLES[name];
  if (name !== "send_notice_vcard")
    return http.request(path, { method: "POST", body: JSON.stringify(example) });
  return http.request(`${path}?muc_name=${MUC}`);
}

describe("Calls beside the eleven", () => {
  for (const later of LATER) {
    const { path, operation, answer, found = CONFIRMED, data = false } = later;
    const open = (outcome: unknown, config: object = {}): Promise<Interface> =>
      Interface.open({
        config: { also: GROUPS, callers: [everybody], ...config },
        operations: { [operation]: () => Promise.resolve(outcome) },
      });

    it(`${path}: done`, async () => {
      const http = await open(found);
      const seen = await ask(http, later);
      await http.close();
      expect([seen.status, seen.text]).to.deep.equal([200, answer]);
      const type = answer === "ok" ? "text/plain" : "application/json";
      expect(seen.headers.get("content-type")).to.equal(`${type}; charset=utf-8`);
    });

    it(`${path}: refused`, async () => {
      const http = await open(new Refusal(Errcode.forbidden, "no"));
      const seen = await ask(http, later);
      await http.close();
      expect(seen.status).to.equal(200);
      expect(seen.text).to.equal(`{"ret":false,"errcode":2,"errmsg":"no"${data ? ',"data":""' : ""}}`);
    });

    it(`${path}: at fault`, async () => {
      const http = await open(found);
      const seen =
        later.name === "send_notice_vcard"
          ? await http.request(path)
          : await http.request(path, { method: "POST", body: "7" });
      const other = await http.request(path, { method: "PUT" });
      await http.close();
      expect(JSON.parse(seen.text)).to.include({ ret: false, errcode: 1 });
      expect(JSON.parse(other.text)).to.include({ ret: false, errcode: 1, errmsg: "PUT is not disable" });
    });

    it(`${path}: not served unless it is turned on, and not to callers who may not`, async () => {
      const http = await open(found, { also: [] });
      const seen = await ask(http, later);
      await http.close();
      const isServed = path === "/qtalk/send_notice_vcard";
      expect(seen.text === answer, seen.text).to.equal(isServed);
      const other = await open(found, { callers: [{ ...everybody, endpoints: ["auth_uk"] }] });
      expect((await ask(other, later)).status).to.equal(403);
      await other.close();
      const none = await open(found, { callers: [{ ...everybody, senders: [], rooms: [] }] });
      expect((await ask(none, later)).status).to.equal(403);
      await none.close();
    });
  }

  it("on rooms that there aren't are told so in the original's words", async () => {
    const none = (): Promise<Refusal> => Promise.resolve(new Refusal(Errcode.notFound, "no"));
    const http = await Interface.open({
      config: { also: ["management"] },
      operations: { getMucOpts: none, changeMucOpts: none, removeMember: none },
    });
    for (const name of ["get_muc_opts", "change_muc_opts", "del_muc_user"]) {
      const seen = await http.post(`management/${name}`, EXAMPLES[`management/${name}`]);
      expect(seen.text).to.equal('{"ret":false,"errcode":"-1","errmsg":"Muc not exit or Muc is temp Muc"}');
    }
    await http.close();
  });

  it("take what is left out, empty or null as left as it is", async () => {
    const calls: unknown[] = [];
    const http = await Interface.open({
      config: { also: ["management", "im_http_service"] },
      operations: {
        changeMucOpts: (call) => {
          calls.push(call);
          return Promise.resolve(CONFIRMED);
        },
        sendHttpMessage: (call) => {
          calls.push(call);
          return Promise.resolve(CONFIRMED);
        },
      },
    });
    const room = { muc: "r", domain: "c.x" };
    await http.post("management/change_muc_opts", { ...room, public: "", persistent: null, max_users: "" });
    await http.post("management/change_muc_opts", {
      ...room,
      public: true,
      max_users: 9,
      forbidden_words: "x",
    });
    const unset = { public: undefined, persistent: undefined, maxUsers: undefined, owner: undefined };
    const named = { room: { id: "r", domain: "c.x" } };
    expect(calls.splice(0)).to.deep.equal([
      { ...named, ...unset },
      { ...named, ...unset, public: "true", maxUsers: "9" },
    ]);
    const wrong = await http.post("management/change_muc_opts", { ...room, public: "yes" });
    expect(JSON.parse(wrong.text)).to.deep.equal({
      ret: false,
      errcode: 1,
      errmsg: 'public: expected "true" or "false"',
    });

    const least = { from: "a", to: [{ user: "b" }], content: "x", backupinfo: { a: 1 } };
    await http.request(QUNAR, { method: "POST", body: JSON.stringify(least) });
    expect(calls).to.deep.equal([
      {
        ...{ system: "", from: "a", fromHost: undefined, to: [{ user: "b", host: undefined }], type: "chat" },
        ...{ msgType: "1", content: "x", extendInfo: "", backupInfo: '{"a":1}', autoReply: "false" },
      },
    ]);
    await http.close();
  });

  it("with escapes that can't be read are refused as others are", async () => {
    const http = await Interface.open({ config: { also: GROUPS } });
    for (const path of ["/qtalk/send_notice_vcard", "/send_muc_presence"]) {
      const { status, text } = await http.request(`${path}?muc_name=%ff`);
      expect([status, (JSON.parse(text) as { errcode: number }).errcode], path).to.deep.equal([200, 1]);
    }
    await http.close();
  });
});

describe("Messages to everybody", () => {
  const call = (http: Interface, path: string, message: object, token = ""): Promise<Seen> =>
    http.request(path, {
      method: "POST",
      body: JSON.stringify([message]),
      headers: { authorization: `Bearer ${token}` },
    });
  const toAll = { From: "a", To: [{ User: "All" }], Body: "x" };

  it("are sent only for callers whose policy says so", async () => {
    const hash = (token: string): string => createHash("sha256").update(token).digest("hex");
    const sent: unknown[] = [];
    const callers = [
      { name: "may", token_sha256: hash("may"), senders: ["*"], everyone: true },
      { name: "not", token_sha256: hash("not"), senders: ["*"] },
    ];
    const operations: Partial<OperationsApi> = {
      sendMessages: (messages) => {
        sent.push(...messages.map(({ to, type }) => [to, type]));
        return Promise.resolve(CONFIRMED);
      },
    };
    const http = await Interface.open({ config: { also: ["gateway"], callers }, operations });
    for (const [path, message] of [
      ["/sendmessage", toAll],
      ["/sendnotice", { From: "a", Body: "x" }],
    ] as const) {
      const refused = await call(http, path, message, "not");
      expect(JSON.parse(refused.text)).to.include({ ret: false, errcode: 1, data: "" });
      expect((await call(http, path, message, "may")).text).to.equal(OK);
    }
    expect(sent).to.deep.equal([
      ["everyone", "chat"],
      ["everyone", "headline"],
    ]);
    await http.close();
  });

  it("are sent for nobody while no callers are configured", async () => {
    const http = await Interface.open({ config: { also: ["gateway"] } });
    expect(JSON.parse((await call(http, "/sendmessage", toAll)).text)).to.include({ ret: false, errcode: 1 });
    expect(JSON.parse((await call(http, "/sendnotice", { From: "a", Body: "x" })).text)).to.include({
      errcode: 1,
    });
    await http.close();
  });
});
