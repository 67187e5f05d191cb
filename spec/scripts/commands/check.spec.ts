import { expect } from "chai";
import { CommandLine } from "../../support/command-line.js";

describe("check", () => {
  let line: CommandLine;
  beforeEach(() => (line = new CommandLine()));
  afterEach(() => line.remove());

  it("says what the configuration comes to, and exits with 0", async () => {
    const { code, stdout } = await line.run("check", "--http.listen", "[::1]:10051");
    expect(stdout).to.match(
      /^The configuration is right\.\n {2}conference\.x\.test connects to xmpp:.* users of x\.test\n {2}callers connect to \[::1\]:10051\n {2}the database is .*qtalk\.db\n$/,
    );
    expect(stdout).to.not.include("SECRET");
    expect(code).to.equal(0);
  });

  it("names every fault, and exits with 78", async () => {
    const { code, stderr, stdout } = await line.run(
      "check",
      "--http.listen",
      "x",
      "--notify.carrier",
      "pigeon",
    );
    expect(stderr).to.match(
      /^There are faults in the configuration \(.*\.yml\):\n {2}http\.listen: got "x"; wants .*\n {2}notify\.carrier: got "pigeon"; wants presence or headline or both\n$/,
    );
    expect(stdout).to.equal("");
    expect(code).to.equal(78);
  });
});

describe("--help", () => {
  it("helps everywhere, and shows every key of the configuration with its default", async () => {
    const line = new CommandLine();
    for (const command of [["start"], ["check"], ["outbox"], ["outbox", "retry"], ["user"], ["key"]]) {
      const { code, stdout } = await line.run(...command, "--help");
      expect(stdout, command.join(" ")).to.include(`Usage: qtalk-component ${command.join(" ")}`);
      expect(code).to.equal(0);
    }
    const { stdout } = await line.run("start", "--help");
    expect(stdout.replace(/\s+/g, " ")).to.include(
      "--http.listen <text> the address and port that callers connect to (default: 127.0.0.1:10050)",
    );
    line.remove();
  });
});
