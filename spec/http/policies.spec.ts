/** Callers with names: each policy denied and allowed. */
import { expect } from "chai";
import { DomainAliases } from "../../component/addresses/domain-aliases.js";
import { httpConfig } from "../../http/config.js";
import { resolver } from "../../http/caller-permissions.js";
import { bearer, Interface, sha256 } from "../support/interface.js";
import { componentWith, DONE, interfaceWith } from "./talk.js";
import { component } from "../plays/component.js";
import { program } from "../plays/program.js";
import { acts, forEach } from "../plays/steps.js";

const watcher = {
  name: "watcher",
  token_sha256: sha256("w"),
  senders: ["watcher-*@qtalk.test.org", "admin@qtalk.test.org"],
  endpoints: ["send_thirdmessage", "send_notify", "send_message"],
};
const nick = { name: "nick", token_sha256: sha256("n"), endpoints: ["get_user_nick"] };
const CALLERS = [watcher, nick, { name: "afar", token_sha256: sha256("a"), addresses: ["10.0.0.0/8"] }];
const HERE = ["127.0.0.1"];
const to = { to: "bob", message: "<message><body>x</body></message>" };
const [admin, root, other] = ["admin", "root", "watcher-1"].map((from) => ({ from, ...to }));
const given = { context: { carbons: false }, names: { "test@qtalk.test.org": "Test" } };

describe("Callers with names", () => {
  componentWith({ ...given, config: { callers: CALLERS } }).scenes({
    "exclude others: 401, and how to authenticate": [
      forEach(["Bearer another", "Basic dzp3", `Bearer ${sha256("w")}`], (token) => [
        program.POST`send_thirdmessage ${admin} (authorization: ${token}) = 401 6 *`,
        program.sees`www-authenticate: Bearer`,
      ]),
      program.POST`send_thirdmessage ${admin} = 401 6 *Authorization: Bearer*`,
      component.sends`nothing`,
    ],

    "may act as the senders that their patterns name, and as no others": [
      forEach(["admin", "admin@qtalk.test.org", "watcher-7@qtalk.test.org"], (from) => [
        program.POST`send_thirdmessage ${admin} {from: ${from}} as w = ok`,
        component.sends`bob@qtalk.test.org`,
      ]),
      forEach(["root", "admin@other.org", "xadmin", "watcher-7@qtalk.test.org.evil"], (from) => [
        program.POST`send_thirdmessage ${admin} {from: ${from}} as w = 403 6 *watcher may not act as *(senders of *)`,
        component.sends`nothing`,
      ]),
    ],

    "are denied what of a batch they may not send, and that alone": [
      program.POST`send_thirdmessage [${root}, ${admin}, ${other}] as w
        = 6 item 0: *watcher may not act as "root"*; the other 2 were sent`,
      program.sees`x-qtalk-delivery: confirmed`,
      component.sends`bob@qtalk.test.org <this from="admin@qtalk.test.org"/>
          < bob@qtalk.test.org <this from="watcher-1@qtalk.test.org"/>`,
    ],

    "are denied a batch of which they may send nothing": [
      program.POST`send_thirdmessage [${root}, ${root}] as w = 403 6 *may not act as "root"*`,
      component.sends`nothing`,
    ],

    "may call the endpoints that are named, and no others": [
      program.POST`get_user_nick {ID: test} as n = ok`,
      program.POST`get_user_nick {ID: test} as w = 403 6 *`,
      program.POST`send_thirdmessage ${admin} as n = 403 6 *`,
    ],

    "are refused before their body is read": [program.POST`clear_staff "not JSON" as w = 403 6 *`],

    "must call from their addresses, if the configuration names some": [
      program.POST`send_thirdmessage ${admin} as a = 403 6 *may not call from 127.0.0.1*`,
    ],
  });
  componentWith({ ...given, config: { callers: CALLERS, batches: "whole" } }).scenes({
    "are denied a whole batch for one sender in it, if batches are whole": [
      program.POST`send_thirdmessage [${admin}, ${root}] as w = 403 6 *`,
      component.sends`nothing`,
    ],
  });
  const both = { name: "both", token_sha256: sha256("b"), addresses: HERE };
  const legacy = { name: "legacy", addresses: HERE, senders: ["*"] };
  interfaceWith({ config: { callers: [both] } }).scenes({
    "must send their token from there, too, if the configuration has both": [
      program.POST`get_user_nick {ID: test} = 401 6 *`,
      program.POST`get_user_nick {ID: test} as b = ok`,
    ],
  });
  interfaceWith({ config: { callers: [{ ...legacy, addresses: ["10.0.0.0/8"] }] } }).scenes({
    "aren't known from another address": [program.POST`send_thirdmessage ${admin} = 401 6 *`],
  });
  const domain = "groups.example.org";
  const rooms = ["HR-*@Groups.example.org", "old-*@old.example.org"];
  const resolve = resolver(
    new DomainAliases({
      xmpp: { domain, hosts: ["example.org"], host_aliases: { qtalk: "example.org" } },
      rooms: { aliases: ["old.example.org"] },
    }),
  );
  interfaceWith({ config: { callers: [legacy] }, resolve }).scenes({
    "are known by their address alone, if they have no token; a wrong token is still refused": [
      program.POST`send_thirdmessage ${admin} = ok`,
      program.POST`send_thirdmessage ${admin} as wrong = 401 6 *`,
    ],
  });
  const hr = { name: "hr", token_sha256: sha256("h"), senders: ["boss*@qtalk"], rooms };
  const room = { muc_id: "hr-1", muc_owner: "boss", muc_domain: domain };
  interfaceWith({ config: { callers: [hr] }, resolve }).scenes({
    "may act as and manage what their patterns name, in any case and by any alias, and nothing else": [
      program.POST`create_muc ${room} as h = ok`,
      program.POST`create_muc ${room} {muc_id: hr-2, muc_domain: old.example.org} as h = ok`,
      program.POST`create_muc ${room} {muc_id: old-1} as h = ok`,
      forEach(["BOSS", "boss2@example.org/phone", "boss@QTalk"], (owner) => [
        program.POST`create_muc ${room} {muc_owner: ${owner}} as h = ok`,
      ]),
      forEach(["boss@other.org", "xboss", "bos"], (owner) => [
        program.POST`create_muc ${room} {muc_owner: ${owner}} as h = 403 6 *`,
      ]),
      program.POST`create_muc ${room} {muc_id: board} as h = 403 6 *may not manage "board@${domain}" (rooms*`,
      program.POST`create_muc ${room} {muc_domain: other.example.org} as h = 403 6 *`,
    ],

    "hear what is wrong with a room or sender that is no address, whatever they may manage": [
      forEach(["a b", `hr-1@${domain}`], (id) => [
        program.POST`create_muc ${room} {muc_id: ${id}} as h = 1 muc_id: "${id}* is not an address*`,
      ]),
      program.POST`create_muc ${room} {muc_owner: "a b"} as h = 1 muc_owner: "a b" is not an address*`,
      program.POST`create_muc ${room} {muc_true_owner: "a b"} as h = 1 muc_true_owner: "a b" is not an address*`,
    ],
  });
  const all = { name: "all", token_sha256: sha256("l"), senders: ["*"] };
  // A refusal quotes 80 characters, of which the last is "…".
  const long = "x".repeat(79);
  const domains = { name: "domains", token_sha256: sha256("d"), senders: ["*@*"] };
  interfaceWith({ config: { callers: [all, domains] }, resolve }).scenes({
    "may not act as an invalid address, whomever they may act as, and hear what is wrong": [
      program.POST`send_thirdmessage ${admin} {from: anybody@anywhere.example} as l = ok`,
      program.POST`send_thirdmessage ${admin} {from: a b} as l = ok`,
      program.POST`send_thirdmessage ${admin} {from: a b} as d = 1 from: "a b" is not an address; expected id or id@host`,
      program.POST`send_thirdmessage ${admin} {message: "<message realfrom='a b'/>"} as d = 1 message: "a b" is not an address*`,
      program.POST`send_thirdmessage ${admin} {from: ${`${long}${long} y`}} as d = 1 from: "${long}…" is not an address*`,
    ],
  });
  const from = (...senders: string[]) => senders.map((sender) => ({ ...admin, from: sender }));
  const lists = {
    malformed: from("boss@example.org", "a b"),
    foreign: from("boss@example.org", "other"),
    notices: [
      { From: "boss@example.org", Body: "x" },
      { From: "a b", Body: "x" },
    ],
    leaving: { users: ["boss1", "a b"], host: "example.org" },
    one: { ...admin, from: "other" },
  };
  interfaceWith({ config: { callers: [domains, hr], batches: "whole", also: ["gateway"] }, resolve }).scenes({
    "hear which item of a list is refused, whether it is no address or not theirs": [
      program.POST`send_thirdmessage ${lists.malformed} as d = 1 item 1: from: "a b" is not an address*`,
      program.POST`send_thirdmessage ${lists.foreign} as h = 403 6 item 1: the calling program hr may not act as "other"*`,
      program.POST`send_thirdmessage ${lists.one} as h = 403 6 the calling program hr may not act as "other"*`,
      program.POST`/sendnotice ${lists.notices} as d = 1 item 1: From: "a b" is not an address*`,
      program.POST`clear_staff ${lists.leaving} as d = 1 users[1]: "a b@example.org" is not an address*`,
    ],
  });
  const prometheus = { name: "prometheus", token_sha256: sha256("p"), endpoints: [], metrics: true };
  interfaceWith({ config: { callers: [...CALLERS, prometheus], proxies: HERE } }).scenes({
    "may read the metrics if they have the right to, and so may this machine": [
      program.GET`/metrics = 200`,
      program.GET`/metrics (x-forwarded-for: 192.0.2.7) = 401`,
      program.GET`/metrics as n (x-forwarded-for: 192.0.2.7) = 401`,
      program.GET`/metrics as p (x-forwarded-for: 192.0.2.7) = 200`,
      program.GET`/metrics (x-forwarded-for: 8.8.8.8:99) = 401`,
      program.GET`/metrics (x-forwarded-for: unknown) = 401`,
    ],
  });
  interfaceWith({ config: { callers: CALLERS, proxies: HERE } }).scenes({
    "are refused if the proxy names no valid address": [
      program.POST`get_user_nick {ID: test} (x-forwarded-for: unknown)
        = 403 6 the proxy's X-Forwarded-For has no valid address`,
      program.POST`get_user_nick {ID: test} as n (x-forwarded-for: 192.0.2.7) = ok`,
    ],
  });

  describe("also", () => {
    let http: Interface;
    const open = async (callers: readonly object[]): Promise<void> => {
      http = await Interface.open({ runs: DONE, config: { callers } });
    };
    afterEach(() => http.close());

    it("may call so many times a second: after that 503, when to try again, and nothing accepted", async () => {
      await open([{ ...nick, rate: 3 }]);
      const calls = Array.from({ length: 5 }, () => http.post("get_user_nick", { ID: "test" }, bearer("n")));
      const late = (await Promise.all(calls)).filter(({ status }) => status === 503);
      expect(late).to.have.length(2);
      expect(late[0]?.headers.get("retry-after")).to.equal("1");
      expect(JSON.parse(late[0]?.text ?? "")).to.include({ ret: false, errcode: 5 });
      const metrics = (await http.request("/metrics")).text;
      expect(metrics, "no outage").to.match(/^qtalk_calls_unavailable_total\{reason="here"\} 0$/m);
      expect(metrics).to.match(/^qtalk_calls_unavailable_total\{reason="rate"\} 2$/m);
    });

    it("are found in the log with what they did, but neither texts nor tokens are", async () => {
      await open([{ ...watcher, token_sha256: sha256("w-token") }]);
      const secret = {
        ...admin,
        from: "admin@qtalk.test.org",
        message: "<message><body>very private</body></message>",
      };
      const headers = { ...bearer("w-token"), "x-request-id": "abc-1" };
      const seen = await http.post("send_thirdmessage", secret, headers);
      expect(seen.headers.get("x-request-id")).to.equal("abc-1");
      const [line = ""] = http.log.about("POST send_thirdmessage", "info");
      expect(line).to.match(/ by watcher as "admin@qtalk.test.org": 1 item confirmed in [\d.]+ ms$/);
      await http.post("send_thirdmessage", secret, bearer("another"));
      expect(http.log.about("errcode 6", "warn")).to.have.length(1);
      const lines = http.log.lines.map((each) => JSON.stringify(each)).join();
      for (const word of ["private", "w-token", "another"]) expect(lines).not.to.contain(word);
    });

    it("get an id for each request, their own if it is valid", async () => {
      await open(CALLERS);
      const given = [{}, {}, { "x-request-id": "a b" }, { "x-request-id": "x".repeat(65) }];
      const seen = await Promise.all(given.map((headers) => http.post("get_user_nick", "{}", headers)));
      const ids = seen.map(({ headers }) => headers.get("x-request-id"));
      expect(new Set(ids).size).to.equal(4);
      for (const id of ids) expect(id).to.match(/^[0-9a-f]{8}-[0-9a-z]+$/);
    });

    it("can be changed while it runs", async () => {
      await open(CALLERS);
      const here = { name: "here", addresses: HERE };
      const configure = (config: object): void => http.server.configure(httpConfig.parse(config));
      configure({ callers: [{ name: "new", token_sha256: sha256("new") }] });
      await acts(http, [program.POST`get_user_nick {ID: test} as n = 401 6 *`]);
      await acts(http, [program.POST`get_user_nick {ID: test} as new = ok`]);
      configure({ callers: [here] });
      await acts(http, [program.POST`get_user_nick {ID: test} = ok`]);
      configure({ callers: [here], proxies: HERE });
      await acts(http, [program.POST`get_user_nick {ID: test} (x-forwarded-for: 192.0.2.7) = 401 6 *`]);
      configure({ callers: [watcher], batches: "whole" });
      await acts(http, [program.POST`send_thirdmessage [${admin}, ${root}] as w = 403 6 *`]);
    });
  });
});
