import { expect } from "chai";
import { CommandLine } from "../../support/command-line.js";

describe("The commands that change rooms", () => {
  let line: CommandLine;
  beforeEach(() => (line = new CommandLine()));
  afterEach(() => line.remove());

  it("say what to do if the component doesn't run, and change nothing", async () => {
    for (const command of [
      ["make", "plan", "--owner", "hag66"],
      ["set", "plan", "membersonly=no"],
      ["owner", "plan", "hag66"],
      ["destroy", "plan", "--yes"],
      ["announce", "Hello", "--all"],
    ]) {
      const { code, stdout, stderr } = await line.run("room", ...command);
      expect(stderr).to.match(/^No component runs on the database .*: start it and run this command again/);
      expect([code, stdout]).to.eql([69, ""]);
    }
  });

  it("delete nothing without --yes if there is no terminal", async () => {
    for (const [command, what] of [
      ["purge", "This deletes all messages of the room plan."],
      ["destroy", "This destroys the room plan and deletes its settings, affiliations and messages."],
    ] as const) {
      const { code, stderr } = await line.run("room", command, "plan");
      expect([code, stderr]).to.eql([64, `${what} Pass --yes to confirm.\n`]);
    }
  });

  it("refuse what is no setting, and an announcement to nowhere", async () => {
    const refused = await line.run("room", "set", "plan", "membersonly");
    expect(refused.code).to.equal(64);
    expect(refused.stderr).to.match(/"membersonly" is not a setting: use FIELD=VALUE/);
    for (const where of [[], ["--all", "--room", "plan"]]) {
      const { code, stderr } = await line.run("room", "announce", "Hello", ...where);
      expect([code, stderr]).to.eql([64, "Pass one room with --room, or --all.\n"]);
    }
    expect((await line.run("room", "make", "plan")).stderr).to.match(/required option '--owner/);
  });

  it("list a form's fields, with what each takes", async () => {
    const { stdout } = await line.run("room", "set", "--help");
    for (const row of [
      /^membersonly +yes\|no +Only members/m,
      /^whois +moderators\|anyone/m,
      /^roomowners +id@host/m,
    ])
      expect(stdout).to.match(row);
  });
});
