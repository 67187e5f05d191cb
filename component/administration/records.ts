/** The stores that operations read and write. */
import { AlertsStore } from "../../storage/alerts-store.js";
import { BotRoomsStore } from "../../storage/bot-rooms-store.js";
import { BotsStore } from "../../storage/bots-store.js";
import { CallLogStore } from "../../storage/call-log.js";
import { ChangesStore } from "../../storage/changes-store.js";
import type { Database } from "../../storage/database.js";
import { DeadLetters } from "../../storage/dead-letters.js";
import { DutyStore } from "../../storage/duty-store.js";
import { DirectoryStore } from "../../storage/directory-store.js";
import { ErasuresStore, ErasureStore } from "../../storage/erasure-store.js";
import { HeartbeatsStore } from "../../storage/heartbeats-store.js";
import { HookEvents } from "../../storage/hook-events.js";
import { HooksStore } from "../../storage/hooks-store.js";
import { HookFiles } from "../../storage/hook-files.js";
import { HookMessages } from "../../storage/hook-messages.js";
import { KeysStore } from "../../storage/keys-store.js";
import { OperatorsStore } from "../../storage/operators-store.js";
import { OutboxStore } from "../../storage/outbox-store.js";
import { OutgoingHooksStore } from "../../storage/outgoing-hooks-store.js";
import { RoomsArchiveReads } from "../../storage/rooms-archive-reads.js";
import { RoomsOverview } from "../../storage/rooms-overview.js";
import { RoomsStore } from "../../storage/rooms-store.js";
import { VcardStore } from "../../storage/vcard-store.js";

export type Records = ReturnType<typeof recordsOf>;

export function recordsOf(db: Database) {
  return {
    deadLetters: new DeadLetters(db),
    calls: new CallLogStore(db, 0),
    directory: new DirectoryStore(db),
    vcards: new VcardStore(db),
    keys: new KeysStore(db),
    hooks: new HooksStore(db),
    bots: new BotsStore(db),
    botRooms: new BotRoomsStore(db),
    outgoingHooks: new OutgoingHooksStore(db),
    hookEvents: new HookEvents(db),
    alerts: new AlertsStore(db),
    duty: new DutyStore(db),
    heartbeats: new HeartbeatsStore(db),
    hookMessages: new HookMessages(db),
    hookFiles: new HookFiles(db),
    operators: new OperatorsStore(db),
    outbox: new OutboxStore(db),
    rooms: new RoomsStore(db),
    archive: new RoomsArchiveReads(db),
    overview: new RoomsOverview(db),
    changes: new ChangesStore(db),
    erasure: new ErasureStore(db),
    erasures: new ErasuresStore(db),
  };
}
