/** The operations of the interface, one method each, whichever door a call comes through. */
import type { Image } from "../../storage/vcard-store.js";
import type { Receipt } from "../outbox/outbox.js";
import type { Refusal } from "../refusal.js";
import { authUk, type AuthUk } from "./auth-uk.js";
import type { OperationContext } from "./context.js";
import { getUserNick, type GetUserNick, type UserNick } from "./get-user-nick.js";
import { sendMessage, type SendMessage } from "./send-message.js";
import { sendNotify, type Notify } from "./send-notify.js";
import { sendThirdMessage, type ThirdMessage } from "./send-thirdmessage.js";

export class Operations {
  readonly #context: OperationContext;

  constructor(context: OperationContext) {
    this.#context = context;
  }

  sendThirdMessage(items: readonly ThirdMessage[]): Promise<Receipt | Refusal> {
    return sendThirdMessage(this.#context, items);
  }

  sendNotify(notify: Notify): Promise<Receipt | Refusal> {
    return sendNotify(this.#context, notify);
  }

  sendMessage(message: SendMessage): Promise<Receipt | Refusal> {
    return sendMessage(this.#context, message);
  }

  getUserNick(call: GetUserNick): Promise<UserNick | Refusal> {
    return getUserNick(this.#context, call);
  }

  /** A picture that came in a user's vCard, by its file name. */
  avatar(name: string): Image | undefined {
    return this.#context.directory.image(name);
  }

  authUk(call: AuthUk): Promise<object | Refusal> {
    return authUk(this.#context, call);
  }
}
