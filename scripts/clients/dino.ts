/** Dino. It finds servers by DNS alone and insists on encryption: so it gets hosts and certificates of its own. */
import { join } from "node:path";
import Database from "better-sqlite3";
import type { Account } from "../lab/options.js";
import type { Chat } from "./chat-client.js";
import type { Desk } from "./desk.js";
import { DesktopClient } from "./desktop-client.js";
import type { Surroundings } from "./surroundings.js";

const ACCOUNTS = `CREATE TABLE account (id INTEGER PRIMARY KEY AUTOINCREMENT, bare_jid TEXT NOT NULL UNIQUE,
  resourcepart TEXT, password TEXT, alias TEXT, enabled INTEGER, roster_version TEXT, mam_earliest_synced INTEGER)`;
const SETTINGS = `CREATE TABLE account_settings (id INTEGER PRIMARY KEY AUTOINCREMENT, account_id INTEGER NOT NULL,
  key TEXT NOT NULL, value TEXT, UNIQUE (account_id, key) ON CONFLICT REPLACE)`;
/** Programs can't read what is encrypted, so nobody here can. */
const PLAIN = `INSERT INTO account_settings (account_id, key, value)
  VALUES (1, 'default-encryption', 'DINO_ENTITIES_ENCRYPTION_NONE')`;

export class Dino extends DesktopClient {
  protected override readonly windowClass = "dino";

  constructor(readonly surroundings: Surroundings) {
    super();
  }

  override async show(chat: Chat): Promise<void> {
    await this.screen.click(...this.names(chat));
  }

  /** It shows the invitation's text; a button it has only in the desktop's notifications, which nobody shows here. */
  override async isInvited(room: Chat): Promise<void> {
    await this.screen.shows(room.address, room.name);
  }

  override invitations(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  override async accept(room: Chat): Promise<void> {
    await this.screen.desk.run("dino", [`xmpp:${room.address}?join`]);
    await this.screen.desk.rests();
    await this.screen.click("Join");
  }

  override async seesRemoval(): Promise<void> {
    await this.screen.desk.rests();
  }

  override async dismiss(): Promise<void> {
    await this.screen.key("ctrl+w");
  }

  protected override start(desk: Desk, { username, host, password }: Required<Account>): void {
    desk.write(".local/share/dino/dino.db", "");
    const database = new Database(join(desk.home, ".local/share/dino/dino.db"));
    database.exec(ACCOUNTS);
    const account =
      "INSERT INTO account (bare_jid, resourcepart, password, enabled) VALUES (?, 'dino', ?, 1)";
    database.prepare(account).run(`${username}@${host}`, password);
    database.exec(SETTINGS);
    database.exec(PLAIN);
    database.close();
    const { certificate, hosts } = this.surroundings;
    desk.startWith({ "/etc/ssl/certs/ca-certificates.crt": certificate, "/etc/hosts": hosts }, "dino");
  }

  protected override async greets(): Promise<void> {
    await this.screen.desk.rests();
  }
}
