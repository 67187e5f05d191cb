/**
 * Ad-hoc commands (XEP-0050) of the component: each is done in one step, so there is no session to keep.
 */
import { randomUUID } from "node:crypto";
import type { Jid } from "../address.js";
import type { IqHandler } from "../router.js";
import type { DiscoNode } from "./disco.js";
import { StanzaError } from "../stanza-error.js";
import { NS, xml, type Element } from "../xml/builder.js";

export interface Command {
  readonly node: string;
  /** What people read. */
  readonly name: string;
  /** Whether it is offered to them; run() refuses by itself. */
  mayRun(from: Jid): boolean;
  /** Does it. @returns what the user is shown: a form of type result */
  run(from: Jid): Promise<Element>;
}

/** Runs commands; execute and complete both do it, as there is one step. */
export function commandHandler(commands: readonly Command[]): IqHandler<"service"> {
  return {
    stanza: "iq",
    type: "set",
    target: "service",
    name: "command",
    ns: NS.commands,
    feature: NS.commands,
    async handle({ from, payload }) {
      const { node, action = "execute", sessionid = randomUUID() } = payload.attrs;
      const command = commands.find((candidate) => candidate.node === node);
      if (command === undefined) throw new StanzaError("cancel", "item-not-found");
      const answer = (status: string, shown?: Element): Element =>
        xml("command", { xmlns: NS.commands, node: command.node, sessionid, status }, shown);
      if (action === "cancel") return answer("canceled");
      if (action !== "execute" && action !== "complete" && action !== "next") {
        const reason = action === "prev" ? "bad-action" : "malformed-action";
        throw new StanzaError("modify", "bad-request", undefined, {
          application: xml(reason, NS.commands),
        });
      }
      return answer("completed", await command.run(from));
    },
  };
}

/** What disco says of the commands (XEP-0050 §2.2–2.3), by node: their list, and each of them. */
export function commandNodes(commands: readonly Command[]): [string, DiscoNode][] {
  const list: DiscoNode = {
    info: () => [
      xml("identity", { category: "automation", type: "command-list", name: "Commands" }),
      xml("feature", { var: NS.commands }),
    ],
    items: (from, jid) =>
      commands
        .filter((command) => command.mayRun(from))
        .map(({ node, name }) => xml("item", { jid: jid.text, node, name })),
  };
  const each = commands.map(({ node, name }): [string, DiscoNode] => [
    node,
    {
      info: () => [
        xml("identity", { category: "automation", type: "command-node", name }),
        xml("feature", { var: NS.commands }),
        xml("feature", { var: NS.data }),
      ],
      items: () => [],
    },
  ]);
  return [[NS.commands, list], ...each];
}
