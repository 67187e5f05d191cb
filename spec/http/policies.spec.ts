/** Callers with names: each policy denied and allowed. */
import { expect } from "chai";
import { DomainAliases } from "../../component/addresses/domain-aliases.js";
import { batchResult, validItems, refuseBatch, type Item } from "../../component/operations/batch.js";
import { httpConfig } from "../../http/config.js";
import { resolver } from "../../http/caller-permissions.js";
import { bearer, Interface, sha256, type Seen } from "../support/interface.js";

const CALLERS = [
  {
    name: "watcher",
    token_sha256: sha256("w-token"),
    senders: ["watcher-*@qtalk.test.org", "admin@qtalk.test.org"],
    endpoints: ["send_thirdmessage", "send_notify", "send_message"],
  },
  { name: "nick", token_sha256: sha256("n-token"), endpoints: ["get_user_nick"], rate: 3 },
  { name: "afar", token_sha256: sha256("a-token"), addresses: ["10.0.0.0/8"] },
];

const message = (from: string): object => ({ from, to: "bob", message: "<message/>" });

describe("Callers with names", () => {
  let http: Interface;
  let ran: string[];

  async function open(config: object): Promise<void> {
    http = await Interface.open({
      config,
      runs: {
        send_thirdmessage: (messages: readonly Item<{ readonly from: string }>[]) => {
          const good = validItems(messages);
          ran.push(...good.map(({ from }) => from));
          const batch = { mode: "each", name: (index: number) => `item ${index}` } as const;
          const none = refuseBatch(batch, messages);
          return none ?? batchResult(batch, messages, { delivery: "confirmed" });
        },
        get_user_nick: () => ({ data: { Nick: "n", Vcard: "" } }),
      },
      resolve: ({ id, host }) => (id.includes("@") ? id : `${id}@${host ?? "qtalk.test.org"}`),
    });
  }

  beforeEach(async () => {
    ran = [];
    await open({ callers: CALLERS });
  });
  afterEach(() => http.close());

  const errmsg = ({ text }: Seen): string => (JSON.parse(text) as { errmsg: string }).errmsg;
  const isDenied = (seen: Seen, status: number): void => {
    expect(seen.status, seen.text).to.equal(status);
    expect(JSON.parse(seen.text)).to.include({ ret: false, errcode: 6, data: "" });
  };

  it("exclude others: 401, and how to authenticate", async () => {
    for (const headers of [
      {},
      bearer("another"),
      { authorization: "Basic dzp3" },
      bearer(sha256("w-token")),
    ]) {
      const seen = await http.post("send_thirdmessage", message("admin"), headers);
      isDenied(seen, 401);
      expect(seen.headers.get("www-authenticate")).to.equal("Bearer");
    }
    expect(errmsg(await http.post("send_thirdmessage", message("admin")))).to.contain(
      "Authorization: Bearer",
    );
    expect(ran).to.deep.equal([]);
  });

  it("may act as the senders that their patterns name, and as no others", async () => {
    const post = (from: string): Promise<Seen> =>
      http.post("send_thirdmessage", message(from), bearer("w-token"));
    for (const from of ["admin", "admin@qtalk.test.org", "watcher-7@qtalk.test.org"]) {
      expect((await post(from)).status, from).to.equal(200);
    }
    for (const from of ["root", "admin@other.org", "xadmin", "watcher-7@qtalk.test.org.evil", "admin/x@y"]) {
      isDenied(await post(from), 403);
    }
    expect(errmsg(await post("root")))
      .to.contain("watcher may not act as")
      .and.contain("senders");
    expect(ran).to.have.length(3);
  });

  it("are denied what of a batch they may not send, and that alone", async () => {
    const batch = [message("root"), message("admin"), message("watcher-1")];
    const seen = await http.post("send_thirdmessage", batch, bearer("w-token"));
    expect(seen.status, "something was accepted").to.equal(200);
    expect(JSON.parse(seen.text)).to.include({ ret: false, errcode: 6, data: "" });
    expect(errmsg(seen)).to.match(
      /^item 0: the calling program watcher may not act as "root".*; the other 2 were sent$/,
    );
    expect(seen.headers.get("x-qtalk-delivery")).to.equal("confirmed");
    expect(ran).to.deep.equal(["admin", "watcher-1"]);
  });

  it("are denied a batch of which they may send nothing", async () => {
    const seen = await http.post("send_thirdmessage", [message("root"), message("ROOT")], bearer("w-token"));
    isDenied(seen, 403);
    expect(errmsg(seen)).to.contain('may not act as "root"');
    expect(ran).to.deep.equal([]);
  });

  it("are denied a whole batch for one sender in it, if batches are whole; also after a change at run time", async () => {
    http.server.configure(httpConfig.parse({ callers: CALLERS, batches: "whole" }));
    const batch = [message("admin"), message("root")];
    isDenied(await http.post("send_thirdmessage", batch, bearer("w-token")), 403);
    expect(ran).to.deep.equal([]);
  });

  it("may call the endpoints that are named, and no others", async () => {
    const nick = { ID: "test", Domain: "qtalk.test.org" };
    expect((await http.post("get_user_nick", nick, bearer("n-token"))).status).to.equal(200);
    isDenied(await http.post("get_user_nick", nick, bearer("w-token")), 403);
    isDenied(await http.post("send_thirdmessage", message("admin"), bearer("n-token")), 403);
  });

  it("may act as and manage what their patterns name, in any case and by any alias, and nothing else", async () => {
    await http.close();
    const domain = "groups.example.org";
    const rooms = ["HR-*@Groups.example.org", "old-*@old.example.org"];
    const resolve = resolver(
      new DomainAliases({
        xmpp: { domain, hosts: ["example.org"], host_aliases: { qtalk: "example.org" } },
        rooms: { aliases: ["old.example.org"] },
      }),
    );
    const made: string[] = [];
    http = await Interface.open({
      config: { callers: [{ name: "hr", token_sha256: sha256("h-token"), senders: ["boss*@qtalk"], rooms }] },
      runs: {
        create_muc: ({ muc_id }: { readonly muc_id: string }) => {
          made.push(muc_id);
          return { delivery: "confirmed" };
        },
      },
      resolve,
    });
    const post = (muc_id: string, host = domain, muc_owner = "boss"): Promise<Seen> =>
      http.post("create_muc", { muc_id, muc_owner, muc_domain: host }, bearer("h-token"));
    const seen = await post("hr-1");
    expect(seen.status, seen.text).to.equal(200);
    expect((await post("hr-2", "old.example.org")).status).to.equal(200);
    expect((await post("old-1")).status).to.equal(200);
    for (const owner of ["BOSS", "boss2@example.org/phone", "boss@QTalk"])
      expect((await post("hr-1", domain, owner)).status, owner).to.equal(200);
    for (const owner of ["boss@other.org", "xboss", "bos"]) isDenied(await post("hr-1", domain, owner), 403);
    expect(made.splice(0)).to.deep.equal(["hr-1", "hr-2", "old-1", "hr-1", "hr-1", "hr-1"]);
    const denied = await post("board");
    isDenied(denied, 403);
    expect(errmsg(denied)).to.contain(`may not manage "board@${domain}" (rooms`);
    isDenied(await post("hr-1", "other.example.org"), 403);
    expect(made).to.deep.equal([]);
  });

  it("may not act as an invalid address, whatever their patterns", async () => {
    await http.close();
    http = await Interface.open({
      config: { callers: [{ name: "all", token_sha256: sha256("all"), senders: ["*"] }] },
      runs: { send_thirdmessage: () => ({ delivery: "confirmed" }) },
      resolve: resolver(
        new DomainAliases({ xmpp: { domain: "groups.example.org", hosts: ["example.org"] } }),
      ),
    });
    const post = (from: string): Promise<Seen> =>
      http.post("send_thirdmessage", message(from), bearer("all"));
    expect((await post("anybody@anywhere.example")).status).to.equal(200);
    isDenied(await post("a b"), 403);
    const long = await post(`${"x".repeat(200)} y`);
    isDenied(long, 403);
    expect(errmsg(long)).to.contain("x".repeat(80)).and.not.contain("x".repeat(81));
  });

  it("are refused before their body is read", async () => {
    isDenied(await http.post("clear_staff", "not JSON", bearer("w-token")), 403);
  });

  it("may call so many times a second: after that 503, when to try again, and nothing accepted", async () => {
    const calls = Array.from({ length: 5 }, () =>
      http.post("get_user_nick", { ID: "test", Domain: "qtalk.test.org" }, bearer("n-token")),
    );
    const seen = await Promise.all(calls);
    const late = seen.filter(({ status }) => status === 503);
    expect(late).to.have.length(2);
    expect(late[0]?.headers.get("retry-after")).to.equal("1");
    expect(JSON.parse(late[0]?.text ?? "")).to.include({ ret: false, errcode: 5 });
    const metrics = (await http.request("/metrics")).text;
    expect(metrics, "no outage").to.match(/^qtalk_calls_unavailable_total\{reason="here"\} 0$/m);
    expect(metrics).to.match(/^qtalk_calls_unavailable_total\{reason="rate"\} 2$/m);
  });

  it("must call from their addresses, if the configuration names some", async () => {
    const seen = await http.post("send_thirdmessage", message("admin"), bearer("a-token"));
    isDenied(seen, 403);
    expect(errmsg(seen)).to.contain("may not call from 127.0.0.1");
  });

  it("must send their token from there, too, if the configuration has both", async () => {
    await http.close();
    await open({ callers: [{ name: "both", token_sha256: sha256("b-token"), addresses: ["127.0.0.1"] }] });
    isDenied(await http.post("get_user_nick", { ID: "test" }), 401);
    expect((await http.post("get_user_nick", { ID: "test" }, bearer("b-token"))).status).to.equal(200);
  });

  it("are known by their address alone, if they have no token; a wrong token is still refused", async () => {
    await http.close();
    await open({ callers: [{ name: "legacy", addresses: ["127.0.0.1"], senders: ["*@qtalk.test.org"] }] });
    expect((await http.post("send_thirdmessage", message("admin"))).status).to.equal(200);
    isDenied(await http.post("send_thirdmessage", message("admin"), bearer("wrong")), 401);
    await http.close();
    await open({ callers: [{ name: "legacy", addresses: ["10.0.0.0/8"], senders: ["*@qtalk.test.org"] }] });
    isDenied(await http.post("send_thirdmessage", message("admin")), 401);
  });

  it("are found in the log with what they did, but neither texts nor tokens are", async () => {
    const secret = { ...message("admin"), message: "<message><body>very private</body></message>" };
    const seen = await http.post("send_thirdmessage", secret, {
      ...bearer("w-token"),
      "x-request-id": "abc-1",
    });
    expect(seen.headers.get("x-request-id")).to.equal("abc-1");
    const [line = ""] = http.log.about("POST send_thirdmessage", "info");
    expect(line).to.match(/ by watcher as "admin": 1 item confirmed in [\d.]+ ms$/);
    await http.post("send_thirdmessage", secret, bearer("another"));
    expect(http.log.about("errcode 6", "warn")).to.have.length(1);
    const all = http.log.lines.map((each) => JSON.stringify(each)).join();
    for (const word of ["private", "w-token", "another"]) expect(all).not.to.contain(word);
  });

  it("get an id for each request, their own if it is valid", async () => {
    const post = (id?: string): Promise<Seen> =>
      http.post("get_user_nick", "{}", id === undefined ? {} : { "x-request-id": id });
    const ids = await Promise.all([post(), post(), post("a b"), post("x".repeat(65))]);
    expect(new Set(ids.map(({ headers }) => headers.get("x-request-id"))).size).to.equal(4);
    for (const { headers } of ids) expect(headers.get("x-request-id")).to.match(/^[0-9a-f]{8}-[0-9a-z]+$/);
  });

  it("may read the metrics if they have the right to, and so may this machine", async () => {
    await http.close();
    const prometheus = { name: "prometheus", token_sha256: sha256("p-token"), endpoints: [], metrics: true };
    await open({ callers: [...CALLERS, prometheus], proxies: ["127.0.0.1"] });
    const metrics = async (headers: Record<string, string>): Promise<number> =>
      (await http.request("/metrics", { headers })).status;
    const afar = { "x-forwarded-for": "192.0.2.7" };
    expect(await metrics({})).to.equal(200);
    expect(await metrics(afar)).to.equal(401);
    expect(await metrics({ ...afar, ...bearer("n-token") })).to.equal(401);
    expect(await metrics({ ...afar, ...bearer("p-token") })).to.equal(200);
    expect(await metrics({ "x-forwarded-for": "8.8.8.8:99" })).to.equal(401);
    expect(await metrics({ "x-forwarded-for": "unknown" })).to.equal(401);
  });

  it("are refused if the proxy names no valid address, with a token or without", async () => {
    for (const callers of [CALLERS, []]) {
      await http.close();
      await open({ callers, proxies: ["127.0.0.1"] });
      const seen = await http.post("get_user_nick", { ID: "test" }, { "x-forwarded-for": "unknown" });
      isDenied(seen, 403);
      expect(errmsg(seen)).to.equal("the proxy's X-Forwarded-For has no valid address");
      const afar = { ...bearer("n-token"), "x-forwarded-for": "192.0.2.7" };
      const other = await http.post("get_user_nick", { ID: "test" }, afar);
      expect(other.status).to.equal(200);
    }
  });

  it("can be changed while it runs", async () => {
    http.server.configure(httpConfig.parse({ callers: [{ name: "new", token_sha256: sha256("new") }] }));
    isDenied(await http.post("get_user_nick", "{}", bearer("n-token")), 401);
    expect((await http.post("get_user_nick", "{}", bearer("new"))).status).to.equal(200);
    expect(http.log.about("No callers are configured")).to.deep.equal([]);
    const afar = { "x-forwarded-for": "192.0.2.7" };
    const here = { name: "here", addresses: ["127.0.0.1"] };
    http.server.configure(httpConfig.parse({ callers: [here] }));
    expect((await http.post("get_user_nick", "{}", afar)).status).to.equal(200);
    http.server.configure(httpConfig.parse({ callers: [here], proxies: ["127.0.0.1"] }));
    isDenied(await http.post("get_user_nick", "{}", afar), 401);
  });
});
