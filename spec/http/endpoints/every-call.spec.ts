/** Every call at every of its paths, made with its own example: its answers byte for byte. */
import { expect } from "chai";
import type { OperationContext } from "../../../component/operations/context.js";
import { contract } from "../../../http/contract.js";
import { requestShape } from "../../../http/docs/openapi.js";
import { routesOf, type Route } from "../../../http/endpoint.js";
import { CalledComponent, EVERYBODY } from "../../support/called-component.js";
import type { Seen } from "../../support/interface.js";
import { program } from "../../plays/program.js";
import { acts } from "../../plays/steps.js";

const ROOM = "5f0b6bfa2e3a4d78aefe047ab06dc589";
const MADE = "test-8470e92d33304a27a847ddcbc3b9ae2b";

/** The answer to a route's example, as the endpoint declares it. */
function answerOf({ success }: Route): string {
  if ("plain" in success) return success.plain;
  const { errcode = 0, errmsg, data } = success;
  return JSON.stringify({ ret: true, errcode, errmsg, data: typeof data === "object" ? data.example : data });
}

/** The end of a failure's answer: calls whose answers have no data fail without, as strict readers throw for it. */
const endOf = ({ success }: Route): string =>
  "plain" in success || success.data !== undefined ? ',"data":""}' : "}";

/** What a call must be allowed: what it names in its example. */
async function neededFor({ request, scope, example }: Route): Promise<string[]> {
  const named = Object.entries(await scope(request.parse(example)));
  return named.flatMap(([kind, all]) => ((all as readonly unknown[]).length > 0 ? [kind] : []));
}

/** The fields in which a call may name its sender's host. */
function hostFieldsOf(route: Route): string[] {
  const { properties, items, anyOf = [] } = requestShape(route, "en");
  const objects = [{ properties }, ...(items === undefined ? [] : [items]), ...anyOf];
  const names = objects.flatMap((object) => Object.keys(object.properties ?? {}));
  return [...new Set(names)].filter((name) => /(?:^|_|from)host$/i.test(name));
}

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
  const room = { muc_id: ROOM, muc_domain: "conference.qtalk.test.org", muc_owner: "test" };
  await acts(called, [program.POST`create_muc ${room} {muc_name: 新建群组} = ok`]);
  await acts(called, [program.POST`add_muc_user ${room} {muc_member: test1} = ok`]);
  if (path.endsWith("create_muc")) return;
  await acts(called, [program.POST`create_muc ${room} {muc_id: ${MADE}, muc_owner: admin} = ok`]);
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
      const answer = answerOf(route);
      expect([seen.status, seen.text]).to.deep.equal([200, answer]);
      const type = answer === "ok" ? "text/plain" : "application/json";
      expect(seen.headers.get("content-type")).to.equal(`${type}; charset=utf-8`);
      expect(seen.headers.get("content-length")).to.equal(String(Buffer.byteLength(answer)));
    });
  }

  it("refuses other methods, and what it can't read, in the form of its answers", async () => {
    called = await open();
    for (const route of routes) {
      const { path, method } = route;
      const end = endOf(route);
      const other = await called.http.request(path, { method: "PUT" });
      expect(other.text, path).to.equal(`{"ret":false,"errcode":1,"errmsg":"PUT is not disable"${end}`);
      const wrong =
        method === "GET"
          ? await called.http.request(path)
          : await called.http.request(path, { method, body: "7" });
      expect(wrong.text, path).to.match(new RegExp(`^{"ret":false,"errcode":1,"errmsg":"[^"]+"${end}$`));
      const escaped = await called.http.request(`${path}?x=%ff`, { method });
      expect(escaped.text, path).to.match(
        new RegExp(`^{"ret":false,"errcode":1,"errmsg":"[^"]+escape[^"]+"${end}$`),
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
      const end = `(endpoints of its http.callers entry)"${endOf(route)}`;
      expect([status, text.endsWith(end)], text).to.eql([403, true]);
    }
    await called.close();
    for (const missing of ["senders", "rooms"]) {
      called = await open({ callers: [{ ...EVERYBODY, [missing]: [] }] });
      for (const route of routes) {
        const { status } = await ask(called, route);
        const isNeeded = (await neededFor(route)).includes(missing);
        expect(status === 403, `${route.path} without ${missing}`).to.equal(isNeeded);
      }
      if (missing === "senders") await called.close();
    }
  });

  it("is judged by the hosts that it names, in whichever field", async () => {
    called = await open({ callers: [{ ...EVERYBODY, senders: ["*@qtalk.test.org"] }] });
    const status = async (route: Route, change: object): Promise<number> => {
      const { example } = route;
      const body = Array.isArray(example) ? [{ ...example[0], ...change }] : { ...example, ...change };
      return (await ask(called, { ...route, example: body })).status;
    };
    const tried = new Set<string>();
    for (const route of routes) {
      if (!(await neededFor(route)).includes("senders")) continue;
      for (const field of hostFieldsOf(route)) {
        tried.add(`${route.name} ${field}`);
        expect(await status(route, {}), route.path).to.equal(200);
        expect(await status(route, { [field]: "elsewhere.test" }), `${route.path} ${field}`).to.equal(403);
      }
    }
    expect([...tried]).to.have.members([
      "create_muc muc_owner_host",
      "clear_staff host",
      "send_message Host",
      "send_http_message fromhost",
      "sendmessage Host",
    ]);
    const made = routes.find(({ path }) => path === "/qtalk/create_muc")!;
    expect(await status(made, { muc_true_owner: "x@elsewhere.test" })).to.equal(403);
  });
});
