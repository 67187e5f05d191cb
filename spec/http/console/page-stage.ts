/** A component with the console, its server, and a browser that looks at it; all in this process but the browser. */
import { expect } from "chai";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { FAMILIES, findOperation } from "../../../component/administration/operation-families.js";
import { hashOf } from "../../../component/secrets.js";
import { Refusal } from "../../../component/refusal.js";
import { launchBrowser } from "../../../scripts/lab/browser.js";
import { parseConfig, type Config } from "../../../scripts/config/config.js";
import { startDaemon, type RunningDaemon } from "../../../scripts/daemon.js";
import { PATIENCE_MS } from "../../../scripts/lab/inbox.js";
import { freePort, LOOPBACK } from "../../../scripts/lab/ports.js";
import { openDatabase, type Database } from "../../../storage/database.js";
import { DirectoryStore } from "../../../storage/directory-store.js";
import { KeysStore } from "../../../storage/keys-store.js";
import { OperatorsStore } from "../../../storage/operators-store.js";
import { addDeadLetter } from "../../support/dead-letter.js";
import { FaultServer } from "../../support/fault-server.js";
import { Folder } from "../../support/folder.js";
import { LogLines } from "../../support/log-lines.js";

export const DOMAIN = "groups.example.org";
export const HOST = "example.org";
export const ROOM = `plan@${DOMAIN}`;
export const TITLE = "计划 & <b>plan</b>";
export const PERSON = `zhang@${HOST}`;

export const TOKEN = "an operator's token, for this test alone";

/** The caller of every stage. */
export const ERP = { name: "erp", addresses: [LOOPBACK], senders: ["*"], rooms: ["*"] };

export class PageStage {
  readonly #folder = new Folder();
  readonly database = this.#folder.at("qtalk.db");
  /** What went wrong in pages. */
  readonly faults: string[] = [];

  private constructor(
    readonly server: FaultServer,
    readonly browser: Browser,
  ) {}

  db!: Database;
  daemon!: RunningDaemon;

  static async open(): Promise<PageStage> {
    const stage = new PageStage(await FaultServer.start(DOMAIN, "SECRET"), await launchBrowser());
    await stage.#start(await freePort());
    stage.db = openDatabase(stage.database);
    const operator = {
      name: "night-shift",
      token: hashOf(TOKEN),
      madeAt: Date.now(),
      expiresAt: undefined,
      may: "all",
    };
    new OperatorsStore(stage.db).add(operator);
    return stage;
  }

  /** What a program asks for, as the caller erp. */
  async call(name: string, body: object): Promise<string> {
    const url = `http://${LOOPBACK}:${this.daemon.httpPort}/qtalk/${name}`;
    const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
    return await response.text();
  }

  /** Runs an operation, as an operator does. @returns its result */
  async operate(name: string, given: object): Promise<Readonly<Record<string, unknown>>> {
    const operation = await findOperation(FAMILIES, name);
    const who = { name: "ann", way: "command line", may: ["all"] } as const;
    const result = operation && (await this.daemon.service.administration.run(operation, given, who));
    if (result === undefined || result instanceof Refusal) throw new Error(result?.message ?? name);
    return result as Readonly<Record<string, unknown>>;
  }

  /** The URL of a hook, at the component's port. @param url as the operation says it */
  local(url: string): string {
    return url.replace(/^http:\/\/[^/]+/, `http://${LOOPBACK}:${this.daemon.httpPort}`);
  }

  /** A new page, in which no operator is logged in. */
  async visit(options: BrowserContextOptions): Promise<Page> {
    const page = await this.browser.newPage(options);
    page.setDefaultTimeout(PATIENCE_MS);
    page.on("pageerror", ({ message }) => this.faults.push(message));
    page.on("console", (said) => {
      if (said.text().includes("Content Security Policy")) this.faults.push(said.text());
    });
    await page.goto(`http://${LOOPBACK}:${this.daemon.httpPort}/console`);
    return page;
  }

  /** Ends the component, and starts it again on the same port. */
  async restart(meanwhile: () => Promise<void>): Promise<void> {
    const { httpPort } = this.daemon;
    await this.daemon.stop();
    await meanwhile();
    await this.#start(httpPort);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.daemon.stop();
    await this.server.hideAway();
    this.db.close();
    this.#folder.remove();
  }

  /** Reloads the configuration, with these callers. */
  reload(callers: readonly object[]): void {
    this.daemon.reload(this.#configOf(this.daemon.httpPort, callers));
  }

  async #start(port: number): Promise<void> {
    this.daemon = await startDaemon(this.#configOf(port, [ERP]), new LogLines().logger);
    await this.daemon.ready();
  }

  #configOf(port: number, callers: readonly object[]): Config {
    return parseConfig({
      xmpp: { service: this.server.service, domain: DOMAIN, password: "SECRET", hosts: [HOST] },
      http: { listen: `${LOOPBACK}:${port}`, callers },
      storage: { path: this.database },
      // All the tests of this process are in its memory, too.
      limits: { memory: 2 ** 40 },
    });
  }
}

export async function logIn(page: Page): Promise<void> {
  await page.locator("input[name=token]").fill(TOKEN);
  await page.keyboard.press("Enter");
  await page.locator("nav a").first().waitFor({ state: "attached" });
}

/** Goes to a screen, and waits until it shows what it has read. @param path such as `rooms/plan@…` */
export async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate(`new Promise((resolve) => {
    addEventListener("hashchange", resolve, { once: true });
    location.hash = ${JSON.stringify(`#/${path}`)};
  }).then(() => undefined)`);
  await page.locator("main:not([aria-busy])").waitFor();
}

/** How many pixels of the page lie beside the screen. */
export async function sideways(page: Page): Promise<number> {
  return await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
}

/** Makes something of everything there is. */
export async function fillIn(stage: PageStage): Promise<void> {
  const { db } = stage;
  const at = Date.now();
  for (const text of ["for the retry", "for the drop"])
    addDeadLetter(db, {
      acceptedAt: at,
      reason: "stream error not-well-formed",
      stanza: `<message from='erp@${HOST}' to='${PERSON}' id='${text.replaceAll(" ", "-")}'><body>${text}</body></message>`,
    });
  new DirectoryStore(db).save({
    local: "zhang",
    host: HOST,
    name: "张三",
    pinyin: "zhangsan|zs",
    department: "/总部",
  });
  await stage.operate("hook add", { name: "grafana", to: "plan", title: "Grafana", format: "grafana" });
  for (const resource of ["desktop", "phone"]) {
    const key = { jid: PERSON, resource, hash: hashOf(resource), issuedAt: at, expiresAt: at + 60_000 };
    new KeysStore(db).put(key, 10);
  }
  const room = {
    muc_id: "plan",
    muc_name: TITLE,
    muc_owner: PERSON,
    muc_owner_host: HOST,
    muc_domain: DOMAIN,
  };
  expect(await stage.call("create_muc", room)).to.contain('"ret":true');
  const muc = "http://jabber.org/protocol/muc";
  stage.server.connection.send(
    `<presence from='${PERSON}/desktop' to='${ROOM}/张三'><x xmlns='${muc}'/></presence>`,
  );
  expect(await stage.call("destroy_muc", { muc_id: "nowhere" })).to.contain('"ret":false');
}
