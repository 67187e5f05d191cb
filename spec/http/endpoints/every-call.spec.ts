/** Every call at every of its paths, made with its own example: its answers byte for byte. */
import { expect } from "chai";
import type { OperationContext } from "../../../component/operations/context.js";
import { contract } from "../../../http/contract.js";
import { routesOf, type Route } from "../../../http/endpoint.js";
import { CalledComponent, EVERYBODY } from "../../support/called-component.js";
import type { Seen } from "../../support/interface.js";

const SUCCESS = '{"ret":true,"errcode":0,"errmsg":"success","data":""}';
const WITHOUT_DATA = '{"ret":true,"errcode":0,"errmsg":"success"}';
const EMPTY = '{"ret":true,"errcode":0,"errmsg":"","data":""}';
const OK = '{"data":"Send Message Ok"}';
const ROOM = "5f0b6bfa2e3a4d78aefe047ab06dc589";
const MADE = "test-8470e92d33304a27a847ddcbc3b9ae2b";

/** The documented answer at each path. */
const ANSWERS: Readonly<Record<string, string>> = {
  "/qtalk/send_thirdmessage": SUCCESS,
  "/qtalk/send_notify": SUCCESS,
  "/qtalk/create_muc": SUCCESS,
  "/qtalk/add_muc_user": SUCCESS,
  "/qtalk/del_muc_user": SUCCESS,
  "/qtalk/destroy_muc": SUCCESS,
  "/qtalk/get_user_nick": '{"ret":true,"errcode":0,"errmsg":"","data":{"Nick":"测试","Vcard":""}}',
  "/qtalk/send_message": WITHOUT_DATA,
  "/qtalk/muc_users":
    '{"ret":true,"errcode":0,"errmsg":"","data":[{"U":"test","H":"qtalk.test.org","N":"测试"},{"U":"test1","H":"qtalk.test.org","N":"test1"}]}',
  "/qtalk/auth_uk": WITHOUT_DATA,
  "/qtalk/clear_staff": EMPTY,
  "/qtalk/send_notice_vcard": '{"ret":true,"errcode":"0","errmsg":"","data":"sucess"}',
  "/qtalk/management/get_muc_opts": `{"ret":true,"errcode":"0","errmsg":"","data":{"mucid":"${ROOM}@conference.qtalk.test.org","maxusers":1000,"showname":"新建群组","owner":[{"user":"test","host":"qtalk.test.org"}]}}`,
  "/qtalk/management/change_muc_opts": '{"ret":true,"errcode":"0","errmsg":"Muc set opt ok"}',
  "/qtalk/management/del_muc_user": '{"ret":true,"errcode":"0","errmsg":"Muc set ok"}',
  "/im_http_service/corp/message/send_http_message.qunar": EMPTY,
  "/send_muc_presence": "ok",
  "/create_muc": SUCCESS,
  "/add_muc_user": SUCCESS,
  "/del_muc_user": SUCCESS,
  "/destroy_muc": SUCCESS,
  "/sendmessage": OK,
  "/sendnotice": OK,
};

/** Answers of calls whose failures have no data, as strict readers of their answers throw for it. */
const WITHOUT = [
  WITHOUT_DATA,
  ANSWERS["/qtalk/management/change_muc_opts"],
  ANSWERS["/qtalk/management/del_muc_user"],
];

/** What each call must be allowed. */
const SCOPES: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    [
      "send_thirdmessage",
      "send_notify",
      "send_message",
      "send_http_message",
      "clear_staff",
      "sendmessage",
      "sendnotice",
    ].map((name) => [name, ["senders"]]),
  ),
  ...Object.fromEntries(
    ["create_muc", "add_muc_user", "del_muc_user", "destroy_muc"].map((name) => [name, ["senders", "rooms"]]),
  ),
  ...Object.fromEntries(
    [
      "muc_users",
      "send_notice_vcard",
      "management/get_muc_opts",
      "management/change_muc_opts",
      "management/del_muc_user",
    ].map((name) => [name, ["rooms"]]),
  ),
};

/** The field in which a call may name its sender's host. */
const HOSTS: Readonly<Record<string, string>> = {
  create_muc: "muc_owner_host",
  clear_staff: "host",
  send_message: "Host",
  send_http_message: "fromhost",
  sendmessage: "Host",
};

function ask({ http }: CalledComponent, { method, path, example }: Route): Promise<Seen> {
  if (method === "POST") return http.request(path, { method, body: JSON.stringify(example) });
  return http.request(`${path}?${new URLSearchParams(example as Record<string, string>).toString()}`);
}

const KEY = "290711548828672407278";
const keys: OperationContext["keys"] = {
  judge: (_, key) => (key === KEY ? "good" : "wrong"),
  revoke: () => 0,
};

/** A component that knows the users of the examples. */
function open(config: object = {}): Promise<CalledComponent> {
  const names = { "test@qtalk.test.org": "测试" };
  const people = { "test@qtalk.test.org": { name: "测试", department: "" } };
  return CalledComponent.open({ names, people, config, context: { keys } });
}

/** Makes the rooms that an example is about. */
async function makeRooms(called: CalledComponent, { path }: Route): Promise<void> {
  const room = { muc_domain: "conference.qtalk.test.org" };
  await called.done("create_muc", { ...room, muc_id: ROOM, muc_owner: "test", muc_name: "新建群组" });
  await called.done("add_muc_user", { ...room, muc_id: ROOM, muc_owner: "test", muc_member: "test1" });
  if (path.endsWith("create_muc")) return;
  await called.done("create_muc", { ...room, muc_id: MADE, muc_owner: "admin" });
}

describe("Every call", () => {
  const routes = routesOf(contract);
  let called: CalledComponent;
  afterEach(() => called.close());

  for (const route of routes) {
    it(`answers its example as documented: ${route.path}`, async () => {
      called = await open();
      await makeRooms(called, route);
      const seen = await ask(called, route);
      const answer = ANSWERS[route.path] ?? "not documented";
      expect([seen.status, seen.text]).to.deep.equal([200, answer]);
      const type = answer === "ok" ? "text/plain" : "application/json";
      expect(seen.headers.get("content-type")).to.equal(`${type}; charset=utf-8`);
      expect(seen.headers.get("content-length")).to.equal(String(Buffer.byteLength(answer)));
    });
  }

  it("refuses other methods, and what it can't read, in the form of its answers", async () => {
    called = await open();
    for (const { path, method } of routes) {
      const data = WITHOUT.includes(ANSWERS[path]) ? "" : ',"data":""';
      const other = await called.http.request(path, { method: "PUT" });
      expect(other.text, path).to.equal(`{"ret":false,"errcode":1,"errmsg":"PUT is not disable"${data}}`);
      const wrong = method === "GET" ? await called.http.request(path) : await called.post(path, "7");
      expect(wrong.text, path).to.match(new RegExp(`^{"ret":false,"errcode":1,"errmsg":"[^"]+"${data}}$`));
      const escaped = await called.http.request(`${path}?x=%ff`, { method });
      expect(escaped.text, path).to.match(
        new RegExp(`^{"ret":false,"errcode":1,"errmsg":"[^"]+escape[^"]+"${data}}$`),
      );
    }
  });

  it("says in its own words that a room isn't there", async () => {
    called = await open();
    const text = async (route: Route | undefined): Promise<string> =>
      route === undefined ? "" : (await ask(called, route)).text;
    for (const route of routes.filter(({ group }) => group === "management"))
      expect(await text(route)).to.equal(
        '{"ret":false,"errcode":"-1","errmsg":"Muc not exit or Muc is temp Muc"}',
      );
    const users = routes.find(({ name }) => name === "muc_users");
    const none = `there is no room ${ROOM}@conference.qtalk.test.org`;
    expect(await text(users)).to.equal(`{"ret":false,"errcode":4,"errmsg":"${none}","data":[]}`);
  });

  it("is served only if its group is turned on", async () => {
    called = await open({ also: [] });
    for (const route of routes) {
      const { status, text } = await ask(called, route);
      if (route.group === undefined) expect(text, route.path).not.to.contain("not defined");
      else if (route.path.startsWith("/qtalk/")) expect(text, route.path).to.contain("request not defined");
      else expect(status, route.path).to.equal(404);
    }
  });

  it("is refused to callers without permission for the endpoint, the senders or the rooms", async () => {
    called = await open({ callers: [{ ...EVERYBODY, endpoints: [] }] });
    for (const route of routes) {
      const { status, text } = await ask(called, route);
      const data = WITHOUT.includes(ANSWERS[route.path]) ? "" : ',"data":""';
      expect([status, text.endsWith(`(endpoints of its http.callers entry)"${data}}`)], text).to.eql([
        403,
        true,
      ]);
    }
    await called.close();
    for (const missing of ["senders", "rooms"]) {
      called = await open({ callers: [{ ...EVERYBODY, [missing]: [] }] });
      for (const route of routes) {
        const needs = SCOPES[route.name] ?? [];
        const { status } = await ask(called, route);
        expect(status === 403, `${route.path} without ${missing}`).to.equal(needs.includes(missing));
      }
      if (missing === "senders") await called.close();
    }
  });

  it("is judged by the hosts that it names, in whichever field", async () => {
    called = await open({ callers: [{ ...EVERYBODY, senders: ["*@qtalk.test.org"] }] });
    const status = async ({ path, example }: Route, change: object): Promise<number> => {
      const body = Array.isArray(example) ? [{ ...example[0], ...change }] : { ...example, ...change };
      return (await called.post(path, body)).status;
    };
    for (const route of routes) {
      const field = HOSTS[route.name];
      if (field === undefined) continue;
      expect(await status(route, {}), route.path).to.equal(200);
      expect(await status(route, { [field]: "elsewhere.test" }), route.path).to.equal(403);
    }
    const made = routes.find(({ path }) => path === "/qtalk/create_muc")!;
    expect(await status(made, { muc_true_owner: "x@elsewhere.test" })).to.equal(403);
  });
});
