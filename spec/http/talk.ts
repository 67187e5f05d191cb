/**
 * Talks as text: scenes with a title, and what a program sends over HTTP and how it is answered.
 *
 *     are refused to strangers
 *       POST send_message $call {Body: ""} = 1 Message *   Method, path (below /qtalk/ without a slash), body, answer;
 *       GET /metrics as token (host: evil.test) = 401      with a bearer token, and headers.
 *         < www-authenticate: Bearer                       A header of the answer; `!` for none.
 *         > a@x.test <body>ok</body>                       The stanzas since the last look, one a line, by receiver (at
 *         > b, c <this type="chat"/>                       qtalk.test.org by default) and what they have (muc/script.ts);
 *         > 2 stanzas                                      or their number; `nothing`.
 *       hag enters coven as hag                            What people do in rooms, as in plays (muc/script.ts).
 *       for $path in /docs "/a b"                          The lines below, once for each. A line that is indented
 *         GET $path                                        deeper continues the one before.
 *           = 404
 *
 * A body is YAML, sent as JSON; objects after another change it. `$name` is a value of the test; texts and bytes are sent
 * as they are. An answer is `ok`, or errcode and errmsg, after the status if it isn't 200, or a status and its text; `*`
 * is any text.
 */
import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { text as textOf } from "node:stream/consumers";
import { expect } from "chai";
import { parse } from "yaml";
import { contract } from "../../http/contract.js";
import type { CallResult } from "../../http/endpoint.js";
import type { Element } from "../../component/xml/builder.js";
import { blocksIn, differs } from "../component/muc/script.js";
import { wordsIn } from "../component/muc/verbs.js";
import { CalledComponent, type CalledOptions } from "../support/called-component.js";
import { bearer, Interface, type InterfaceOptions } from "../support/interface.js";

export type Values = Readonly<Record<string, unknown>>;

/** Endpoints that do whatever they are asked to. */
export const DONE: NonNullable<InterfaceOptions["runs"]> = Object.fromEntries(
  contract.map(({ name }) => [name, () => ({ delivery: "confirmed", data: [] }) as const]),
);

/** Options of an interface whose send_thirdmessage runs until it is ended. */
export class RunningCall {
  end = (): void => undefined;
  #begin = (): void => undefined;
  /** Settles when the call runs. */
  readonly begun = new Promise<void>((resolve) => (this.#begin = resolve));
  readonly runs = {
    send_thirdmessage: () => {
      this.#begin();
      return new Promise<CallResult>((resolve) => (this.end = () => resolve({ delivery: "confirmed" })));
    },
  };
}

interface Stage {
  /** Declares a test for each scene of a text, with an interface of its own. */
  readonly scenes: (text: string) => void;
}

/** Scenes with the interface alone, whose endpoints do nothing; it logs no errors. */
export function interfaceWith(options: InterfaceOptions = {}, values: Values = {}): Stage {
  return stage(() => Interface.open({ runs: DONE, ...options }), values);
}

/** Scenes with a component that serves two hosts, and the stanzas that it sends. */
export function componentWith(options: CalledOptions = {}, values: Values = {}): Stage {
  return stage(() => CalledComponent.open(options), values);
}

function stage(open: () => Promise<Interface | CalledComponent>, values: Values): Stage {
  const play = async (lines: string): Promise<void> => {
    const opened = await open();
    await says(opened, lines, values).finally(() => opened.close());
    expect((opened instanceof Interface ? opened : opened.http).log.about("", "error")).to.deep.equal([]);
  };
  return {
    scenes: (text) => {
      for (const block of blocksIn(text)) {
        const [title = "", ...lines] = block.split("\n");
        it(title, () => play(lines.join("\n")));
      }
    },
  };
}

/** Says the lines of a text, one after another. */
export async function says(
  to: Interface | CalledComponent,
  text: string,
  values: Values = {},
): Promise<void> {
  for (const block of blocksIn(text)) {
    const [, name, each = "", inner = ""] = /^for \$(\w+) in (.*)\n([^]*)$/.exec(block) ?? [];
    for (const value of name === undefined ? [] : wordsIn(each))
      await says(to, inner.replaceAll(`$${name ?? ""}`, value), values);
    if (name !== undefined) continue;
    try {
      await exchange(to, block, values);
    } catch (error) {
      if (error instanceof Error) error.message = `${block}\n${error.message}`;
      throw error;
    }
  }
}

const LINE = /^([A-Z]+) (\S+)(?: (?![(]|as )(.+?))??(?: as (\S+))?(?: \(([^()]*)\))? = (.+)$/;

async function exchange(to: Interface | CalledComponent, block: string, values: Values): Promise<void> {
  if (/^[a-z]/.test(block) && to instanceof CalledComponent) {
    await to.play.acts(block);
    to.sentStanzas();
    return;
  }
  const [line = "", ...looks] = block.split(/\n\s*(?=[<>] )/).map((one) => one.replace(/\n\s*/g, " "));
  const [, method = "", path = "", body, token, given = "", wanted = ""] =
    LINE.exec(line) ?? expect.fail(line);
  const headers: Record<string, string> = token === undefined ? {} : bearer(token);
  for (const [, name = "", value = ""] of given.matchAll(/([\w-]+): (.*?)(?=; [\w-]+: |$)/g))
    headers[name] = value;
  const asked = request({
    host: "127.0.0.1",
    port: (to instanceof Interface ? to : to.http).port,
    method,
    path: path.startsWith("/") ? path : `/qtalk/${path}`,
    headers,
  }).end(body === undefined ? undefined : bodyOf(body, values));
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  const { statusCode: status = 0 } = answer;
  const text = await textOf(answer);
  if (!formsOf(status, text).some((form) => isLike(form, wanted)))
    expect(`${status} ${text}`, "the answer").to.equal(wanted);
  for (const look of looks.filter((each) => each.startsWith("< "))) {
    const [name, value] = split(look.slice(2), ": ");
    const found = String(answer.headers[name.toLowerCase()] ?? "!");
    if (!isLike(found, value)) expect(found, name).to.equal(value);
  }
  const stanzas = looks.filter((each) => each.startsWith("> ")).map((each) => each.slice(2));
  if (stanzas.length > 0)
    compare(to instanceof CalledComponent ? to.sentStanzas() : expect.fail(block), stanzas);
}

function bodyOf(text: string, values: Values): string | Uint8Array {
  const parts = text.match(/\$\w+(?= |$)|.+/g)?.map((part) => part.trim()) ?? [];
  const all: unknown[] = parts.map((part) => {
    if (/^\$\w+$/.test(part)) return values[part.slice(1)];
    return parse(part.replace(/\$(\w+)/g, (_, name: string) => JSON.stringify(values[name]))) as unknown;
  });
  const [first] = all;
  if (typeof first === "string" || first instanceof Uint8Array) return first;
  return JSON.stringify(all.length === 1 ? first : Object.assign({}, ...all));
}

/** Returns the forms in which an answer may be written. */
function formsOf(status: number, text: string): string[] {
  const plain = [String(status), `${status} ${text}`];
  if (/^\{"ret":true|^ok$|^\{"data":"Send Message Ok"\}$/.test(text)) return ["ok", ...plain];
  const [, errcode, errmsg] =
    /^\{"ret":false,"errcode":"?([-\d]+)"?,"errmsg":"(.*?)"(?:,"data":(?:""|\[\]))?\}$/.exec(text) ?? [];
  if (errcode === undefined) return plain;
  const message = `${errcode} ${JSON.parse(`"${errmsg ?? ""}"`) as string}`;
  return [...plain, ...[errcode, message].map((form) => (status === 200 ? form : `${status} ${form}`))];
}

function compare(sent: readonly Element[], wanted: readonly string[]): void {
  const shown = sent.map(String).join("\n");
  const [first = ""] = wanted;
  const count = first === "nothing" ? 0 : Number(/^(\d+) stanzas?$/.exec(first)?.[1]);
  if (!Number.isNaN(count)) {
    expect(sent, shown).to.have.length(count);
    return;
  }
  const lines = wanted.flatMap((line) => {
    const [receivers, xml] = split(line, " <");
    const addresses = receivers.split(", ").map((one) => (one.includes("@") ? one : `${one}@qtalk.test.org`));
    return addresses.map((receiver) => [receiver, xml === "" ? "" : `<${xml}`] as const);
  });
  const receivers = sent.map(({ attrs }) => attrs.to);
  expect(receivers, shown).to.deep.equal(lines.map(([receiver]) => receiver));
  const names = new Map<string, string>();
  for (const [at, [, xml]] of lines.entries())
    expect(differs(sent[at] ?? expect.fail(shown), xml, names), shown).to.equal(undefined);
}

function split(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** Whether a text is like a pattern, in which `*` is any text. */
function isLike(text: string, pattern: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^]*")}$`).test(text);
}
