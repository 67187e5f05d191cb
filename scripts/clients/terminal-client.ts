/** What clients in terminals have in common. */
import type { Account } from "../servers/options.js";
import type { Chat, ChatClient, Sight } from "./chat-client.js";
import { Desk } from "./desk.js";
import type { Surroundings } from "./surroundings.js";
import { Terminal } from "./terminal.js";

export abstract class TerminalClient implements ChatClient {
  #desk: Desk | undefined;
  #terminal: Terminal | undefined;
  #accepted = 0;

  constructor(protected readonly surroundings: Surroundings) {}

  async logIn(account: Required<Account>): Promise<void> {
    this.#desk = await Desk.open();
    this.#terminal = await Terminal.open(this.#desk, this.prepare(this.#desk, account));
    await this.terminal.shows(this.greeting(account));
  }

  async logOut(): Promise<void> {
    await this.#terminal?.close();
    await this.#desk?.close();
    this.#terminal = undefined;
    this.#accepted = 0;
    this.#desk = undefined;
  }

  abstract show(chat: Chat): Promise<void>;

  async sees({ text, by }: Sight): Promise<void> {
    await this.terminal.shows(text);
    if (by !== undefined) await this.terminal.shows(by.name, by.address);
  }

  /** A terminal shows the address. */
  async seesPicture(url: string): Promise<void> {
    await this.terminal.shows(url);
  }

  abstract notices(person: Chat): Promise<void>;

  abstract isInvited(room: Chat, by: Chat): Promise<void>;

  async invitations(): Promise<number> {
    await this.terminal.enter(this.overview);
    return (await this.terminal.occurrences(this.invitation)) - this.#accepted;
  }

  async accept(room: Chat): Promise<void> {
    await this.terminal.enter(`/join ${room.address}`);
    await this.terminal.shows(this.welcome);
    this.#accepted++;
  }

  async say(text: string): Promise<void> {
    await this.terminal.enter(text);
  }

  abstract seesRemoval(room: Chat): Promise<void>;

  abstract dismiss(chat: Chat): Promise<void>;

  async screenshot(path: string): Promise<void> {
    await this.#desk?.rests();
    await this.#desk?.screenshot(path);
  }

  close(): Promise<void> {
    return this.logOut();
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
