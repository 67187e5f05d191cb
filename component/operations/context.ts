/** The context in which the operations of the HTTP interface run. */
import type { Account } from "../../storage/unit-of-work.js";
import type { LimitsConfig, MessagesConfig, NotifyConfig } from "../config.js";
import type { Outbox } from "../outbox/outbox.js";
import type { Directory } from "../people/directory.js";
import type { KeyThrottle } from "../people/key-throttle.js";
import type { Keys } from "../people/keys.js";
import type { SendingRights } from "../privilege/sending-rights.js";
import type { RoomContext } from "../muc/context.js";
import type { UserRemoval } from "../muc/user-removal.js";
import type { UnreachableHosts } from "../inbound/unreachable-hosts.js";
import type { AddressResolver } from "./address-resolver.js";
import type { BatchMode } from "./batch.js";
import type { CallKey } from "./call-key.js";

export interface OperationContext {
  readonly addresses: AddressResolver;
  readonly outbox: Outbox;
  /** Returns the send modes of users' stanzas. */
  readonly modes: Pick<SendingRights, "of" | "refuse">;
  /** The caller's account, whose outbox quota is used. */
  readonly account?: Account;
  /** The id of the request, for the log. */
  readonly request?: string;
  /** Recognises the call's repetitions; absent: the call has no Idempotency-Key. */
  readonly key?: CallKey;
  readonly unreachable: Pick<UnreachableHosts, "sent">;
  /** Whether the valid items of a list are sent if others are invalid. */
  readonly batches: BatchMode;
  readonly limits: LimitsConfig;
  readonly messages: MessagesConfig;
  readonly notify: NotifyConfig;
  /** Whether the component sends copies of messages to their senders' clients (XEP-0280). */
  readonly carbons: boolean;
  readonly directory: Pick<Directory, "namesOf" | "displayNames" | "find" | "everyone" | "image">;
  readonly keys: Pick<Keys, "judge" | "revoke">;
  readonly keyThrottle: Pick<KeyThrottle, "failed">;
  readonly muc: RoomContext;
  readonly userRemoval: UserRemoval;
}
