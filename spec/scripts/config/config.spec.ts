import { expect } from "chai";
import { parse } from "yaml";
import { xmppConfig } from "../../../component/config.js";
import { parseConfig } from "../../../scripts/config/config.js";
import { ConfigFaults } from "../../../scripts/config/faults.js";
import { Folder } from "../../support/folder.js";

const xmpp = { domain: "conference.x.test", password: "SECRET", hosts: ["x.test"] };

/** The faults found, each as a sentence; none where there are none. */
function faultsOf(raw: Record<string, unknown>): string[] {
  try {
    parseConfig(raw);
    return [];
  } catch (error) {
    if (error instanceof ConfigFaults) return error.faults.map(({ where, what }) => `${where} ${what}`);
    throw error;
  }
}

/** Declares a test for each paragraph: a title, the configuration in YAML besides xmpp's three required keys, and all faults. */
function play(script: string): void {
  for (const scene of script.split(/^ *it /m).slice(1)) {
    const [title = "", ...lines] = scene.trimEnd().split("\n");
    const faults = lines.flatMap((line) => /^ *! (.*)/.exec(line)?.[1] ?? []);
    const given = parse(lines.filter((line) => !/^ *! /.test(line)).join("\n")) as Record<
      string,
      object
    > | null;
    it(title, () => expect(faultsOf({ ...given, xmpp: { ...xmpp, ...given?.xmpp } })).to.deep.equal(faults));
  }
}

const SECTIONS = Object.keys(parseConfig({ xmpp })).join(", ");

describe("A configuration", () => {
  it("needs a domain, a secret and hosts; everything else has a default", () => {
    const { http, storage, log, xmpp: read } = parseConfig({ xmpp });
    expect(http.listen).to.deep.equal({ text: "127.0.0.1:10050", host: "127.0.0.1", port: 10050 });
    expect(http).to.deep.include({ body_limit: 8 * 1024 * 1024, confirm_timeout: 2, callers: [] });
    expect(storage.path).to.equal("/var/lib/qtalk-component/qtalk.db");
    expect(log.level).to.equal("info");
    expect(read).to.deep.include({ ...xmpp, service: ["xmpp://127.0.0.1:5347"] });
    expect(faultsOf({})).to.deep.equal([
      "xmpp.domain is required: domain of the component and of its rooms",
      "xmpp.hosts is required: the users' domains; the first is the default host",
      "xmpp.password is required, or xmpp.password_file: the component's secret on the server",
    ]);
  });

  it("wants ports that there are", () => {
    for (const port of ["0", "65536", "99999"]) {
      expect(faultsOf({ xmpp: { ...xmpp, service: `xmpp://127.0.0.1:${port}` } }).join()).to.match(
        /^xmpp\.service must be .* its port from 1 to 65535.* not "xmpp:/,
      );
    }
    expect(faultsOf({ xmpp, http: { listen: "127.0.0.1:99999" } })).to.have.length(1);
    expect(faultsOf({ xmpp: { ...xmpp, service: "xmpp://[::1]:65535" } })).to.deep.equal([]);
  });

  it("gives calls and mail a port each, whether the component runs or not", () => {
    const clashing = (http: string, smtp: string): boolean =>
      faultsOf({ xmpp, http: { listen: http }, smtp: { listen: smtp } }).length === 1;
    expect(faultsOf({ xmpp, smtp: { listen: "127.0.0.1:10050" } })).to.deep.equal([
      'smtp.listen must have another port than http.listen (127.0.0.1:10050), not "127.0.0.1:10050"',
    ]);
    for (const host of ["0.0.0.0", "[::]", "localhost"]) {
      expect(clashing(`${host}:25`, "127.0.0.1:25"), host).to.equal(true);
      expect(clashing("127.0.0.1:25", `${host}:25`), host).to.equal(true);
    }
    for (const host of ["127.0.0.2", "[::1]"])
      expect(clashing(`${host}:25`, "127.0.0.1:25"), host).to.equal(false);
    expect(clashing("127.0.0.1:25", "127.0.0.1:26")).to.equal(false);
    expect(clashing("127.0.0.1:0", "127.0.0.1:0")).to.equal(false);
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

  it("may give hosts other names", () => {
    const host_aliases = { QTalk: "X.test", ejabhost1: "x.test" };
    const read = parseConfig({ xmpp: { ...xmpp, host_aliases } }).xmpp.host_aliases;
    expect(read).to.deep.equal({ qtalk: "x.test", ejabhost1: "x.test" });
    expect(faultsOf({ xmpp: { ...xmpp, host_aliases: { "a b": "x.test" } } })).to.have.length(1);
  });

  play(`
    it wants other names to be hosts' alone, and each of them for one host
    xmpp: { host_aliases: { old: elsewhere.test, x.test: x.test, conference.x.test: x.test } }
    ! xmpp.host_aliases.old must be one of xmpp.hosts (x.test), not "elsewhere.test"
    ! xmpp.host_aliases.x.test must be another name for a host, not xmpp.domain or one of xmpp.hosts
    ! xmpp.host_aliases.conference.x.test must be another name for a host, not xmpp.domain or one of xmpp.hosts

    it has no alias of the rooms' domain that names a host, or is another name of one
    xmpp: { host_aliases: { qtalk: x.test } }
    rooms: { aliases: [rooms.x.test, x.test, qtalk] }
    ! rooms.aliases must be domains of rooms only, not "x.test", which xmpp.hosts or xmpp.host_aliases has
    ! rooms.aliases must be domains of rooms only, not "qtalk", which xmpp.hosts or xmpp.host_aliases has

    it wants a domain for the component that is none of the hosts
    xmpp: { domain: X.test }
    ! xmpp.domain must not be one of xmpp.hosts, as "x.test" is; use a domain of its own, such as groups.x.test

    it takes the component's domain out of the hosts, if there are others
    xmpp: { domain: rooms.x.test, hosts: [x.test, rooms.x.test] }
    ! xmpp.domain must not be one of xmpp.hosts, as "rooms.x.test" is; take it out of xmpp.hosts, which lists the users' domains, or give the component another one

    it may leave a section empty, as a YAML file with nothing under it does
    http:
    log:

    it is reported with all faults at once: the key, the value and what is expected
    xmpp: { service: "http://x", hosts: [], colour: red }
    http: { body_limit: big, confirm_timeout: -1 }
    log: { level: loud }
    storage: { path: 5 }
    sorage: {}
    ! sorage is not a section; the sections are ${SECTIONS}
    ! xmpp.service must be xmpp://ADDRESS:PORT, such as xmpp://127.0.0.1:5347, its port from 1 to 65535, or xmpp-srv://NAME; or a list of them, not "http://x"
    ! xmpp.hosts must have at least 1 entry, not []
    ! xmpp.colour is not a key; the keys of xmpp are ${Object.keys(xmppConfig.shape).join(", ")}
    ! http.body_limit must be a number, not "big"
    ! http.confirm_timeout must be at least 0, not -1
    ! storage.path must be text, not 5
    ! log.level must be error, warn, info or debug, not "loud"

    it is refused if a section isn't a map of keys
    http: 127.0.0.1
    ! http must be keys with values, not text

    it says how a list and keys are written
    xmpp: { hosts: x.test }
    http: [{ listen: "127.0.0.1:1" }]
    ! xmpp.hosts must be a list, not "x.test": write [x.test]
    ! http must be keys with values, not [{"listen":"127.0.0.1:1"}]: remove the "-" before its keys

    it never has its secrets shown
    xmpp: { password: 12345 }
    http: { callers: { name: hr, token_sha256: "12345" } }
    ! xmpp.password must be text, not a number: put it in quotation marks
    ! http.callers must be a list, not {"name":"hr","token_sha256":"…"}`);
});

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

  it("is refused if a file doesn't exist or is empty, or beside a password", () => {
    const [missing, empty] = [folder.at("none"), folder.file("secret", "\n")];
    const fault = "xmpp.password_file must be a file with the secret;";
    expect(faultsOf(withFile(missing))).to.deep.equal([`${fault} ${missing} doesn't exist`]);
    expect(faultsOf(withFile(empty))).to.deep.equal([`${fault} ${empty} is empty`]);
    expect(faultsOf(withFile(folder.path)), "nobody closes a folder").to.deep.equal([
      `${fault} ${folder.path} is a folder: name a file in it`,
    ]);
    expect(faultsOf({ xmpp: { ...xmpp, password_file: empty } })).to.deep.equal([
      "xmpp.password must not be set beside xmpp.password_file: remove one of them",
    ]);
  });
});
