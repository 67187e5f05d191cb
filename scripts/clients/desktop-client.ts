/** What clients with windows have in common. */
import type { Account } from "../lab/options.js";
import type { Chat, Sight } from "./chat-client.js";
import type { Desk } from "./desk.js";
import { DeskClient } from "./desk-client.js";
import { Screen } from "./screen.js";

const ATTEMPTS = 3;

export abstract class DesktopClient extends DeskClient {
  #screen: Screen | undefined;

  override async logIn(account: Required<Account>): Promise<void> {
    // On a busy machine a program may miss its message bus, and end or wait without a window: it gets another.
    for (let attempt = 1; attempt <= ATTEMPTS && this.#screen === undefined; attempt++) {
      await this.logOut();
      this.#screen = await this.#open(account);
    }
    if (this.#screen === undefined) throw new Error(`${this.windowClass} showed no window`);
    await this.greets(account);
  }

  override async logOut(): Promise<void> {
    await super.logOut();
    this.#screen = undefined;
  }

  override async sees({ text, by }: Sight): Promise<void> {
    await this.screen.shows(text);
    if (by !== undefined) await this.screen.shows(...this.names(by));
  }

  /** Only an eye can tell. */
  override async seesPicture(): Promise<void> {
    await this.rests();
  }

  override async notices(person: Chat): Promise<void> {
    await this.screen.shows(...this.names(person));
  }

  override async say(text: string): Promise<void> {
    await this.screen.type(text);
    await this.screen.key("Return");
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
    const desk = await this.openDesk();
    const screen = await Screen.open(desk);
    this.start(desk, account);
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
