import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Sqlite from "better-sqlite3";
import { expect } from "chai";
import { openDatabase } from "../../storage/database.js";
import { scratch } from "../support/sender.js";

const MIGRATIONS = fileURLToPath(new URL("../../../storage/migrations/", import.meta.url));
/** Those of the first release. */
const FIRST = 6;

describe("rooms of the first release, where archive and public logging were one option", () => {
  const folder = scratch();
  after(() => folder.remove());

  it("keep their archive, and are logged in public where anybody may find and enter them", () => {
    const path = join(folder.path, "first.db");
    const old = new Sqlite(path);
    for (const name of readdirSync(MIGRATIONS).sort()) {
      if (Number(name.slice(0, 3)) <= FIRST) old.exec(readFileSync(join(MIGRATIONS, name), "utf8"));
    }
    old.pragma(`user_version = ${FIRST}`);
    const put = old.prepare(
      "INSERT INTO rooms (name, secret, created_at, locked, listed, options) VALUES (?, x'00', 0, 0, 0, ?)",
    );
    const open = { name: "名", archive: true, public: true, membersOnly: false, password: "" };
    put.run("open", JSON.stringify(open));
    put.run("members", JSON.stringify({ ...open, membersOnly: true }));
    put.run("password", JSON.stringify({ ...open, password: "x" }));
    put.run("hidden", JSON.stringify({ ...open, public: false }));
    put.run("without", JSON.stringify({ ...open, archive: false }));
    old.close();

    const db = openDatabase(path);
    const rooms = db.prepare<[], { name: string; options: string }>("SELECT name, options FROM rooms").all();
    db.close();
    const options = new Map(rooms.map(({ name, options }) => [name, JSON.parse(options) as object]));
    expect(options.get("open")).to.deep.equal({ ...open, logged: true });
    for (const name of ["members", "password", "hidden"]) {
      expect(options.get(name)).to.include({ name: "名", archive: true, logged: false });
    }
    expect(options.get("without")).to.include({ archive: false, logged: false });
  });
});
