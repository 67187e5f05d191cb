/** Runs the component's ad-hoc commands (XEP-0050), and lists them in service discovery. */
import { randomUUID } from "node:crypto";
import { formElement, formIn, parseForm, type FormField } from "../muc/wire/data-form.js";
import { Refusal } from "../refusal.js";
import type { Inbound, IqHandler } from "../inbound/router.js";
import { StanzaError } from "../inbound/stanza-error.js";
import { NS, xml, type Element } from "../xml/builder.js";
import {
  CommandSessions,
  type CommandSession,
  type Command,
  type Completed,
  type Stage,
  type Values,
} from "./command.js";
import type { DiscoNode } from "./disco.js";

const FAULT = "fault";

const ACTIONS: ReadonlySet<string> = new Set(["execute", "next", "complete", "prev", "cancel"]);

/** Makes the handler of commands. Clients submit a form by `execute` or `next`, the last form also by `complete`. */
export function commandHandler(commands: readonly Command[]): IqHandler<"service"> {
  const sessions = new CommandSessions();
  return {
    stanza: "iq",
    type: "set",
    target: "service",
    name: "command",
    ns: NS.commands,
    feature: NS.commands,
    async handle(inbound) {
      try {
        return await run(inbound);
      } catch (error) {
        // Some clients assign an error to its command only by the session id, so the error repeats the id.
        const { node, sessionid } = inbound.payload.attrs;
        if (error instanceof StanzaError && sessionid !== undefined) {
          error.echo = xml("command", { xmlns: NS.commands, node, sessionid });
        }
        throw error;
      }
    },
  };

  async function run({ from, payload }: Inbound<"service">): Promise<Element> {
    const { node, action = "execute", sessionid } = payload.attrs;
    const command = commands.find((candidate) => candidate.node === node);
    if (command === undefined) throw new StanzaError("cancel", "item-not-found");
    if (!ACTIONS.has(action)) throw refused("malformed-action", `${action} is not a known action.`);
    const session = sessionid === undefined ? undefined : sessions.find(sessionid, from, command);
    if (action === "cancel") {
      if (typeof session === "object") sessions.close(session.id);
      return shown({ id: sessionid ?? "", command }, "canceled");
    }
    if (session === undefined && sessionid === undefined) {
      if (action === "prev") throw refused("bad-action", "There is no previous step.");
      const step = await command.start(from);
      if (step.kind === "completed") return completed({ id: "", command }, step);
      return staged(sessions.open(from, command, step), step);
    }
    if (session === undefined) throw refused("bad-sessionid", "You have no session with this id.");
    if (session === "expired") {
      const application = xml("session-expired", NS.commands);
      throw new StanzaError("cancel", "not-allowed", "This command expired. Start it again.", {
        application,
      });
    }
    if (!command.mayRun(from)) throw new StanzaError("auth", "forbidden");
    return action === "prev" ? back(session) : await onward(sessions, session, payload, action);
  }
}

function back(session: CommandSession): Element {
  const { stages } = session;
  if (stages.length < 2 || session.isBusy) throw refused("bad-action", "There is no previous step.");
  stages.pop();
  return staged(session, current(session));
}

/** Submits the current form, and shows the next form or the result, or the same form if values are refused. */
async function onward(
  sessions: CommandSessions,
  session: CommandSession,
  payload: Element,
  action: string,
): Promise<Element> {
  const stage = current(session);
  if (action === "complete" && !stage.isLast) throw refused("bad-action", "This is not the last form.");
  if (session.isBusy) {
    throw new StanzaError("wait", "unexpected-request", "The previous form is still being processed.");
  }
  const form = formIn(payload);
  const submitted = form && parseForm(form);
  if (submitted === undefined) throw refused("bad-payload", "The form is missing or malformed.");
  if (submitted.type === "cancel") {
    sessions.close(session.id);
    return shown(session, "canceled");
  }
  session.isBusy = true;
  try {
    const step = await stage.submit(filledIn(stage, submitted.fields));
    if (step instanceof Refusal) return staged(session, filled(stage, submitted.fields), step.message);
    if (step.kind === "completed") {
      sessions.close(session.id);
      return completed(session, step);
    }
    session.stages.push(step);
    return staged(session, step);
  } finally {
    session.isBusy = false;
  }
}

function current({ stages }: CommandSession): Stage {
  const stage = stages.at(-1);
  if (stage === undefined) throw new Error("a session without a stage");
  return stage;
}

/** Returns the submitted values, without those of fixed fields, which users can't change. */
function filledIn({ fields }: Stage, submitted: Values): Values {
  const values = new Map(submitted);
  values.delete("FORM_TYPE");
  values.delete(FAULT);
  for (const { name, type } of fields) if (type === "fixed") values.delete(name);
  return values;
}

function filled(stage: Stage, values: Values): Stage {
  const fields = stage.fields.map((field) =>
    field.type === "fixed" ? field : { ...field, values: values.get(field.name) ?? field.values },
  );
  return { ...stage, fields };
}

/** Builds the reply with a form. @param fault the error; the form repeats it, because some clients show no notes */
function staged({ id, command, stages }: CommandSession, stage: Stage, fault?: string): Element {
  const { formType, fields, title, instructions } = stage;
  const last = stage.isLast ? "complete" : "next";
  const prev = stages.length > 1 ? xml("prev") : undefined;
  // The error is the last field, because Converse.js keeps submitted values by the fields' positions.
  const faultFields: FormField[] =
    fault === undefined ? [] : [{ name: FAULT, type: "fixed", values: [fault] }];
  const form = formElement("form", formType, [...fields, ...faultFields], { title, instructions });
  return shown(
    { id, command },
    "executing",
    xml("actions", { execute: last }, prev, xml(last)),
    fault === undefined ? undefined : xml("note", { type: "error" }, fault),
    form,
  );
}

function completed(session: Pick<CommandSession, "id" | "command">, { form, note }: Completed): Element {
  const noteElement = note === undefined ? undefined : xml("note", { type: "info" }, note);
  return shown(session, "completed", noteElement, form);
}

function shown(
  { id, command }: Pick<CommandSession, "id" | "command">,
  status: "executing" | "completed" | "canceled",
  ...children: readonly (Element | undefined)[]
): Element {
  const sessionid = id === "" ? randomUUID() : id;
  return xml("command", { xmlns: NS.commands, node: command.node, sessionid, status }, ...children);
}

/** Makes the error for a refused request. @param reason the condition (XEP-0050 §4.4) */
function refused(reason: string, text: string): StanzaError {
  return new StanzaError("modify", "bad-request", text, { application: xml(reason, NS.commands) });
}

/** Returns the disco nodes of the list of commands and of each command (XEP-0050 §2.2–2.3), with the nodes' names. */
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
  const each = commands.map((command): [string, DiscoNode] => [
    command.node,
    {
      info: (from) =>
        command.mayRun(from)
          ? [
              xml("identity", { category: "automation", type: "command-node", name: command.name }),
              xml("feature", { var: NS.commands }),
              xml("feature", { var: NS.data }),
            ]
          : undefined,
      items: () => [],
    },
  ]);
  return [[NS.commands, list], ...each];
}
