/** The component's ad-hoc commands (XEP-0050), whose forms return the next step, and their disco nodes. */
import { randomUUID } from "node:crypto";
import type { Jid } from "../addresses/address.js";
import type { Inbound, IqHandler } from "../inbound/router.js";
import { StanzaError } from "../inbound/stanza-error.js";
import { formElement, formIn, parseForm, type FormField } from "../muc/wire/data-form.js";
import { Refusal } from "../refusal.js";
import { NS, xml, type Element } from "../xml/builder.js";
import type { DiscoNode } from "./disco.js";

export interface Command {
  /** The disco node, which identifies the command. */
  readonly node: string;
  readonly name: string;
  mayRun(from: Jid): boolean;
  /** Starts the command, and returns its first step. @throws StanzaError if the user may not run it */
  start(from: Jid): CommandStep | Promise<CommandStep>;
}

export type CommandStep = Stage | Completed;

export interface Stage {
  readonly kind: "stage";
  readonly title: string;
  readonly instructions?: string;
  readonly formType?: string;
  readonly fields: readonly FormField[];
  /** Whether submitting the form completes the command. */
  readonly isLast: boolean;
  /** Processes the submitted values. After a refusal, the form is shown again with the refusal's message. */
  submit(values: FormValues): CommandStep | Refusal | Promise<CommandStep | Refusal>;
}

export interface Completed {
  readonly kind: "completed";
  readonly form?: Element;
  readonly note?: string;
}

/** The submitted values of a form, by field name. */
export type FormValues = ReadonlyMap<string, readonly string[]>;

/** Returns a field's first value; "" if it has none. */
export function formValueOf(values: FormValues, name: string): string {
  return values.get(name)?.[0] ?? "";
}

/** Returns the lines of a field's values, trimmed and without empty ones. */
export function formLinesOf(values: FormValues, name: string): string[] {
  const lines = (values.get(name) ?? []).flatMap((value) => value.split("\n"));
  return lines.map((line) => line.trim()).filter((line) => line !== "");
}

/** A run of a command by a client. */
interface CommandSession {
  readonly id: string;
  readonly command: Command;
  /** The client that started the command. The account's other clients can't use the session. */
  readonly from: Jid;
  /** The forms that the user has got so far. The last one is shown. */
  readonly stages: Stage[];
  isBusy: boolean;
  /** When the session was last used, in milliseconds of performance.now(). */
  usedAt: number;
}

const MAX_SESSIONS = 1000;
const MAX_SESSIONS_OF_ACCOUNT = 10;
/** How long a session may be idle before it expires, in milliseconds. */
const IDLE_MS = 15 * 60_000;

/** The sessions of all commands, the least recently used first. It is dropped if an account or the service has too many. */
class CommandSessions {
  readonly #sessions = new Map<string, CommandSession>();

  find(id: string, from: Jid, command: Command): CommandSession | undefined {
    const session = this.#sessions.get(id);
    return session?.from.equals(from) === true && session.command === command ? session : undefined;
  }

  /** Adds a session, or notes that it is used. */
  use(session: CommandSession): void {
    this.close(session);
    const all = [...this.#sessions.values()];
    const own = all.filter(({ from }) => from.bare.equals(session.from.bare));
    if (own.length >= MAX_SESSIONS_OF_ACCOUNT) this.close(own[0]);
    if (all.length >= MAX_SESSIONS) this.close(all[0]);
    session.usedAt = performance.now();
    this.#sessions.set(session.id, session);
  }

  close(session: CommandSession | undefined): void {
    this.#sessions.delete(session?.id ?? "");
  }
}

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
    const known = sessionid === undefined ? undefined : sessions.find(sessionid, from, command);
    const isExpired = known !== undefined && performance.now() - known.usedAt > IDLE_MS;
    if (action === "cancel" || isExpired) sessions.close(known);
    if (action === "cancel") return shown({ id: sessionid ?? randomUUID(), command }, "canceled");
    if (isExpired) {
      const application = xml("session-expired", NS.commands);
      const text = "This command expired. Start it again.";
      throw new StanzaError("cancel", "not-allowed", text, { application });
    }
    if (known !== undefined) {
      sessions.use(known);
      if (!command.mayRun(from)) throw new StanzaError("auth", "forbidden");
      return action === "prev" ? back(known) : await submit(known, payload, action);
    }
    if (sessionid !== undefined) throw refused("bad-sessionid", "You have no session with this id.");
    const session = { id: randomUUID(), command, from, stages: [], isBusy: false, usedAt: 0 };
    return action === "prev" ? back(session) : onward(session, await command.start(from));
  }

  /** Shows the next form, or the result. */
  function onward(session: CommandSession, step: CommandStep): Element {
    if (step.kind === "completed") {
      sessions.close(session);
      const note = step.note === undefined ? undefined : xml("note", { type: "info" }, step.note);
      return shown(session, "completed", note, step.form);
    }
    session.stages.push(step);
    sessions.use(session);
    return staged(session, step);
  }

  /** Submits the current form. If values are refused, the form is shown again. */
  async function submit(session: CommandSession, payload: Element, action: string): Promise<Element> {
    const stage = session.stages.at(-1);
    if (stage === undefined || (action === "complete" && !stage.isLast))
      throw refused("bad-action", "This is not the last form.");
    if (session.isBusy)
      throw new StanzaError("wait", "unexpected-request", "The previous form is still being processed.");
    const form = formIn(payload);
    const submitted = form && parseForm(form);
    if (submitted === undefined) throw refused("bad-payload", "The form is missing or malformed.");
    if (submitted.type === "cancel") {
      sessions.close(session);
      return shown(session, "canceled");
    }
    session.isBusy = true;
    try {
      const step = await stage.submit(filledIn(stage, submitted.fields));
      if (!(step instanceof Refusal)) return onward(session, step);
      return staged(session, filled(stage, submitted.fields), step.message);
    } finally {
      session.isBusy = false;
    }
  }
}

function back(session: CommandSession): Element {
  const stage = session.stages.at(-2);
  if (stage === undefined || session.isBusy) throw refused("bad-action", "There is no previous step.");
  session.stages.pop();
  return staged(session, stage);
}

/** Returns the submitted values, without those of fixed fields, which users can't change. */
function filledIn({ fields }: Stage, submitted: FormValues): FormValues {
  const values = new Map(submitted);
  values.delete("FORM_TYPE");
  values.delete(FAULT);
  for (const { name, type } of fields) if (type === "fixed") values.delete(name);
  return values;
}

function filled(stage: Stage, values: FormValues): Stage {
  const fields = stage.fields.map((field) =>
    field.type === "fixed" ? field : { ...field, values: values.get(field.name) ?? field.values },
  );
  return { ...stage, fields };
}

/** Builds the reply with a form. @param fault the error; the form repeats it, because some clients show no notes */
function staged({ id, command, stages }: CommandSession, stage: Stage, fault?: string): Element {
  const { formType, fields, title, instructions } = stage;
  const last = stage.isLast ? "complete" : "next";
  // The error is the last field, because Converse.js keeps submitted values by the fields' positions.
  const faultFields: FormField[] =
    fault === undefined ? [] : [{ name: FAULT, type: "fixed", values: [fault] }];
  const form = formElement("form", formType, [...fields, ...faultFields], { title, instructions });
  return shown(
    { id, command },
    "executing",
    xml("actions", { execute: last }, stages.length > 1 ? xml("prev") : undefined, xml(last)),
    fault === undefined ? undefined : xml("note", { type: "error" }, fault),
    form,
  );
}

function shown(
  { id: sessionid, command }: Pick<CommandSession, "id" | "command">,
  status: "executing" | "completed" | "canceled",
  ...children: readonly (Element | undefined)[]
): Element {
  return xml("command", { xmlns: NS.commands, node: command.node, sessionid, status }, ...children);
}

/** Makes the error for a refused request. @param reason the condition (XEP-0050 §4.4) */
function refused(reason: string, text: string): StanzaError {
  return new StanzaError("modify", "bad-request", text, { application: xml(reason, NS.commands) });
}

/** Returns the disco nodes of the list of commands and of each command (XEP-0050 §2.2–2.3), with the nodes' names. */
export function commandNodes(commands: readonly Command[]): [string, DiscoNode][] {
  const infoOf = (type: string, name: string, ...features: readonly string[]): Element[] => [
    xml("identity", { category: "automation", type, name }),
    ...features.map((feature) => xml("feature", { var: feature })),
  ];
  const list: DiscoNode = {
    info: () => infoOf("command-list", "Commands", NS.commands),
    items: (from, jid) =>
      commands
        .filter((command) => command.mayRun(from))
        .map(({ node, name }) => xml("item", { jid: jid.text, node, name })),
  };
  const each = commands.map((command): [string, DiscoNode] => {
    const { node, name } = command;
    const info = (from: Jid): Element[] | undefined =>
      command.mayRun(from) ? infoOf("command-node", name, NS.commands, NS.data) : undefined;
    return [node, { info, items: () => [] }];
  });
  return [[NS.commands, list], ...each];
}
