/** Room owners' hooks by chat with the component's address: `!hook add grafana`. Answers go to the sender's client alone. */
import type { Inbound, StanzaHandler } from "../inbound/router.js";
import { StanzaError } from "../inbound/stanza-error.js";
import type { UnqueuedWriter } from "../link/unqueued-writer.js";
import { AUTO, FORMAT_NAMES } from "../hooks/formats/formats.js";
import { Refusal } from "../refusal.js";
import { inLanguage, type Language } from "../translated.js";
import { xml } from "../xml/builder.js";
import { serialise } from "../xml/serialise.js";
import { rowFacts } from "./commands-in-clients.js";
import type { Administration } from "./administration.js";
import type { Running, Who } from "./context.js";
import { resultFieldsOf } from "./fields.js";
import { HOOK_OPERATIONS } from "./hook.js";
import { ownedRooms } from "./hook-owners.js";
import { OWN_HOOKS } from "./rights.js";

const TEXTS = {
  help: {
    en: `!hook add NAME [ROOM]: make a hook of a room that you own; a name such as grafana also chooses the format
!hook list: list the hooks of your rooms
!hook show NAME, !hook test NAME, !hook remove NAME`,
    zh: `!hook add 名称 [群]：为自己的群创建 Webhook；名称为 grafana 等时，也选定格式
!hook list：列出自己的群的 Webhook
!hook show 名称、!hook test 名称、!hook remove 名称`,
  },
  once: {
    en: "Enter this URL in the program. Anyone who knows it can post, and it is shown only here, this once:",
    zh: "请在程序中填入此 URL。知道它的人都可以发送消息；它只在这里显示这一次：",
  },
  owner: {
    en: "You own no room here, and hooks are for rooms that you own. Ask the room's owner.",
    zh: "您在这里没有自己的群，而 Webhook 只能用于自己的群。请联系群主。",
  },
  which: {
    en: "You own several rooms. Name one: !hook add NAME ROOM",
    zh: "您有多个群，请写明一个：!hook add 名称 群",
  },
  none: {
    en: "Your rooms have no hooks. Make one: !hook add NAME",
    zh: "您的群没有 Webhook。创建：!hook add 名称",
  },
  closed: {
    en: "Owners of rooms can't make hooks here: ask an operator for one (hooks.by_owners).",
    zh: "这里不允许群主创建 Webhook：请联系管理员（hooks.by_owners）。",
  },
} as const;

/** How many rooms an answer names, and how many hooks it lists. */
const MAX = { rooms: 20, hooks: 100 };

interface ChatDependencies {
  readonly administration: Administration;
  readonly muc: Pick<Running["muc"], "budgets">;
  readonly unqueued: Pick<UnqueuedWriter, "write">;
  readonly language: Language;
  readonly domain: string;
}

/** Returns the handler of chat messages to the component's address. Each command costs what a message to a room costs. */
export function hookChat(dependencies: ChatDependencies): StanzaHandler<"service"> {
  const { muc, unqueued, domain } = dependencies;
  return {
    stanza: "message",
    target: "service",
    types: ["chat", "normal"],
    async handle(inbound) {
      const words = wordsIn(inbound);
      if (words === undefined)
        throw new StanzaError("cancel", "service-unavailable", "This address only understands !hook help.");
      if (!muc.budgets.sending.consume(inbound.from.bare.text))
        throw new StanzaError(
          "wait",
          "resource-constraint",
          "You send too fast. Try again in a few seconds.",
        );
      const text = await answerTo(dependencies, inbound, words);
      const to = inbound.from.text;
      // The answer may have a hook's secret, so it isn't stored in the outbox.
      unqueued.write(serialise(xml("message", { from: domain, to, type: "chat" }, xml("body", {}, text))));
    },
  };
}

/** Returns the words after `!hook`; undefined if the message is none of these commands. */
function wordsIn({ stanza }: Inbound<"service">): readonly string[] | undefined {
  const body = stanza.getChildText("body")?.trim() ?? "";
  if (body.length > 1000) return undefined;
  const [first = "", ...words] = body.split(/\s+/u);
  return /^[!！]hook$/iu.test(first) ? words : undefined;
}

async function answerTo(
  { administration, language, domain }: ChatDependencies,
  { from }: Inbound<"service">,
  [verb = "help", name, room]: readonly string[],
): Promise<string> {
  const { records, commit, settings } = administration.ground;
  const texts = inLanguage(TEXTS, language);
  if (!settings.hooks.by_owners) return texts.closed;
  const account = from.bare;
  const who: Who = { name: account.text, way: "chat", may: [OWN_HOOKS], account };
  const operation = HOOK_OPERATIONS.find((each) => each.name === `hook ${verb.toLowerCase()}`);
  if (operation === undefined || (name === undefined && operation.name !== "hook list")) return texts.help;
  commit.flush();
  const [only, ...others] = ownedRooms(records, account.text);
  if (only === undefined) return texts.owner;
  const isAdd = operation.name === "hook add";
  if (isAdd && room === undefined && others.length > 0)
    return [texts.which, ...[only, ...others].slice(0, MAX.rooms)].join("\n");
  const given = isAdd
    ? { name, to: room ?? `${only}@${domain}`, format: formatFor(name) }
    : operation.name === "hook list"
      ? { kind: "incoming", limit: MAX.hooks }
      : { name };
  const result = await administration.run(operation, given, who);
  if (result instanceof Refusal) return result.message;
  const { message, url, incoming } = result as Result;
  if (incoming !== undefined)
    return incoming.length === 0
      ? texts.none
      : incoming.map((hook) => `${hook.name} → ${hook.to}`).join("\n");
  if (message === undefined) return rowFacts(resultFieldsOf(operation), result).join("\n");
  return url === undefined ? message : [message, texts.once, url].join("\n");
}

/** What the operations on hooks result in. */
interface Result {
  readonly message?: string;
  readonly url?: string;
  readonly incoming?: readonly { readonly name: string; readonly to: string }[];
}

/** Returns the format that a hook's name says; the one that is recognised, for other names. */
function formatFor(name: string | undefined): string {
  const named = FORMAT_NAMES.find((each) => each === name?.toLowerCase());
  return named === undefined || named === "template" ? AUTO : named;
}
