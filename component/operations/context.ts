/** What operations work with. */
import type { LimitsConfig, MessagesConfig, NotifyConfig } from "../config.js";
import type { Outbox } from "../outbox/outbox.js";
import type { Owner } from "../outbox/owner-quotas.js";
import type { Ways } from "../outbox/ways.js";
import type { Directory } from "../people/directory.js";
import type { KeyThrottle } from "../people/key-throttle.js";
import type { Keys } from "../people/keys.js";
import type { RoomContext } from "../muc/context.js";
import type { BulkRemoval } from "../muc/api/bulk-removal.js";
import type { UnreachableHosts } from "../unreachable-hosts.js";
import type { AddressResolver } from "./address-resolver.js";
import type { BatchMode } from "./batch.js";

export interface OperationContext {
  readonly addresses: AddressResolver;
  readonly outbox: Outbox;
  /** How stanzas go in users' names. */
  readonly ways: Pick<Ways, "of">;
  /** For whom it is done: the caller. */
  readonly owner?: Owner;
  /** The request's id, as the log has it. */
  readonly request?: string;
  readonly unreachable: Pick<UnreachableHosts, "sent">;
  /** Whether what is good of a list is done where something of it isn't. */
  readonly batches: BatchMode;
  readonly limits: LimitsConfig;
  readonly messages: MessagesConfig;
  readonly notify: NotifyConfig;
  /** Whether senders' own sessions get copies. */
  readonly carbons: boolean;
  readonly directory: Directory;
  readonly keys: Keys;
  readonly keyThrottle: KeyThrottle;
  readonly muc: RoomContext;
  readonly bulkRemoval: BulkRemoval;
}
