/** The sending operations over an outbox that takes note of what it accepts. */
import { PLAIN } from "../../component/outbox/ways.js";
import { limitsConfig, messagesConfig, notifyConfig } from "../../component/config.js";
import { DomainAliases } from "../../component/domain-aliases.js";
import { AddressResolver } from "../../component/operations/address-resolver.js";
import type { OperationContext } from "../../component/operations/context.js";
import { Operations } from "../../component/operations/operations.js";
import type { Outbox, DeliveryStatus } from "../../component/outbox/outbox.js";
import { Refusal } from "../../component/refusal.js";
import type { NewRow } from "../../storage/outbox-row.js";

export interface Bench {
  readonly operations: Operations;
  /** What was accepted, call by call. */
  readonly calls: NewRow[][];
}

export function bench(changes: Partial<OperationContext> = {}): Bench {
  const calls: NewRow[][] = [];
  const outbox: Pick<Outbox, "accept"> = {
    accept: (rows) => {
      calls.push([...rows]);
      return Promise.resolve<DeliveryStatus>({ delivery: "confirmed" });
    },
  };
  const context = {
    addresses: new AddressResolver({
      aliases: new DomainAliases({
        xmpp: {
          domain: "conference.qtalk.test.org",
          hosts: ["qtalk.test.org", "second.test.org"],
          host_aliases: { qtalk: "second.test.org" },
        },
      }),
      foreignSenders: false,
    }),
    outbox,
    unreachable: { sent: () => undefined },
    batches: "each",
    limits: limitsConfig.parse({ batch: 3, recipients: 4, message_bytes: 1024 }),
    messages: messagesConfig.parse({}),
    notify: notifyConfig.parse({}),
    carbons: true,
    ways: PLAIN,
    directory: { namesOf: () => [] },
    muc: { rooms: { find: () => undefined } },
    ...changes,
  } as unknown as OperationContext;
  return { operations: new Operations(context), calls };
}

export const chat = (id: string): string =>
  `<message type='chat'><body id='${id}' msgType='1'>x</body></message>`;

export function refused(outcome: DeliveryStatus | Refusal): [number, string] {
  if (!(outcome instanceof Refusal)) throw new Error("was not refused");
  return [outcome.errcode, outcome.message];
}
