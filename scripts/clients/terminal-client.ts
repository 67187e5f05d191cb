/** What clients in terminals have in common. */
import type { Account } from "../lab/options.js";
import type { Chat, Sight } from "./chat-client.js";
import type { Desk } from "./desk.js";
import { DeskClient } from "./desk-client.js";
import type { Surroundings } from "./surroundings.js";
import { Terminal } from "./terminal.js";

export abstract class TerminalClient extends DeskClient {
  #terminal: Terminal | undefined;
  #accepted = 0;

  constructor(protected readonly surroundings: Surroundings) {
    super();
  }

  override async logIn(account: Required<Account>): Promise<void> {
    const desk = await this.openDesk();
    this.#terminal = await Terminal.open(desk, this.prepare(desk, account));
    await this.terminal.shows(this.greeting(account));
  }

  override async logOut(): Promise<void> {
    await this.#terminal?.close();
    await super.logOut();
    this.#terminal = undefined;
    this.#accepted = 0;
  }

  override async sees({ text, by }: Sight): Promise<void> {
    await this.terminal.shows(text);
    if (by !== undefined) await this.terminal.shows(by.name, by.address);
  }

  /** A terminal shows the address. */
  override async seesPicture(url: string): Promise<void> {
    await this.terminal.shows(url);
  }

  override async invitations(): Promise<number> {
    await this.terminal.enter(this.overview);
    return (await this.terminal.occurrences(this.invitation)) - this.#accepted;
  }

  override async accept(room: Chat): Promise<void> {
    await this.terminal.enter(`/join ${room.address}`);
    await this.terminal.shows(this.welcome);
    this.#accepted++;
  }

  override async say(text: string): Promise<void> {
    await this.terminal.enter(text);
  }

  /** The command that shows the window where invitations stand. */
  protected abstract readonly overview: string;
  /** How each invitation there begins, also one that was accepted. */
  protected abstract readonly invitation: string;
  /** What stands in a room that was entered. */
  protected abstract readonly welcome: string;

  /** Writes the client's configuration. @returns the command that starts it */
  protected abstract prepare(desk: Desk, account: Required<Account>): string;

  /** What is to be read once it is logged in. */
  protected abstract greeting(account: Required<Account>): string;

  protected get terminal(): Terminal {
    if (this.#terminal === undefined) throw new Error("nobody is logged in");
    return this.#terminal;
  }
}
