/** What clients with windows have in common. */
import type { Account } from "../servers/options.js";
import type { Chat, ChatClient, Sight } from "./chat-client.js";
import { Desk } from "./desk.js";
import { Screen } from "./screen.js";

const ATTEMPTS = 3;

export abstract class DesktopClient implements ChatClient {
  #desk: Desk | undefined;
  #screen: Screen | undefined;

  async logIn(account: Required<Account>): Promise<void> {
    // On a busy machine a program may miss its message bus, and end or wait without a window: it gets another.
    for (let attempt = 1; attempt <= ATTEMPTS && this.#screen === undefined; attempt++) {
      await this.logOut();
      this.#screen = await this.#open(account);
    }
    if (this.#screen === undefined) throw new Error(`${this.windowClass} showed no window`);
    await this.greets(account);
  }

  async logOut(): Promise<void> {
    await this.#desk?.close();
    this.#desk = undefined;
    this.#screen = undefined;
  }

  abstract show(chat: Chat): Promise<void>;

  async sees({ text, by }: Sight): Promise<void> {
    await this.screen.shows(text);
    if (by !== undefined) await this.screen.shows(...this.names(by));
  }

  /** Only an eye can tell. */
  async seesPicture(): Promise<void> {
    await this.#desk?.rests();
  }

  async notices(person: Chat): Promise<void> {
    await this.screen.shows(...this.names(person));
  }

  abstract isInvited(room: Chat, by: Chat): Promise<void>;

  abstract invitations(): Promise<number | undefined>;

  abstract accept(room: Chat): Promise<void>;

  async say(text: string): Promise<void> {
    await this.screen.type(text);
    await this.screen.key("Return");
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

  /** Writes the client's configuration and starts it. */
  protected abstract start(desk: Desk, account: Required<Account>): void;

  /** The class of its window, in lower case. */
  protected abstract readonly windowClass: string;

  /** Waits until it is logged in. */
  protected abstract greets(account: Required<Account>): Promise<void>;

  /** What it may call somebody. */
  protected names({ name, address }: Chat): string[] {
    return [name, address, address.split("@")[0] ?? address];
  }

  /** @returns undefined where no window comes */
  async #open(account: Required<Account>): Promise<Screen | undefined> {
    this.#desk = await Desk.open();
    const screen = await Screen.open(this.#desk);
    this.start(this.#desk, account);
    return await screen.fill(this.windowClass).then(
      () => screen,
      () => undefined,
    );
  }

  protected get screen(): Screen {
    if (this.#screen === undefined) throw new Error("nobody is logged in");
    return this.#screen;
  }
}
