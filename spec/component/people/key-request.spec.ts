import { expect } from "chai";
import { keysConfig } from "../../../component/config.js";
import { Metrics } from "../../../component/metrics.js";
import { commandHandler, commandNodes } from "../../../component/entity/ad-hoc.js";
import { keyCommand, keyRequests } from "../../../component/people/key-request.js";
import { Keys } from "../../../component/people/keys.js";
import { Router } from "../../../component/inbound/router.js";
import { discovery } from "../../../component/entity/disco.js";
import { NS, xml, type Element } from "../../../component/xml/builder.js";
import { parseXml, XmlFault } from "../../../component/xml/parse.js";
import { openDatabase } from "../../../storage/database.js";
import { DirectoryStore } from "../../../storage/directory-store.js";
import { GroupCommit } from "../../../storage/group-commit.js";
import { KeysStore } from "../../../storage/keys-store.js";
import { LogLines } from "../../support/log-lines.js";

const DOMAIN = "conference.x.test";
const USER = "juliet@x.test/balcony";

function bench() {
  const db = openDatabase(":memory:");
  const store = new KeysStore(db);
  const options = { hosts: ["x.test"], keys: keysConfig.parse({}) };
  const keys = new Keys(store, new DirectoryStore(db), new GroupCommit(db), options);
  const written: string[] = [];
  const router = new Router({
    domain: DOMAIN,
    write: (stanza) => written.push(stanza) > 0,
    stanzaBytes: 262_144,
    log: new LogLines().logger,
    metrics: new Metrics(),
  });
  const commands = [keyCommand(keys)];
  const nodes = new Map(commandNodes(commands));
  router.register(
    ...keyRequests(keys),
    commandHandler(commands),
    ...discovery(router, nodes, () => xml("query", NS.discoItems)),
  );
  return {
    store,
    /** Asks the component, and reads its answer. */
    ask: async (from: string, type: "get" | "set", payload: Element): Promise<Element> => {
      await router.route(xml("iq", { from, to: DOMAIN, id: "1", type }, payload));
      const answer = parseXml(written.pop() ?? "");
      if (answer instanceof XmlFault) throw new Error(answer.reason);
      return answer;
    },
  };
}

/** As the original's clients ask. */
const key = (): Element => xml("key", NS.key);
const timeKey = (): Element => xml("query", NS.timeKey);
const command = (attrs = {}): Element => xml("command", { xmlns: NS.commands, node: NS.timeKey, ...attrs });
const query = (ns: string, node?: string): Element => xml("query", { xmlns: ns, node });

describe("Requesting a key", () => {
  it("returns the session's key, in the original's and the current form", async () => {
    const { ask, store } = bench();
    const old = (await ask(USER, "get", key())).getChild("key", NS.key)!.attrs;
    expect(old).to.have.keys("xmlns", "value");
    expect(old.value).to.match(/^\d{32}$/);
    const answer = (await ask(USER, "get", timeKey())).getChild("query", NS.timeKey)!;
    const { time_value, key_value } = answer.attrs;
    expect(key_value).not.to.equal(old.value);
    expect(key_value).to.match(/^\d{32}$/);
    expect(Number(time_value)).to.be.within(Date.now() / 1000 - 60, Date.now() / 1000);
    expect(store.of("juliet@x.test").map(({ resource }) => resource)).to.deep.equal(["balcony"]);
  });

  it("is refused to everybody else, and stores nothing", async () => {
    const { ask, store } = bench();
    const users = ["juliet@x.test", "juliet@elsewhere.test/x", "room@conference.x.test/nick"];
    for (const from of [...users, "other.x.test", "x.test/balcony", "gateway.x.test/juliet"]) {
      for (const payload of [key(), timeKey(), command()]) {
        const answer = await ask(from, payload.is("command") ? "set" : "get", payload);
        expect(answer.attrs.type, from).to.equal("error");
        expect(answer.getChild("error")?.getChild("forbidden", NS.stanzas), from).to.not.equal(undefined);
      }
      const list = (await ask(from, "get", query(NS.discoItems, NS.commands))).getChild("query");
      expect(list?.children, "no command is offered").to.deep.equal([]);
    }
    expect(store.list(10, 0)).to.deep.equal([]);
  });
});
