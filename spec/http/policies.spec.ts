/** Callers with names: each policy denied and allowed. */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { expect } from "chai";
import { DomainAliases } from "../../component/domain-aliases.js";
import { ConfiguredCaller } from "../../http/caller.js";
import { Callers } from "../../http/callers.js";
import { clientAddress, isWithin, networkOf } from "../../http/client-address.js";
import { httpConfig } from "../../http/config.js";
import { resolver } from "../../http/resolve.js";
import { Interface, type Seen } from "../support/interface.js";

const hash = (token: string): string => createHash("sha256").update(token).digest("hex");
const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

const CALLERS = [
  {
    name: "watcher",
    token_sha256: hash("w-token"),
    senders: ["watcher-*@qtalk.test.org", "admin@qtalk.test.org"],
    endpoints: ["send_thirdmessage", "send_notify", "send_message"],
  },
  { name: "nick", token_sha256: hash("n-token"), endpoints: ["get_user_nick"], rate: 3 },
  { name: "afar", token_sha256: hash("a-token"), addresses: ["10.0.0.0/8"] },
];

const message = (from: string): object => ({ from, to: "bob", message: "<message/>" });

describe("Callers with names", () => {
  let http: Interface;
  let ran: string[];

  async function open(config: object): Promise<void> {
    http = await Interface.open({
      config,
      operations: {
        sendThirdMessage: (messages) => {
          ran.push(...messages.map(({ from }) => from));
          return Promise.resolve({ delivery: "confirmed" });
        },
        getUserNick: () => Promise.resolve({ nick: "n", vcard: "" }),
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

  it("nobody else may call: 401, and how to be known", async () => {
    for (const headers of [{}, bearer("another"), { authorization: "Basic dzp3" }, bearer(hash("w-token"))]) {
      const seen = await http.post("send_thirdmessage", message("admin"), headers);
      isDenied(seen, 401);
      expect(seen.headers.get("www-authenticate")).to.equal("Bearer");
    }
    expect(errmsg(await http.post("send_thirdmessage", message("admin")))).to.contain(
      "Authorization: Bearer",
    );
    expect(ran).to.deep.equal([]);
  });

  it("may act as the senders that their patterns name, and as nobody else", async () => {
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

  it("are denied a whole batch for one sender in it", async () => {
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

  it("may manage the rooms that their patterns name, in any case, and no others", async () => {
    await http.close();
    const domain = "groups.example.org";
    const rooms = ["HR-*@Groups.example.org"];
    const resolve = resolver(
      new DomainAliases({
        xmpp: { domain, hosts: ["example.org"] },
        rooms: { aliases: ["old.example.org"] },
      }),
    );
    const made: string[] = [];
    http = await Interface.open({
      config: { callers: [{ name: "hr", token_sha256: hash("h-token"), senders: ["*@example.org"], rooms }] },
      operations: {
        createMuc: ({ room }) => {
          made.push(room.id);
          return Promise.resolve({ delivery: "confirmed" });
        },
      },
      resolve,
    });
    const post = (muc_id: string, host = domain): Promise<Seen> =>
      http.post("create_muc", { muc_id, muc_owner: "boss", muc_domain: host }, bearer("h-token"));
    const seen = await post("hr-1");
    expect(seen.status, seen.text).to.equal(200);
    expect((await post("hr-2", "old.example.org")).status).to.equal(200);
    expect(made).to.deep.equal(["hr-1", "hr-2"]);
    const denied = await post("board");
    isDenied(denied, 403);
    expect(errmsg(denied)).to.contain(`may not manage "board@${domain}" (rooms`);
    isDenied(await post("hr-1", "other.example.org"), 403);
    expect(made).to.have.length(2);
  });

  it("may act as nobody whose address can't be one, whatever their patterns", async () => {
    await http.close();
    http = await Interface.open({
      config: { callers: [{ name: "all", token_sha256: hash("all"), senders: ["*"] }] },
      operations: { sendThirdMessage: () => Promise.resolve({ delivery: "confirmed" }) },
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
    expect(errmsg(await post(`${"z".repeat(79)} `))).to.contain(`${"z".repeat(79)} "`);
  });

  it("may call as often as they like where no rate is configured", async () => {
    const one = (): Promise<Seen> => http.post("send_thirdmessage", message("admin"), bearer("w-token"));
    const seen = await Promise.all(Array.from({ length: 20 }, one));
    expect(seen.map(({ status }) => status)).to.deep.equal(seen.map(() => 200));
  });

  it("are told so before their body is read", async () => {
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
  });

  it("must call from their addresses, where the configuration names some", async () => {
    const seen = await http.post("send_thirdmessage", message("admin"), bearer("a-token"));
    isDenied(seen, 403);
    expect(errmsg(seen)).to.contain("may not call from 127.0.0.1");
  });

  it("must send their token from there, too, where the configuration has both", async () => {
    await http.close();
    await open({ callers: [{ name: "both", token_sha256: hash("b-token"), addresses: ["127.0.0.1"] }] });
    isDenied(await http.post("get_user_nick", { ID: "test" }), 401);
    expect((await http.post("get_user_nick", { ID: "test" }, bearer("b-token"))).status).to.equal(200);
  });

  it("are known by their address alone, where they have no token; a wrong token doesn't become right so", async () => {
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
    expect(line).to.match(/errcode 0 in [\d.]+ ms, by watcher as "admin"/);
    await http.post("send_thirdmessage", secret, bearer("another"));
    expect(http.log.about("errcode 6", "warn")).to.have.length(1);
    const all = http.log.lines.map((each) => JSON.stringify(each)).join();
    for (const word of ["private", "w-token", "another"]) expect(all).not.to.contain(word);
  });

  it("get an id for each request, their own where it is harmless", async () => {
    const post = (id?: string): Promise<Seen> =>
      http.post("get_user_nick", "{}", id === undefined ? {} : { "x-request-id": id });
    const ids = await Promise.all([post(), post(), post("a b"), post("x".repeat(65))]);
    expect(new Set(ids.map(({ headers }) => headers.get("x-request-id"))).size).to.equal(4);
    for (const { headers } of ids) expect(headers.get("x-request-id")).to.match(/^[0-9a-f]{8}-[0-9a-z]+$/);
  });

  it("and this machine may read the metrics, nobody else", async () => {
    await http.close();
    await open({ callers: CALLERS, proxies: ["127.0.0.1"] });
    const metrics = async (headers: Record<string, string>): Promise<number> =>
      (await http.request("/metrics", { headers })).status;
    const afar = { "x-forwarded-for": "192.0.2.7" };
    expect(await metrics({})).to.equal(200);
    expect(await metrics(afar)).to.equal(401);
    expect(await metrics({ ...afar, ...bearer("n-token") })).to.equal(200);
    expect(await metrics({ "x-forwarded-for": "8.8.8.8:99" })).to.equal(401);
    expect(await metrics({ "x-forwarded-for": "unknown" })).to.equal(401);
  });

  it("aren't known where the proxy doesn't tell from where they call, with a token or without", async () => {
    for (const callers of [CALLERS, []]) {
      await http.close();
      await open({ callers, proxies: ["127.0.0.1"] });
      const seen = await http.post("get_user_nick", { ID: "test" }, { "x-forwarded-for": "unknown" });
      isDenied(seen, 403);
      expect(errmsg(seen)).to.equal("the proxy's X-Forwarded-For names no address that can be read");
      const other = await http.post(
        "get_user_nick",
        { ID: "test" },
        {
          ...bearer("n-token"),
          "x-forwarded-for": "192.0.2.7",
        },
      );
      expect(other.status).to.equal(200);
    }
  });

  it("can be changed while it runs", async () => {
    http.server.configure(httpConfig.parse({ callers: [{ name: "new", token_sha256: hash("new") }] }));
    isDenied(await http.post("get_user_nick", "{}", bearer("n-token")), 401);
    expect((await http.post("get_user_nick", "{}", bearer("new"))).status).to.equal(200);
    const afar = { "x-forwarded-for": "192.0.2.7" };
    const here = { name: "here", addresses: ["127.0.0.1"] };
    http.server.configure(httpConfig.parse({ callers: [here] }));
    expect((await http.post("get_user_nick", "{}", afar)).status).to.equal(200);
    http.server.configure(httpConfig.parse({ callers: [here], proxies: ["127.0.0.1"] }));
    isDenied(await http.post("get_user_nick", "{}", afar), 401);
  });

  it("aren't said to be missing where there are some", () => {
    expect(http.log.about("No callers are configured")).to.deep.equal([]);
  });

  it("who have gone before their address was read are refused, and nothing breaks", () => {
    const gone = (headers: object): IncomingMessage =>
      ({ socket: {}, headers }) as unknown as IncomingMessage;
    const callers = new Callers(httpConfig.parse({ callers: CALLERS, proxies: ["127.0.0.1"] }));
    expect(callers.addressOf(gone({}))).to.equal("");
    expect(callers.identify(gone({}))).to.include({ status: 401 });
    const both = { name: "both", token_sha256: hash("b-token"), addresses: ["0.0.0.0/0", "::/0"] };
    const strict = new Callers(httpConfig.parse({ callers: [both] }));
    expect(strict.identify(gone(bearer("b-token")))).to.include({ status: 403 });
  });
});

describe("The addresses that policies are asked about", () => {
  const domain = "groups.example.org";
  const resolve = resolver(
    new DomainAliases({
      xmpp: { domain, hosts: ["example.org"], host_aliases: { qtalk: "example.org" } },
      rooms: { aliases: ["conference.example.org"] },
    }),
  );

  it("are those that the operations read: normalised, with the default hosts, aliases meant for ours", () => {
    expect(resolve({ id: "Admin" }, "sender")).to.equal("admin@example.org");
    expect(resolve({ id: "admin@example.org/phone", host: "x.org" }, "sender")).to.equal("admin@example.org");
    expect(resolve({ id: "admin", host: "x.org" }, "sender")).to.equal("admin@x.org");
    expect(resolve({ id: "hr" }, "room")).to.equal(`hr@${domain}`);
    expect(resolve({ id: "hr", host: "Conference.example.org" }, "room")).to.equal(`hr@${domain}`);
    expect(resolve({ id: "a b" }, "sender")).to.equal(undefined);
    expect(resolve({ id: "robot@qtalk" }, "sender")).to.equal("robot@example.org");
    expect(resolve({ id: "robot", host: "QTalk" }, "sender")).to.equal("robot@example.org");
  });

  it("are the same whichever of a domain's names a policy is written with", () => {
    const config = {
      name: "x",
      token_sha256: hash("x"),
      senders: ["robot-*@qtalk"],
      rooms: ["hr-*@conference.example.org"],
    };
    const [entry] = httpConfig.parse({ callers: [config] }).callers;
    const caller = new ConfiguredCaller(entry!, resolve);
    const refusal = (sender: string, room: string): string | undefined =>
      caller.refuseScope(() => ({ senders: [{ id: sender }], rooms: [{ id: room }] }))?.message;
    expect(refusal("robot-1", "hr-1")).to.equal(undefined);
    expect(refusal("robot-1@qtalk", "hr-1@conference.example.org")).to.equal(undefined);
    expect(refusal("robot-1@example.org", `hr-1@${domain}`)).to.equal(undefined);
    expect(refusal("robot-1@elsewhere.org", "hr-1")).to.contain("may not act as");
    expect(refusal("robot-1", "it-1")).to.contain("may not manage");
  });
});

describe("A client's address", () => {
  const { proxies } = httpConfig.parse({ proxies: ["127.0.0.1", "10.1.0.0/16"] });
  const from = (peer: string, forwarded?: string, trusted = proxies): string | undefined =>
    clientAddress(
      {
        socket: { remoteAddress: peer },
        headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
      } as unknown as Parameters<typeof clientAddress>[0],
      trusted,
    );

  it("is the connection's where nobody is trusted to say otherwise", () => {
    expect(from("192.0.2.7", "10.9.9.9", [])).to.equal("192.0.2.7");
    expect(from("192.0.2.7", "10.9.9.9")).to.equal("192.0.2.7");
    expect(from("::ffff:192.0.2.7")).to.equal("192.0.2.7");
    expect(from("::ffff:c000:207")).to.equal("::ffff:c000:207");
  });

  it("is within a network of its own family, or is the single one that is named", () => {
    const within = (address: string, ...networks: string[]): boolean =>
      isWithin(address, httpConfig.parse({ proxies: networks }).proxies);
    expect(within("2001:db8::1", "2001:db8::1")).to.equal(true);
    expect(within("2001:db8::2", "10.0.0.1", "2001:db8::1")).to.equal(false);
    expect(within("10.0.0.1", "10.0.0.1")).to.equal(true);
    expect(within("10.0.0.2", "10.0.0.1", "::/0")).to.equal(false);
    expect(within("::ffff:10.0.0.1", "10.0.0.0/8")).to.equal(true);
    expect(within("", "0.0.0.0/0", "::/0")).to.equal(false);
  });

  it("is what trusted proxies say, and not what was said to them", () => {
    expect(from("127.0.0.1", "192.0.2.7")).to.equal("192.0.2.7");
    expect(from("127.0.0.1", "1.2.3.4, 192.0.2.7, 10.1.2.3")).to.equal("192.0.2.7");
    expect(from("127.0.0.1", "nonsense, 192.0.2.7")).to.equal("192.0.2.7");
    expect(from("127.0.0.1", "10.1.2.3")).to.equal("10.1.2.3");
    expect(from("127.0.0.1")).to.equal("127.0.0.1");
  });

  it("may come with a port", () => {
    expect(from("127.0.0.1", "8.8.8.8:99")).to.equal("8.8.8.8");
    expect(from("127.0.0.1", "1.2.3.4, [2001:db8::1]:99")).to.equal("2001:db8::1");
    expect(from("127.0.0.1", "[2001:db8::1]")).to.equal("2001:db8::1");
  });

  it("is nobody's where a proxy names one that can't be read, and not the proxy's", () => {
    const none = ["unknown", "", " ", "1.2.3.4, nonsense", "1.2.3.4,", "_hidden", "127.1", "0x7f.0.0.1"];
    for (const header of [...none, "[8.8.8.8]:99", "8.8.8.8:", "2001:db8::1:x", "unknown, 10.1.2.3"]) {
      expect(from("127.0.0.1", header), header).to.equal(undefined);
    }
  });

  it("counts with its whole network where that is IPv6: one machine has very many there", () => {
    expect(networkOf("2001:db8:1:2:3:4:5:6")).to.equal(networkOf("2001:db8:1:2::9"));
    expect(networkOf("2001:db8:1:2::9")).to.not.equal(networkOf("2001:db8:1:3::9"));
    expect(networkOf("::ffff:192.0.2.7")).to.equal("192.0.2.7");
    expect(networkOf("")).to.equal("");
  });
});

describe("A web page", () => {
  it("of the same site is heard with a token, as the one at /docs sends it; of another site it isn't", async () => {
    const http = await Interface.open({
      config: { callers: CALLERS },
      operations: { getUserNick: () => Promise.resolve({ nick: "n", vcard: "" }) },
    });
    const post = async (origin: string, ...more: string[]): Promise<string> => {
      const head = [
        "POST /qtalk/get_user_nick HTTP/1.1",
        "Host: im.example.org",
        `Origin: ${origin}`,
        ...more,
      ];
      const tail = ["Connection: close", "Content-Length: 13", "", '{"ID":"test"}'];
      return (await http.raw([...head, ...tail].join("\r\n"))).slice(9, 12);
    };
    const token = "Authorization: Bearer n-token";
    expect(await post("http://im.example.org", token)).to.equal("200");
    expect(await post("http://im.example.org")).to.equal("403");
    expect(await post("https://evil.example", token)).to.equal("403");
    expect(await post("null", token)).to.equal("403");
    await http.close();
  });

  it("of another site reads no metrics, though every process of this machine may", async () => {
    const http = await Interface.open();
    const metrics = async (headers: Record<string, string>): Promise<number> =>
      (await http.request("/metrics", { headers })).status;
    expect(await metrics({})).to.equal(200);
    expect(await metrics({ origin: "https://evil.example" })).to.not.equal(200);
    await http.close();
  });
});

describe("The configuration of callers", () => {
  const fault = (callers: unknown): string => {
    const result = httpConfig.safeParse({ callers });
    return result.success ? "none" : (result.error.issues[0]?.message ?? "");
  };

  it("names what is missing or wrong", () => {
    const token_sha256 = hash("x");
    expect(fault([{ name: "a" }])).to.contain("token_sha256 or addresses");
    expect(fault([{ name: "a", token_sha256: "x" }])).to.contain("caller add");
    expect(fault([{ name: "a", addresses: ["10.0.0.0/99"] }])).to.contain("10.1.2.0/24");
    expect(fault([{ name: "a", token_sha256, endpoints: ["send_thridmessage"] }])).to.contain(
      "send_thirdmessage",
    );
    expect(
      fault([
        { name: "a", token_sha256 },
        { name: "b", token_sha256 },
      ]),
    ).to.contain("no other caller");
    expect(fault([{ name: "a", token_sha256 }])).to.equal("none");
    const addresses = ["10.0.0.1"];
    expect(
      fault([
        { name: "a", addresses },
        { name: "b", addresses },
      ]),
    ).to.equal("none");
    const twice = httpConfig.safeParse({ callers: ["a", "b", "b"].map((name) => ({ name, addresses })) });
    expect(twice.error?.issues.map(({ path }) => path)).to.deep.equal([["callers", 2, "name"]]);
  });
});
