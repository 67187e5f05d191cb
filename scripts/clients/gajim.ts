/** Gajim. */
import { join } from "node:path";
import Database from "better-sqlite3";
import type { Account } from "../lab/options.js";
import { LOOPBACK } from "../lab/ports.js";
import type { Chat } from "./chat-client.js";
import type { Desk } from "./desk.js";
import { DesktopClient } from "./desktop-client.js";
import { GajimCommands } from "./gajim-commands.js";
import type { Surroundings } from "./surroundings.js";

const SETTINGS = ".config/gajim/settings.sqlite";
const WORKSPACE = "My Workspace";
/** The bell, which opens the list of what happened; it has no name. */
const BELL = { x: 34, y: 55 };

export class Gajim extends DesktopClient {
  protected override readonly windowClass = "gajim";

  readonly commands = new GajimCommands(() => ({ screen: this.screen, account: this.#account }));
  #account = "";

  /** Those stay in the list. */
  #accepted = 0;

  constructor(readonly surroundings: Surroundings) {
    super();
  }

  override async show(chat: Chat): Promise<void> {
    await this.#openWorkspace();
    await this.screen.click(...this.names(chat));
  }

  override async notices(person: Chat): Promise<void> {
    await this.#openWorkspace();
    await super.notices(person);
  }

  override async isInvited(room: Chat): Promise<void> {
    await this.screen.clickAt(BELL);
    await this.screen.click("invited you to");
    await this.screen.shows(room.address);
  }

  override async invitations(): Promise<number> {
    await this.screen.clickAt(BELL);
    const elements = await this.screen.elements();
    return elements.filter(({ text }) => text.includes("invited you to ")).length - this.#accepted;
  }

  override async accept(room: Chat): Promise<void> {
    await this.screen.click("invited you to");
    await this.screen.click("Join");
    await this.screen.shows(room.name);
    this.#accepted++;
  }

  override async seesRemoval(): Promise<void> {
    await this.screen.shows("removed");
  }

  override async dismiss(): Promise<void> {
    await this.screen.key("ctrl+w");
  }

  protected override start(desk: Desk, { username, host, password }: Required<Account>): void {
    this.#account = username;
    const account = {
      active: true,
      address: `${username}@${host}`,
      name: username,
      account_label: username,
      autoconnect: true,
      savepass: true,
      password,
      use_custom_host: true,
      custom_host: LOOPBACK,
      custom_port: this.surroundings.plainPort,
      custom_type: "PLAIN",
      use_plain_connection: true,
      confirm_unencrypted_connection: false,
    };
    const sections = {
      app: { use_keyring: false, check_for_update: false, show_trayicon: false },
      workspaces: { 0: { name: WORKSPACE, color: "", avatar_sha: "", chats: [] } },
      ...{ soundevents: {}, status_presets: {}, proxies: {}, plugins: {}, window_sizes: {} },
    };
    desk.write(SETTINGS, "");
    const database = new Database(join(desk.home, SETTINGS));
    database.exec("CREATE TABLE settings (name TEXT UNIQUE, settings TEXT)");
    database.exec("CREATE TABLE account_settings (account TEXT UNIQUE, settings TEXT)");
    const add = database.prepare("INSERT INTO settings VALUES (?, ?)");
    for (const [name, section] of Object.entries(sections)) add.run(name, JSON.stringify(section));
    const accounts = JSON.stringify({ account, contact: {}, group_chat: {} });
    database.prepare("INSERT INTO account_settings VALUES (?, ?)").run(username, accounts);
    database.pragma("user_version = 7");
    database.close();
    desk.start("gajim");
  }

  protected override async greets({ username }: Required<Account>): Promise<void> {
    await this.screen.shows(`Account: ${username}`);
    await this.screen.desk.rests();
  }

  /** The workspace's button is at the left edge; the list beside it has the same name. */
  async #openWorkspace(): Promise<void> {
    const elements = await this.screen.elements();
    const button = elements.find(({ text, x }) => text === WORKSPACE && x < 2 * BELL.x);
    if (button === undefined) throw new Error("Gajim has no workspace");
    await this.screen.clickAt(button);
  }
}
