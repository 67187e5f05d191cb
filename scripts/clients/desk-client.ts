/** What clients on a desk of their own have in common, in windows or in a terminal. */
import type { Account } from "../lab/options.js";
import type { Chat, ChatClient, Sight } from "./chat-client.js";
import { Desk } from "./desk.js";

export abstract class DeskClient implements ChatClient {
  #desk: Desk | undefined;

  abstract logIn(account: Required<Account>): Promise<void>;
  abstract show(chat: Chat): Promise<void>;
  abstract sees(sight: Sight): Promise<void>;
  abstract seesPicture(url: string): Promise<void>;
  abstract notices(person: Chat): Promise<void>;
  abstract isInvited(room: Chat, by: Chat): Promise<void>;
  abstract invitations(): Promise<number | undefined>;
  abstract accept(room: Chat): Promise<void>;
  abstract say(text: string): Promise<void>;
  abstract seesRemoval(room: Chat): Promise<void>;
  abstract dismiss(chat: Chat): Promise<void>;

  async logOut(): Promise<void> {
    await this.#desk?.close();
    this.#desk = undefined;
  }

  async screenshot(path: string): Promise<void> {
    await this.rests();
    await this.#desk?.screenshot(path);
  }

  close(): Promise<void> {
    return this.logOut();
  }

  /** A new desk, for somebody who logs in. */
  protected async openDesk(): Promise<Desk> {
    this.#desk = await Desk.open();
    return this.#desk;
  }

  /** Waits until nothing on the screen moves any more. */
  protected async rests(): Promise<void> {
    await this.#desk?.rests();
  }
}
