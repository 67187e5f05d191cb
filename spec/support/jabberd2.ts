/**
 * A private jabberd2, which consists of a router for components, a session manager, and a process for clients. Accounts
 * are stored in an SQLite file, other data in plain files. All modules of the server are enabled.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { xml, type Element } from "../../component/xml/builder.js";
import { parseXml, XmlFault } from "../../component/xml/parse.js";
import { serialise } from "../../component/xml/serialise.js";
import { Sqlite } from "../../storage/sqlite.js";
import type { Program } from "../../scripts/lab/daemon.js";
import { findExecutable, NoServer } from "../../scripts/lab/find.js";
import type { Account, ServerOptions } from "../../scripts/lab/options.js";
import { LOOPBACK } from "../../scripts/lab/ports.js";
import { Server } from "../../scripts/lab/server.js";

/** The credentials with which the parts connect to the router. */
const INNER = { user: "jabberd", secret: "inner" };
const PARTS = ["router", "sm", "c2s"] as const;
type Part = (typeof PARTS)[number];
const RETRY_MS = 15;

export class Jabberd2 extends Server {
  /** @throws NoServer if jabberd2 isn't installed */
  constructor(options?: ServerOptions) {
    super("jabberd2", options, "jabber");
    executable("router");
  }

  override get webSocket(): string {
    throw new Error("jabberd2 has no WebSocket");
  }

  override get api(): string {
    throw new Error("jabberd2 has no HTTP API");
  }

  override addAccounts(...accounts: readonly Account[]): Promise<void> {
    const db = new Sqlite(this.#accounts(this.home.folder));
    const add = db.prepare("INSERT INTO authreg (username, realm, password) VALUES (?, ?, ?)");
    for (const { username, password, host = this.host } of accounts) add.run(username, host, password);
    db.close();
    return Promise.resolve();
  }

  protected override writeConfiguration(folder: string): void {
    mkdirSync(join(folder, "data"));
    const accounts = this.#accounts(folder);
    const db = new Sqlite(accounts);
    db.exec("CREATE TABLE authreg (username TEXT, realm TEXT, password TEXT)");
    db.close();
    const files = {
      "users.xml": xml("users", {}, xml("user", {}, text("name", INNER.user), text("secret", INNER.secret))),
      "router.xml": this.#router(folder),
      "sm.xml": this.#sessionManager(folder),
      "c2s.xml": this.#clients(accounts),
    };
    for (const [name, element] of Object.entries(files))
      writeFileSync(join(folder, name), serialise(element), { mode: 0o600 });
    for (const name of readdirSync(folder)) this.own(join(folder, name));
  }

  /** Runs all parts in one process group; they end with the shell that started them. */
  protected override program(folder: string): Program {
    const tied = findExecutable("setpriv") === undefined ? "" : "setpriv --pdeathsig KILL -- ";
    const lines = PARTS.map((part) => `${tied}${executable(part)} -c ${part}.xml &`);
    const script = ["trap 'kill 0' TERM", `cd '${folder}'`, ...lines, "wait"].join("\n");
    return { command: "/bin/sh", args: ["-c", script], env: { PATH: process.env.PATH } };
  }

  /**
   * Also waits for the session manager, as until then the router accepts components but reports that the host doesn't
   * exist.
   */
  protected override async serves(giveUp = new AbortController()): Promise<void> {
    await super.serves(giveUp);
    const { signal } = giveUp;
    while (!this.log.includes("ready for sessions")) await sleep(RETRY_MS, undefined, { signal });
  }

  #accounts(folder: string): string {
    return join(folder, "accounts.db");
  }

  #router(folder: string): Element {
    const { port, password } = this.component();
    const users = text("users", join(folder, "users.xml"));
    return xml(
      "router",
      {},
      text("id", "router"),
      log(),
      xml("local", {}, text("ip", LOOPBACK), text("port", String(port)), users, text("secret", password)),
      xml("aci", {}, xml("acl", { type: "all" }, text("user", INNER.user))),
    );
  }

  #sessionManager(folder: string): Element {
    const data = xml("fs", {}, text("path", join(folder, "data")));
    return xml(
      "sm",
      {},
      text("id", "sm"),
      this.#toRouter(),
      log(),
      xml("local", {}, text("id", this.host)),
      xml("storage", {}, text("path", modules()), text("driver", "fs"), data),
      chains(),
      xml(
        "discovery",
        {},
        xml("identity", {}, text("category", "server"), text("type", "im"), text("name", "Jabber IM server")),
      ),
      xml("user", {}, xml("auto-create")),
    );
  }

  #clients(accounts: string): Element {
    const plain = xml("mechanisms", {}, xml("sasl", {}, xml("plain")));
    const store = xml("sqlite", {}, text("dbname", accounts), xml("password_type", {}, xml("plaintext")));
    return xml(
      "c2s",
      {},
      text("id", "c2s"),
      this.#toRouter(),
      log(),
      xml("local", {}, text("id", this.host), text("ip", LOOPBACK), text("port", String(this.clientPort))),
      xml("authreg", {}, text("path", modules()), text("module", "sqlite"), plain, store),
    );
  }

  #toRouter(): Element {
    const retry = xml("retry", {}, text("init", "30"), text("lost", "3"), text("sleep", "1"));
    const { port } = this.component();
    const names = [text("user", INNER.user), text("pass", INNER.secret)];
    return xml("router", {}, text("ip", LOOPBACK), text("port", String(port)), ...names, retry);
  }
}

function text(name: string, content: string): Element {
  return xml(name, {}, content);
}

function log(): Element {
  return xml("log", { type: "stdout" });
}

function executable(part: Part): string {
  const found = findExecutable(`jabberd2-${part}`);
  if (found === undefined)
    throw new NoServer(
      "jabberd2 isn't installed here: install it (on Debian: sudo apt-get install jabberd2).",
    );
  return found;
}

/** Returns the folder of jabberd2's modules, which Debian installs in a folder for the machine's architecture. */
function modules(): string {
  const folders = readdirSync("/usr/lib").map((name) => join("/usr/lib", name, "jabberd2"));
  return ["/usr/lib/jabberd2", ...folders].find((folder) => existsSync(join(folder, "mod_deliver.so"))) ?? "";
}

/** Returns the order of modules from the package's own configuration. */
function chains(): Element {
  const [found] = /<modules>.*<\/modules>/s.exec(readFileSync("/etc/jabberd2/sm.xml", "utf8")) ?? [];
  const chains = parseXml(found?.replace(/<!--.*?-->/gs, "") ?? "");
  if (chains instanceof XmlFault) throw new NoServer("jabberd2's own /etc/jabberd2/sm.xml names no modules.");
  return chains;
}
