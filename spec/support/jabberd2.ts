/**
 * A private jabberd2, which consists of a router for components, a session manager, and a process for clients. Accounts
 * are stored in an SQLite file, other data in plain files. All modules of the server are enabled.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Sqlite } from "../../storage/sqlite.js";
import type { Program } from "../../scripts/lab/daemon.js";
import { findExecutable } from "../../scripts/lab/installed.mjs";
import { NoServer, Server } from "../../scripts/lab/private-server.js";
import type { Account, ServerOptions } from "../../scripts/lab/options.js";
import { LOOPBACK } from "../../scripts/lab/ports.js";

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
    const { port, password } = this.component();
    const { user, secret } = INNER;
    const toRouter = `
      <router><ip>${LOOPBACK}</ip><port>${port}</port><user>${user}</user><pass>${secret}</pass>
        <retry><init>30</init><lost>3</lost><sleep>1</sleep></retry></router>
      <log type="stdout"/>`;
    const files = {
      users: `<users><user><name>${user}</name><secret>${secret}</secret></user></users>`,
      router: `<router><id>router</id><log type="stdout"/>
        <local><ip>${LOOPBACK}</ip><port>${port}</port><users>${folder}/users.xml</users>
          <secret>${password}</secret></local>
        <aci><acl type="all"><user>${user}</user></acl></aci></router>`,
      sm: `<sm><id>sm</id>${toRouter}<local><id>${this.host}</id></local>
        <storage><path>${modules()}</path><driver>fs</driver><fs><path>${folder}/data</path></fs></storage>
        ${chains()}
        <discovery><identity><category>server</category><type>im</type><name>Jabber IM server</name></identity>
        </discovery><user><auto-create/></user></sm>`,
      c2s: `<c2s><id>c2s</id>${toRouter}
        <local><id>${this.host}</id><ip>${LOOPBACK}</ip><port>${this.clientPort}</port></local>
        <authreg><path>${modules()}</path><module>sqlite</module>
          <mechanisms><sasl><plain/></sasl></mechanisms>
          <sqlite><dbname>${accounts}</dbname><password_type><plaintext/></password_type></sqlite></authreg></c2s>`,
    };
    for (const [name, xml] of Object.entries(files))
      writeFileSync(join(folder, `${name}.xml`), xml, { mode: 0o600 });
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
function chains(): string {
  const [found] = /<modules>.*<\/modules>/s.exec(readFileSync("/etc/jabberd2/sm.xml", "utf8")) ?? [];
  if (found === undefined) throw new NoServer("jabberd2's own /etc/jabberd2/sm.xml names no modules.");
  return found.replace(/<!--.*?-->/gs, "");
}
