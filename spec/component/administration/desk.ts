/** An administrator's desk: the commands on a stage with rooms, and forms as a client fills them in. */
import { Administration } from "../../../component/administration/administration.js";
import { adHocCommands } from "../../../component/administration/commands-in-clients.js";
import type { Running, Settings, Who } from "../../../component/administration/context.js";
import { Erasures } from "../../../component/administration/erasures.js";
import { FAMILIES, findOperation } from "../../../component/administration/operation-families.js";
import { recordsOf } from "../../../component/administration/records.js";
import { commandHandler, commandNodes } from "../../../component/entity/command-protocol.js";
import { discoHandlers } from "../../../component/entity/disco.js";
import { hooksConfig, keysConfig, peopleConfig } from "../../../component/config.js";
import { Alerts } from "../../../component/hooks/alerts/alerts.js";
import { Captures } from "../../../component/hooks/captures/captures.js";
import { WALL_CLOCK } from "../../../component/hooks/clock.js";
import { hookOf } from "../../../component/hooks/hook.js";
import { KnownBots } from "../../../component/hooks/known-bots.js";
import { DomainAliases } from "../../../component/addresses/domain-aliases.js";
import { Metrics } from "../../../component/metrics.js";
import { AddressResolver } from "../../../component/operations/address-resolver.js";
import { Router } from "../../../component/inbound/router.js";
import { Refusal } from "../../../component/refusal.js";
import { NS, xml, type Element } from "../../../component/xml/builder.js";
import { parseXml, XmlFault } from "../../../component/xml/parse.js";
import { HooksStore } from "../../../storage/hooks-store.js";
import { GroupCommit } from "../../../storage/group-commit.js";
import { DOMAIN, WICCA, wiccarocks } from "../muc/play.js";
import { Stage } from "../muc/stage.js";
import { nobodyOnDuty } from "../hooks/hook-dependencies.js";

/** Values by field; several values in a list. */
export type Filled = Readonly<Record<string, string | readonly string[]>>;

/** Who does everything by default. */
export const OPERATOR: Who = { name: "ann", way: "console", may: ["all"] };

export class Desk {
  readonly administration: Administration;
  readonly running: Running;
  readonly erasures: Erasures;
  /** The posts that commands refused. */
  readonly refused: object[] = [];
  readonly #router: Router;
  readonly #written: string[] = [];
  #session: string | undefined;
  #node = "";

  private constructor(readonly play: Stage) {
    const log = play.log.logger;
    const { context } = play.service;
    const { config, hosts } = context;
    const xmpp = {
      domain: DOMAIN,
      hosts: [...hosts],
      host_aliases: {},
      foreign_senders: false,
      send_as_users: "auto" as const,
    };
    const rooms = { ...config, aliases: ["conference.old.test"] };
    const settings: Settings = {
      ...{ xmpp, rooms, http: { url: "http://127.0.0.1:10050", bodyLimit: 1024 ** 2 } },
      ...{ people: peopleConfig.parse({}), keys: keysConfig.parse({}), hooks: hooksConfig.parse({}) },
    };
    const records = recordsOf(play.db);
    const bots = new KnownBots(records.bots, { domain: DOMAIN, nickLength: 64 });
    const part = { forget: () => undefined, refresh: () => undefined };
    const hooks = new HooksStore(play.db);
    const alerts = new Alerts({
      ...{ db: play.db, commit: new GroupCommit(play.db), metrics: new Metrics(), log, domain: DOMAIN },
      context: play.context,
      remote: {
        has: () => false,
        hasLeft: () => false,
        nickOf: () => undefined,
        post: () => Promise.resolve(undefined),
      },
      hookOf: (id) => {
        const stored = hooks.find(id);
        return stored && hookOf(stored, { bots, domain: DOMAIN });
      },
      events: { alertChanged: () => undefined },
      takeSigns: ["👀"],
      duty: nobodyOnDuty,
      hooks: () => [],
      clock: WALL_CLOCK,
    });
    const commit = new GroupCommit(play.db);
    const bounces = {
      refuse: (post: object) => {
        this.refused.push(post);
        return () => undefined;
      },
    };
    const removal = play.service.userRemoval;
    this.erasures = new Erasures({
      ...{ records, commit, settings, log, alerts, muc: context, removal, directory: part },
    });
    const running = {
      alerts,
      erasures: this.erasures,
      outbox: play.outbox,
      muc: context,
      bots,
      http: undefined,
      hooks: { ...part, captures: new Captures() },
      duty: part,
      outgoing: part,
      remote: part,
      directory: part,
    };
    this.running = running as unknown as Running;
    this.administration = new Administration({
      ...{ settings, records, log, running: this.running, bounces },
      addresses: new AddressResolver(new DomainAliases({ xmpp, rooms }), false),
      commit,
    });
    const commands = adHocCommands(this.administration);
    this.#router = new Router({
      domain: DOMAIN,
      write: (stanza) => this.#written.push(stanza) > 0,
      stanzaBytes: 262_144,
      log,
      metrics: new Metrics(),
    });
    const nodes = new Map(commandNodes(commands));
    this.#router.register(
      commandHandler(commands),
      ...discoHandlers(this.#router, nodes, () => xml("query", NS.discoItems)),
    );
  }

  /** wiccarocks administers the service. */
  static async open(): Promise<Desk> {
    return new Desk(await new Stage({ rooms: { admins: [WICCA] } }).ready());
  }

  /** Asks the service something. */
  async asks(from: string, type: "get" | "set", payload: Element): Promise<Element> {
    await this.#router.route(xml("iq", { from, to: DOMAIN, id: "1", type }, payload));
    const answer = parseXml(this.#written.pop() ?? "");
    if (answer instanceof XmlFault) throw new Error(answer.reason);
    return answer;
  }

  /** Begins a command, or does all of it. */
  async begins(node: string, from = wiccarocks): Promise<Element> {
    this.#node = node;
    this.#session = undefined;
    return await this.acts("execute", undefined, from);
  }

  /** Goes on with the command that was begun. */
  async acts(action: string, filled?: Filled | Element, from = wiccarocks): Promise<Element> {
    const attrs = { xmlns: NS.commands, node: this.#node, action, sessionid: this.#session };
    const form = filled === undefined || isForm(filled) ? filled : submitted(filled);
    const answer = await this.asks(from, "set", xml("command", attrs, form));
    this.#session ??= answer.getChild("command")?.attrs.sessionid;
    return answer;
  }

  /** A command whose forms are filled in one after the other. */
  async runs(node: string, ...forms: readonly Filled[]): Promise<Element> {
    let answer = await this.begins(node);
    for (const form of forms) answer = await this.acts("execute", form);
    return answer;
  }

  /** Does all of a command, and tells what came of it. */
  async tells(node: string, ...forms: readonly Filled[]): Promise<string> {
    return outcome(await this.runs(node, ...forms));
  }

  /** Runs an operation, such as "duty set". @returns its result; of a refusal, only `refused` */
  async operates(
    name: string,
    given: object = {},
    who: Who = OPERATOR,
  ): Promise<Readonly<Record<string, unknown>>> {
    const operation = await findOperation(FAMILIES, name);
    if (operation === undefined) throw new Error(`there is no operation ${name}`);
    const result = await this.administration.run(operation, given, who);
    return result instanceof Refusal ? { refused: result.message } : { ...result };
  }

  close(): void {
    this.play.close();
  }
}

function isForm(filled: Filled | Element): filled is Element {
  return typeof filled.is === "function";
}

export function submitted(filled: Filled): Element {
  const fields = Object.entries(filled).map(([name, value]) => {
    const values = typeof value === "string" ? [value] : value;
    return xml("field", { var: name }, ...values.map((text) => xml("value", {}, text)));
  });
  return xml("x", { xmlns: NS.data, type: "submit" }, ...fields);
}

/** The answer in a line: `completed "The room was made."`, `executing prev next`, or the error. */
export function outcome(answer: Element): string {
  const command = answer.getChild("command");
  if (answer.attrs.type === "error" || command === undefined) {
    const error = answer.getChild("error");
    const [condition, ...more] = error?.getChildElements() ?? [];
    const names = [condition, ...more.filter(({ name }) => name !== "text")].map((child) => child?.name);
    return `error ${names.join(" ")}`;
  }
  const note = command.getChildText("note");
  const actions = command.getChild("actions")?.getChildElements() ?? [];
  return [
    command.attrs.status,
    ...actions.map(({ name }) => name),
    ...(note === null ? [] : [JSON.stringify(note)]),
  ].join(" ");
}

/** What the form shows: values by field. */
export function shown(answer: Element): Record<string, string[]> {
  const fields = answer.getChild("command")?.getChild("x")?.getChildren("field") ?? [];
  return Object.fromEntries(
    fields.map((field) => [
      field.attrs.var ?? "",
      field.getChildren("value").map((value) => value.getText()),
    ]),
  );
}
