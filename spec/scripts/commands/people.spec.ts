import { existsSync } from "node:fs";
import { expect } from "chai";
import { Jid, type AccountJid } from "../../../component/addresses/address.js";
import { keysConfig } from "../../../component/config.js";
import { Keys } from "../../../component/people/keys.js";
import { localTimeText } from "../../../scripts/local-time.js";
import { openDatabase } from "../../../storage/database.js";
import { DirectoryStore } from "../../../storage/directory-store.js";
import { GroupCommit } from "../../../storage/group-commit.js";
import { KeysStore } from "../../../storage/keys-store.js";
import { CommandLine } from "../../support/command-line.js";

describe("The commands for people", () => {
  let line: CommandLine;
  beforeEach(() => (line = new CommandLine()));
  afterEach(() => line.remove());

  it("import a list, after a rehearsal that changes nothing", async () => {
    line.folder.file("people.csv", "id,name\nzhangsan,张三\n,无\n");
    const rehearsed = await line.run("user", "import", "people.csv", "--dry-run");
    expect(rehearsed.stdout).to.include("Would be: 1 added, 0 changed, 0 unchanged, 1 refused.");
    expect(existsSync(line.database)).to.equal(false);

    const done = await line.run("user", "import", "people.csv");
    expect(done.code).to.equal(0);
    expect(done.stdout).to.match(/^Done: 1 added.*1 refused\.\nRefused:\n {2}line 3: id is missing\n/);

    const again = await line.run("user", "import", "people.csv", "--dry-run");
    expect(again.stdout, "a rehearsal knows who is there").to.include("0 added, 0 changed, 1 unchanged");
  });

  it("say what is wrong with a file that can't be read", async () => {
    expect((await line.run("user", "import", "none.csv")).code).to.equal(66);
    line.folder.file("people.csv", "name\n张三\n");
    expect((await line.run("user", "import", "people.csv")).code).to.equal(65);
    expect((await line.run("user", "import", "people.csv", "--encoding", "utf-16le")).code).to.equal(64);
  });

  it("set, show, find and remove people", async () => {
    await line.run("user", "set", "zhangsan", "--name", "张三", "--department", "/研发");
    await line.run("user", "set", "lisi@x.test", "--name", "李四", "--employed", "no");
    expect((await line.run("user", "show", "zhangsan")).stdout).to.include("pinyin: zhangsan|zs");
    expect((await line.run("user", "list", "zs")).stdout).to.match(/zhangsan@x\.test +yes +\/研发 +张三/);
    const left = (await line.run("user", "list", "--employed", "no")).stdout;
    expect(left).to.include("lisi@x.test").and.not.include("zhangsan");
    expect((await line.run("user", "list", "--limit", "1")).stderr).to.include("More follow: pass --after");

    const failed = await line.run("user", "remove", "lisi", "nobody", "--yes");
    expect(failed.code).to.equal(65);
    expect((await line.run("user", "show", "lisi")).code, "none of them is removed").to.equal(0);
    expect((await line.run("user", "remove", "lisi", "--yes")).stdout).to.equal("Removed 1 user.\n");
    expect((await line.run("user", "show", "lisi")).stderr).to.contain("lisi@x.test is not in the directory");
  });

  it("issue, list and revoke keys", async () => {
    const issued = await line.run("key", "issue", "zhangsan", "--days", "1");
    expect(issued.stdout).to.match(/^\d{32}\n$/);
    const judge = (): string => {
      const db = openDatabase(line.database);
      const options = { hosts: ["x.test"], keys: keysConfig.parse({}) };
      const keys = new Keys(new KeysStore(db), new DirectoryStore(db), new GroupCommit(db), options);
      const verdict = keys.judge(Jid.parse("zhangsan@x.test") as AccountJid, issued.stdout.trim());
      db.close();
      return verdict;
    };
    expect(judge()).to.equal("good");
    const listed = (await line.run("key", "list")).stdout;
    const expiry = new Date(Date.now() + 24 * 3600_000).toISOString();
    // The test may run across midnight.
    expect([0, 60_000].map((ms) => localTimeText(Date.parse(expiry) - ms).slice(0, 10))).to.include(
      /(\d{4}-\d\d-\d\d) \S+ +no +command-line/.exec(listed)?.[1],
    );
    for (const limit of ["0", "1.5", "x"])
      expect((await line.run("key", "list", "--limit", limit)).code, limit).to.equal(64);
    for (const days of ["0", "366", "x"])
      expect((await line.run("key", "issue", "zhangsan", "--days", days)).code, days).to.equal(64);
    const revoked = await line.run("key", "revoke", "zhangsan");
    expect(revoked.stdout).to.match(/^1 key of zhangsan@x\.test revoked\./);
    expect(judge()).to.equal("wrong");
    const elsewhere = await line.run("key", "issue", "zhangsan@elsewhere.test");
    expect(elsewhere.stderr).to.match(/is not in xmpp\.hosts/);
    await line.run("user", "set", "zhangsan", "--employed", "no");
    expect((await line.run("key", "issue", "zhangsan")).code).to.equal(65);
  });
});
