/** Imports from files that can't be read, and with lists of refused rows that can't be written. */
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { expect } from "chai";
import { CommandLine, refusal } from "../../support/command-line.js";

const IMPORTS = [
  ["user", "import"],
  ["import", "startalk"],
] as const;

describe("An import", () => {
  let line: CommandLine;
  beforeEach(() => {
    line = new CommandLine();
    line.folder.file("people.csv", "id,name\nli,Li\n,nobody\n");
    mkdirSync(line.folder.at("tables"));
    line.folder.file("tables/host_info.csv", "id,host\n1,x.test\n");
    line.folder.file("tables/host_users.csv", "host_id,user_id,user_name\n1,wang,Wang\n");
    // Nobody can read this one, not even root.
    symlinkSync("loop", line.folder.at("loop"));
  });
  afterEach(() => line.remove());

  for (const family of IMPORTS)
    it(`of a file that isn't there or can't be read says so, and changes nothing: ${family.join(" ")}`, async () => {
      expect(await refusal(66, line.run(...family, "none"))).to.match(/^none doesn't exist\.\n/);
      const unreadable = await refusal(66, line.run(...family, "loop"));
      expect(unreadable).to.match(/^loop can't be read \(ELOOP\)\.\n/);
      expect(existsSync(line.database)).to.equal(false);
    });

  it("of a folder says which of its files can't be read", async () => {
    symlinkSync("muc_room.csv", line.folder.at("tables/muc_room.csv"));
    const said = await refusal(66, line.run("import", "startalk", "tables"));
    expect(said).to.match(/^tables\/muc_room\.csv can't be read \(ELOOP\)/);
    expect(existsSync(line.database)).to.equal(false);
  });

  for (const [family, source] of [
    [IMPORTS[0], "people.csv"],
    [IMPORTS[1], "tables"],
  ] as const)
    it(`whose list of refused rows can't be written says where it may be, and changes nothing: ${family.join(" ")}`, async () => {
      const refused = (list: string) => refusal(73, line.run(...family, source, "--refused", list));
      expect(await refused("nowhere/list.txt"))
        .to.match(/^The list of refused rows, .*\/nowhere\/list\.txt, can't be written \(ENOENT\): /)
        .and.to.contain("choose another file with --refused");
      expect(await refused("tables")).to.match(/^tables is a folder: name a file in it/);
      expect((await line.run("user", "list")).stdout).not.to.match(/li@|wang@/);
    });
});
