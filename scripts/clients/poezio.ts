/** poezio, in a terminal. */
import { LOOPBACK } from "../lab/ports.js";
import type { Account } from "../lab/options.js";
import type { Chat } from "./chat-client.js";
import type { Desk } from "./desk.js";
import { PoezioCommands } from "./poezio-commands.js";
import { TerminalClient } from "./terminal-client.js";

export class Poezio extends TerminalClient {
  protected override readonly overview = "/win 0";
  protected override readonly invitation = "You are invited to the room";
  protected override readonly welcome = "joined the room";

  readonly commands = new PoezioCommands(() => this.terminal);

  override async show(chat: Chat): Promise<void> {
    await this.terminal.enter(`/${chat.kind === "room" ? "join" : "message"} ${chat.address}`);
    await this.terminal.shows(chat.address);
  }

  override async notices(person: Chat): Promise<void> {
    // In its list of tabs, each with a number before it.
    await this.terminal.shows(`.${person.address.split("@")[0] ?? ""}`);
  }

  override async isInvited(room: Chat, by: Chat): Promise<void> {
    await this.terminal.shows(this.invitation);
    await this.terminal.shows(room.address);
    await this.terminal.shows(by.address);
  }

  /** It doesn't tell a removal from leaving. */
  override async seesRemoval(): Promise<void> {
    await this.terminal.shows("has left the room");
  }

  override async dismiss(): Promise<void> {
    await this.terminal.enter("/close");
  }

  protected override prepare(desk: Desk, { username, host, password }: Required<Account>): string {
    const settings = [
      "[Poezio]",
      `jid = ${username}@${host}/poezio`,
      `password = ${password}`,
      `custom_host = ${LOOPBACK}`,
      `custom_port = ${this.surroundings.encryptedPort}`,
      `ca_cert_path = ${this.surroundings.certificate}`,
      "ignore_certificate = true",
      `default_nick = ${username}`,
      "use_bookmarks_method = local",
      "roster_show_offline = true",
      "",
    ];
    desk.write(".config/poezio/poezio.cfg", settings.join("\n"));
    return "poezio";
  }

  protected override greeting({ username, host }: Required<Account>): string {
    return `${username}@${host}`;
  }
}
