import { expect } from "chai";
import { xmppConfig } from "../../../component/config.js";
import { parseConfig } from "../../../scripts/config/config.js";
import { ConfigFaults } from "../../../scripts/config/faults.js";
import { Folder } from "../../support/folder.js";

const xmpp = { domain: "conference.x.test", password: "SECRET", hosts: ["x.test"] };

/** The faults found, each as "key: what"; none where there are none. */
function faultsOf(raw: Record<string, unknown>): string[] {
  try {
    parseConfig(raw);
    return [];
  } catch (error) {
    if (error instanceof ConfigFaults) return error.faults.map(({ where, what }) => `${where}: ${what}`);
    throw error;
  }
}

describe("A configuration", () => {
  it("needs a domain, a secret and hosts; everything else has a default", () => {
    const { http, storage, log, xmpp: read } = parseConfig({ xmpp });
    expect(http.listen).to.deep.equal({ text: "127.0.0.1:10050", host: "127.0.0.1", port: 10050 });
    expect(http).to.deep.include({ body_limit: 8 * 1024 * 1024, confirm_timeout: 2, callers: [] });
    expect(storage.path).to.equal("/var/lib/qtalk-component/qtalk.db");
    expect(log.level).to.equal("info");
    expect(read).to.deep.include({
      service: ["xmpp://127.0.0.1:5347"],
      password: "SECRET",
      hosts: ["x.test"],
    });
  });

  it("has no alias of the rooms' domain that names a host, or is another name of one", () => {
    const named = { ...xmpp, host_aliases: { qtalk: "x.test" } };
    expect(faultsOf({ xmpp: named, rooms: { aliases: ["rooms.x.test", "x.test", "qtalk"] } })).to.deep.equal(
      ["x.test", "qtalk"].map(
        (name) =>
          `rooms.aliases: got "${name}", which names users' addresses (xmpp.hosts, xmpp.host_aliases); wants names of rooms' domains only`,
      ),
    );
  });

  it("wants ports that there are", () => {
    for (const port of ["0", "65536", "99999"]) {
      expect(faultsOf({ xmpp: { ...xmpp, service: `xmpp://127.0.0.1:${port}` } }).join()).to.match(
        /^xmpp\.service: got .* its port from 1 to 65535/,
      );
    }
    expect(faultsOf({ xmpp, http: { listen: "127.0.0.1:99999" } })).to.have.length(1);
    expect(faultsOf({ xmpp: { ...xmpp, service: "xmpp://[::1]:65535" } })).to.deep.equal([]);
  });

  it("takes one service, several in a list or with commas between them, and names of SRV records", () => {
    const read = (service: unknown): readonly string[] =>
      parseConfig({ xmpp: { ...xmpp, service } }).xmpp.service;
    expect(read("xmpp://a:1")).to.deep.equal(["xmpp://a:1"]);
    expect(read("xmpp://a:1, xmpp://b:2")).to.deep.equal(["xmpp://a:1", "xmpp://b:2"]);
    expect(read(["xmpp://a:1", "xmpp-srv://x.test"])).to.deep.equal(["xmpp://a:1", "xmpp-srv://x.test"]);
    for (const service of [[], "", ["xmpp://a:1", "x"], "xmpp-srv://", "xmpp-srv://a:1", [5], { a: 1 }])
      expect(faultsOf({ xmpp: { ...xmpp, service } }), JSON.stringify(service)).to.have.length(1);
  });

  it("wants a domain for the component that is none of the hosts", () => {
    expect(faultsOf({ xmpp: { ...xmpp, domain: "X.test" } })).to.deep.equal([
      'xmpp.domain: got "x.test", which is one of xmpp.hosts; wants a domain of its own, such as groups.x.test',
    ]);
  });

  it("may give hosts other names, each for one of them", () => {
    const aliases = { QTalk: "X.test", ejabhost1: "x.test" };
    expect(parseConfig({ xmpp: { ...xmpp, host_aliases: aliases } }).xmpp.host_aliases).to.deep.equal({
      qtalk: "x.test",
      ejabhost1: "x.test",
    });
    const wrong = { old: "elsewhere.test", "x.test": "x.test", "conference.x.test": "x.test" };
    expect(faultsOf({ xmpp: { ...xmpp, host_aliases: wrong } })).to.deep.equal([
      'xmpp.host_aliases.old: got "elsewhere.test"; wants one of xmpp.hosts (x.test)',
      "xmpp.host_aliases.x.test: is a domain of its own; wants another name for a host",
      "xmpp.host_aliases.conference.x.test: is a domain of its own; wants another name for a host",
    ]);
    expect(faultsOf({ xmpp: { ...xmpp, host_aliases: { "a b": "x.test" } } })).to.have.length(1);
  });

  it("may leave a section empty, as a YAML file with nothing under it does", () => {
    expect(faultsOf({ xmpp, http: null, log: undefined })).to.deep.equal([]);
  });

  it("is told every fault at once: the key, what it got and what it wants", () => {
    const faults = faultsOf({
      xmpp: { ...xmpp, service: "http://x", hosts: [], colour: "red" },
      http: { body_limit: "big", confirm_timeout: -1 },
      log: { level: "loud" },
      storage: { path: 5 },
      sorage: {},
    });
    expect(faults).to.deep.equal([
      "sorage: there is no such section; there are " + SECTIONS,
      'xmpp.service: got "http://x"; wants xmpp://ADDRESS:PORT, such as xmpp://127.0.0.1:5347, its port from 1 to 65535, or xmpp-srv://NAME; or a list of them',
      "xmpp.hosts: got []; wants at least 1 entry",
      `xmpp.colour: there is no such key; xmpp has ${Object.keys(xmppConfig.shape).join(", ")}`,
      'http.body_limit: got "big"; wants a number',
      "http.confirm_timeout: got -1; wants at least 0",
      "storage.path: got 5; wants text",
      'log.level: got "loud"; wants error or warn or info or debug',
    ]);
  });

  it("is told what a missing key is for", () => {
    expect(faultsOf({})).to.deep.equal([
      "xmpp.domain: missing; wants text (the component's own domain: its rooms live here)",
      "xmpp.hosts: missing; wants a list (whose users it speaks for; the first is the default host)",
      "xmpp.password: missing; wants the component's secret, here or in password_file",
    ]);
  });

  it("is a section of keys where it says it is", () => {
    expect(faultsOf({ xmpp, http: "127.0.0.1" })).to.deep.equal([
      'http: got "127.0.0.1"; wants keys with values',
    ]);
  });

  it("never has its secret shown", () => {
    expect(faultsOf({ xmpp: { ...xmpp, password: 12345 } })).to.deep.equal([
      "xmpp.password: got a number that is not shown here; wants text",
    ]);
    const caller = { name: "hr", token_sha256: "12345" };
    expect(faultsOf({ xmpp, http: { callers: caller } }).join())
      .to.include('"name":"hr"')
      .and.not.include("12345");
  });

  it("is refused where other machines could call and nobody says which may", () => {
    const [fault, ...more] = faultsOf({ xmpp, http: { listen: "0.0.0.0:10050" } });
    expect(fault).to.match(/^http\.listen: 0\.0\.0\.0:10050 can be reached from other machines/);
    expect(more).to.deep.equal([]);
  });
});

const SECTIONS = Object.keys(parseConfig({ xmpp })).join(", ");

describe("The component's secret", () => {
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  const { domain, hosts } = xmpp;
  const withFile = (password_file: string): Record<string, unknown> => ({
    xmpp: { domain, hosts, password_file },
  });

  it("may lie in a file, whose last line end doesn't belong to it", () => {
    expect(parseConfig(withFile(folder.file("secret", " s3cret \n"))).xmpp.password).to.equal(" s3cret ");
    expect(parseConfig(withFile(folder.file("secret", "s3cret\r\n"))).xmpp.password).to.equal("s3cret");
  });

  it("is told of a file that isn't there or holds nothing", () => {
    const missing = folder.at("none");
    expect(faultsOf(withFile(missing))).to.deep.equal([
      `xmpp.password_file: got "${missing}", which can't be read (ENOENT); wants a file that this user may read`,
    ]);
    const empty = folder.file("secret", "\n");
    expect(faultsOf(withFile(empty))).to.deep.equal([
      `xmpp.password_file: got "${empty}", which is empty; wants a file that holds the secret`,
    ]);
  });

  it("is configured once, not twice", () => {
    const twice = { xmpp: { ...xmpp, password_file: folder.file("secret", "s") } };
    expect(faultsOf(twice)).to.deep.equal(["xmpp.password: got password_file as well; wants one of the two"]);
  });
});
