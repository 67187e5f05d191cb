import { expect } from "chai";
import { ignoredVariables, loadConfig, loadSections, type Sources } from "../../../scripts/config/sources.js";
import { Failure } from "../../../scripts/failure.js";
import { Folder } from "../../support/folder.js";

const YAML = `
xmpp:
  domain: conference.x.test
  password: from-file
  hosts: [x.test]
http:
  listen: 127.0.0.1:1
  confirm_timeout: 1
`;

describe("A configuration's sources", () => {
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  const sources = (more: Partial<Sources> = {}, yaml = YAML): Sources => ({
    file: folder.file("c.yml", yaml),
    env: {},
    flags: {},
    ...more,
  });
  const failure = (given: Sources): Failure => {
    try {
      loadConfig(given);
    } catch (error) {
      if (error instanceof Failure) return error;
      throw error;
    }
    throw new Error("it was read without a fault");
  };

  it("win in this order: flag, environment, file, default", () => {
    const env = { QTALK_HTTP_LISTEN: "127.0.0.1:2", QTALK_XMPP_PASSWORD: "from-env" };
    const flags = { "http.listen": "127.0.0.1:3" };
    const { http, xmpp, log } = loadConfig(sources({ env, flags }));
    expect(http.listen.port).to.equal(3);
    expect(xmpp.password).to.equal("from-env");
    expect(http.confirm_timeout).to.equal(1);
    expect(log.level).to.equal("info");
    expect(loadConfig(sources({ env })).http.listen.port).to.equal(2);
  });

  it("may be the environment alone, if the default file doesn't exist", () => {
    const env = {
      QTALK_XMPP_DOMAIN: "conference.x.test",
      QTALK_XMPP_PASSWORD: "a, b: [c]",
      QTALK_XMPP_HOSTS: "x.test, y.test",
      QTALK_XMPP_FOREIGN_SENDERS: "true",
      QTALK_NOTIFY_MAX_AGE: "5",
      QTALK_HTTP_CALLERS: "[]",
      PATH: "/bin",
    };
    const { xmpp, notify, http } = loadConfig({ env, flags: {} });
    expect(xmpp).to.deep.include({
      password: "a, b: [c]",
      hosts: ["x.test", "y.test"],
      foreign_senders: true,
    });
    expect(notify.max_age).to.equal(5);
    expect(http.callers).to.deep.equal([]);
  });

  it("ignore the variables that Kubernetes sets for a service named qtalk, with a warning", () => {
    const ends = "SERVICE_HOST SERVICE_PORT SERVICE_PORT_HTTP PORT COMPONENT_SERVICE_HOST PORT_10050_TCP";
    const more = ["ADDR", "PORT", "PROTO"].map((end) => `PORT_10050_TCP_${end}`);
    const env = Object.fromEntries([...ends.split(" "), ...more].map((end) => [`QTALK_${end}`, "x"]));
    expect(() => loadConfig(sources({ env }))).not.to.throw();
    for (const name of Object.keys(env)) expect(ignoredVariables({ env })).to.include(name);
    expect(ignoredVariables({ env: { QTALK_XMPP_SERVICE: "xmpp://127.0.0.1:5347" } })).to.equal(undefined);
  });

  it("reject unknown variables and invalid values", () => {
    const env = { QTALK_XMPP_PASWORD: "geheim", QTALK_NOTIFY_MAX_AGE: "soon", QTALK_XMPP_CARBONS: "yes" };
    const { message, exitCode } = failure(sources({ env }));
    expect(message.split("\n").slice(1)).to.deep.equal([
      "  QTALK_XMPP_PASWORD is not a variable of the configuration; names are QTALK_SECTION_KEY, such as QTALK_XMPP_DOMAIN",
      '  xmpp.carbons must be true or false, not "yes"',
      '  notify.max_age must be a number, not "soon"',
    ]);
    expect(exitCode).to.equal(78);
  });

  it("report a file that doesn't exist or isn't YAML, without its secrets", () => {
    const missing = failure(sources({ file: folder.at("none.yml") }));
    expect(missing.message).to.match(/none\.yml doesn't exist: pass another with --config/);
    expect(missing.exitCode).to.equal(66);
    for (const yaml of [
      "xmpp:\n  password: geheim: x\n",
      'xmpp:\n  password: "geheim\n',
      'xmpp:\n  password: "ge\n    geheim\n   : x\n',
      "xmpp:\n  pasword:geheim\n  hosts: [x.test]\n",
      "xmpp:\n  password geheim\n  hosts: [x.test]\n",
      "xmpp:\n password: x\n  passwrod: geheim\n",
      "xmpp:\n  password:geheim\n",
      "xmpp: geheim\n",
      "geheim",
      "- geheim",
    ]) {
      const { message, exitCode } = failure(sources({}, yaml));
      expect(message).to.include("c.yml").and.not.include("geheim");
      expect(exitCode).to.equal(78);
    }
  });

  it("show the line of a mistake in YAML, and what to do there", () => {
    const spacing = "check the indentation, and the space after the colon";
    for (const [yaml, said] of [
      [
        "xmpp:\n  service: x\n  domain:groups.x.test\n  hosts: [x]\n",
        `line 3, "domain:groups.x.test": ${spacing}`,
      ],
      ["xmpp:\n  service: x\n  hosts:[x.test]\n", `line 3, "hosts:[x.test]": ${spacing}`],
      ["xmpp:\n  service: x\n   domain: groups.x.test\n", `line 3, "domain: groups.x.test": ${spacing}`],
      ["xmpp:\n  service: x\n domain: groups.x.test\n", `line 3, "domain: groups.x.test": ${spacing}`],
      ["xmpp:\n  service xmpp://x\n  domain: x.test\n", `line 2, "service xmpp://x": ${spacing}`],
      ["xmpp:\n\tservice: x\n", 'line 2, "service: x": indent it with spaces instead of tabs'],
      [
        'xmpp:\n  service: "x\n  domain: x.test\n  hosts: [x]\n',
        'line 2, "service: "x": close the quotation mark',
      ],
      [
        "xmpp:\n  hosts: [x.test\n  domain: x.test\n",
        'line 2, "hosts: [x.test": close the bracket, in the same line',
      ],
      [
        "xmpp:\n  domain: a\n  domain: b\n",
        'line 3, "domain: b": the key is there twice: remove one of them',
      ],
      ["xmpp:\n  password: a: b\n", 'line 2, "password: …": put the value in quotation marks'],
      ["xmpp:\n  service: x\n  domain: *x\n", 'line 3, "domain: *x": put the value in quotation marks'],
      ["xmpp:\n  password: *x\n", 'line 2, "password: …": put the value in quotation marks'],
      ["xmpp:\n  domain: @x\n", 'line 2, "domain: @x": put the value in quotation marks'],
    ] as const)
      expect(failure(sources({}, yaml)).message).to.contain(`c.yml is not valid YAML: ${said}.`);
  });

  it("say that aliases of aliases are too many, instead of filling the memory", () => {
    const names = Array.from({ length: 12 }, (_, n) => `a${n}`);
    const lines = names.map((name, n) => {
      const list =
        n === 0
          ? "[x, x]"
          : `[${Array(9)
              .fill(`*a${n - 1}`)
              .join(", ")}]`;
      return `${name}: &${name} ${list}`;
    });
    expect(failure(sources({}, lines.join("\n"))).message).to.contain("too many aliases");
  });

  it("say that the space after the colon of a section's only key is missing", () => {
    for (const yaml of ["xmpp:\n  domain:groups.x.test\n", "xmpp:\n  domain:x.test\n  hosts:[x.test]\n"])
      expect(failure(sources({}, yaml)).message).to.contain(
        'xmpp must be keys with values, not text: write a space after the colon of "domain:"',
      );
    expect(failure(sources({}, "http:\n  callers:\n    - name:hr\n")).message).to.contain(
      'http.callers.0 must be keys with values, not text: write a space after the colon of "name:"',
    );
  });

  it("name themselves with the faults", () => {
    expect(failure(sources({}, "xmpp: {}")).message).to.match(
      /^3 errors in the configuration \(.*c\.yml\):\n/,
    );
  });

  it("matter to a command only as far as it needs them", () => {
    const { storage } = loadSections(sources({}, "storage: {path: here.db}\nhttp: {listen: nowhere}"), [
      "storage",
    ]);
    expect(storage.path).to.equal("here.db");
  });
});
