import { expect } from "chai";
import { Operators } from "../../../component/administration/operators.js";
import { openDatabase } from "../../../storage/database.js";
import { CommandLine } from "../../support/command-line.js";

describe("The commands for operators", () => {
  let line: CommandLine;
  beforeEach(() => (line = new CommandLine()));
  afterEach(() => line.remove());
  const nameOf = (token: string): string | undefined => {
    const db = openDatabase(line.database);
    try {
      return new Operators(db, { run: (work) => Promise.resolve(work()) }).byToken(token)?.name;
    } finally {
      db.close();
    }
  };

  it("make a token that is good until it is removed, and keep no copy of it", async () => {
    const added = await line.run("operator", "add", "ann", "--days", "30");
    expect(added.stderr).to.match(
      /^Token of ann for .*:10050\/console until \d{4}-.*; it is shown only once:/,
    );
    const token = added.stdout.trim();
    expect(nameOf(token)).to.equal("ann");
    const again = await line.run("operator", "add", "ann");
    expect([again.code, again.stdout]).to.eql([65, ""]);
    const { stdout } = await line.run("operator", "list");
    expect(stdout).to.match(/^NAME +ADDED +EXPIRES +LAST LOGIN *\nann +\d{4}-.* +\d{4}-.* +\d{4}-/);
    expect(stdout).not.to.contain(token);
    expect((await line.run("operator", "remove", "ann")).stdout).to.equal("Removed the operator ann.\n");
    expect(nameOf(token)).to.equal(undefined);
    expect((await line.run("operator", "remove", "ann")).code).to.equal(65);
  });

  it("say what they don't take", async () => {
    expect((await line.run("operator", "add", "two words")).code).to.equal(64);
    for (const days of ["0", "soon", "4000"])
      expect((await line.run("operator", "add", "ann", "--days", days)).code, days).to.equal(64);
  });
});
