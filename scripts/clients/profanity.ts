/** profanity, in a terminal. */
import { LOOPBACK } from "../lab/ports.js";
import type { Account } from "../lab/options.js";
import type { Chat } from "./chat-client.js";
import type { Desk } from "./desk.js";
import { TerminalClient } from "./terminal-client.js";

const PREFERENCES = `[ui]
splash=false
[notifications]
message=off
room=off
invite=false
`;

export class Profanity extends TerminalClient {
  protected override readonly overview = "/win 1";
  protected override readonly invitation = "Chat room invite received";
  protected override readonly welcome = "You have joined the room";

  override async show(chat: Chat): Promise<void> {
    await this.terminal.enter(`/${chat.kind === "room" ? "join" : "msg"} ${chat.address}`);
    await this.terminal.shows(chat.address);
  }

  override async notices(person: Chat): Promise<void> {
    await this.terminal.enter(this.overview);
    await this.terminal.shows(`<< chat message: ${person.address}`);
  }

  override async isInvited(room: Chat, by: Chat): Promise<void> {
    await this.terminal.enter(this.overview);
    await this.terminal.shows(`/join ${room.address}`);
    await this.terminal.shows(`From   : ${by.address}`);
  }

  /** It says nothing of code 321; the list of windows does. */
  override async seesRemoval(): Promise<void> {
    await this.terminal.enter("/wins");
    await this.terminal.desk.rests();
  }

  override async dismiss(): Promise<void> {
    await this.terminal.enter(this.overview);
  }

  protected override prepare(desk: Desk, { username, host, password }: Required<Account>): string {
    const account = [
      `[${username}]`,
      "enabled=true",
      `jid=${username}@${host}`,
      `server=${LOOPBACK}`,
      `port=${this.surroundings.plainPort}`,
      "tls.policy=disable",
      `password=${password}`,
      "resource=profanity",
      `muc.nick=${username}`,
      "presence.login=online",
      "",
    ];
    desk.write(".local/share/profanity/accounts", account.join("\n"));
    desk.write(".config/profanity/profrc", PREFERENCES);
    return `profanity -a ${username}`;
  }

  protected override greeting(): string {
    return "logged in successfully";
  }
}
