/** The operations of the interface, one method each, whichever door a call comes through. */
import type { Image } from "../../storage/vcard-store.js";
import type { DeliveryStatus } from "../outbox/outbox.js";
import type { Refusal } from "../refusal.js";
import { addMucUser, type AddMucUser } from "./add-muc-user.js";
import { authUk, type AuthUk } from "./auth-uk.js";
import { changeMucOpts, type ChangeMucOpts } from "./change-muc-opts.js";
import { clearStaff, type ClearStaff } from "./clear-staff.js";
import type { Item } from "./batch.js";
import type { OperationContext } from "./context.js";
import { createMuc, type CreateMuc } from "./create-muc.js";
import { delMucUser, type DelMucUser } from "./del-muc-user.js";
import { destroyMuc } from "./destroy-muc.js";
import { getMucOpts, type MucOpts } from "./get-muc-opts.js";
import { getUserNick, type GetUserNick, type UserNick } from "./get-user-nick.js";
import { mucUsers, type MucUser } from "./muc-users.js";
import { removeMember, type RemoveMember } from "./remove-member.js";
import type { RoomCall, RoomName } from "./room-call.js";
import { sendHttpMessage, type SendHttpMessage } from "./send-http-message.js";
import { sendMessage, sendMessages, type SendMessage, type WideMessage } from "./send-message.js";
import { sendNoticeVcard, type SendNoticeVcard } from "./send-notice-vcard.js";
import { sendNotify, type Notify } from "./send-notify.js";
import { sendThirdMessage, type ThirdMessage } from "./send-thirdmessage.js";

/** For whom a call is done, and how. */
export interface OnBehalf extends Pick<OperationContext, "batches" | "request"> {
  /** Whose part of the outbox it takes. */
  readonly caller: string;
}

export class Operations {
  readonly #context: OperationContext;

  constructor(context: OperationContext) {
    this.#context = context;
  }

  /** The same for one caller's request. */
  for({ caller, ...how }: OnBehalf): Operations {
    const owner = { kind: "caller", name: `caller ${caller}`, request: how.request } as const;
    // A literal with the same in it takes the engine ten times as long, where what is spread has such keys already.
    return new Operations(Object.assign({}, this.#context, how, { owner }));
  }

  sendThirdMessage(items: readonly Item<ThirdMessage>[]): Promise<DeliveryStatus | Refusal> {
    return sendThirdMessage(this.#context, items);
  }

  sendNotify(notify: Notify): Promise<DeliveryStatus | Refusal> {
    return sendNotify(this.#context, notify);
  }

  sendMessage(message: SendMessage): Promise<DeliveryStatus | Refusal> {
    return sendMessage(this.#context, message);
  }

  /** All or none. */
  sendMessages(messages: readonly WideMessage[]): Promise<DeliveryStatus | Refusal> {
    return sendMessages(this.#context, messages);
  }

  sendHttpMessage(message: SendHttpMessage): Promise<DeliveryStatus | Refusal> {
    return sendHttpMessage(this.#context, message);
  }

  getUserNick(call: GetUserNick): Promise<UserNick | Refusal> {
    return getUserNick(this.#context, call);
  }

  /** A picture that came in a user's vCard, by its file name. */
  avatar(name: string): Image | undefined {
    return this.#context.directory.image(name);
  }

  createMuc(call: CreateMuc): Promise<DeliveryStatus | Refusal> {
    return createMuc(this.#context, call);
  }

  addMucUser(call: AddMucUser): Promise<DeliveryStatus | Refusal> {
    return addMucUser(this.#context, call);
  }

  delMucUser(call: DelMucUser): Promise<DeliveryStatus | Refusal> {
    return delMucUser(this.#context, call);
  }

  destroyMuc(call: RoomCall): Promise<DeliveryStatus | Refusal> {
    return destroyMuc(this.#context, call);
  }

  mucUsers(room: RoomName): Promise<MucUser[] | Refusal> {
    return mucUsers(this.#context, room);
  }

  sendNoticeVcard(call: SendNoticeVcard): Promise<DeliveryStatus | Refusal> {
    return sendNoticeVcard(this.#context, call);
  }

  getMucOpts(room: RoomName): Promise<MucOpts | Refusal> {
    return Promise.resolve(getMucOpts(this.#context, room));
  }

  changeMucOpts(call: ChangeMucOpts): Promise<DeliveryStatus | Refusal> {
    return changeMucOpts(this.#context, call);
  }

  removeMember(call: RemoveMember): Promise<DeliveryStatus | Refusal> {
    return removeMember(this.#context, call);
  }

  clearStaff(call: ClearStaff): Promise<DeliveryStatus | Refusal> {
    return clearStaff(this.#context, call);
  }

  authUk(call: AuthUk): Promise<object | Refusal> {
    return authUk(this.#context, call);
  }
}
