/** A program that calls the component over HTTP: its requests, and what it is answered. */
import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { text as textOf } from "node:stream/consumers";
import { expect } from "chai";
import { parse } from "yaml";
import { elided } from "../../component/wording.js";
import { bearer } from "../support/interface.js";
import type { HttpStage } from "./http-stage.js";
import { filled, Step, type Said, type Stage } from "./steps.js";
import { isText } from "./text.js";

export type HttpStep = Step<HttpStage>;

/** Path, body, token, headers, and the wanted answer. */
const REQUEST = /^(\S+)(?: (?![(]|as )(.+?))??(?: as (\S+))?(?: \(([^()]*)\))? = (.+)$/;

class Program {
  /** `path body as token (header: value) = answer` */
  POST(...said: Said): HttpStep {
    return asks("POST", said);
  }

  /** As POST. */
  GET(...said: Said): HttpStep {
    return asks("GET", said);
  }

  /** As POST. */
  HEAD(...said: Said): HttpStep {
    return asks("HEAD", said);
  }

  /** `name: value`: a header of the last answer; `!` for none. */
  sees(...said: Said): HttpStep {
    const given = new Values(said);
    return new Step(
      `program sees ${given.shown}`,
      (stage: HttpStage) => {
        const [name = "", ...value] = given.filled(given.text, stage).split(": ");
        const found = String(stage.answered?.[name.toLowerCase()] ?? "!");
        const wanted = value.join(": ");
        if (!isText(found, wanted)) expect(found, name).to.equal(wanted);
      },
      { looks: true },
    );
  }
}

export const program = new Program();

function asks(method: string, said: Said): HttpStep {
  const given = new Values(said);
  return new Step(`program ${method} ${given.shown}`, async (stage: HttpStage) => {
    const [, path = "", body, token, heads = "", answer = ""] =
      REQUEST.exec(given.text) ?? expect.fail("PATH [BODY] [as TOKEN] [(HEADER: VALUE)] = ANSWER");
    const wanted = given.filled(answer, stage);
    const headers: Record<string, string> = token === undefined ? {} : bearer(given.filled(token, stage));
    for (const [, name = "", value = ""] of given
      .filled(heads, stage)
      .matchAll(/([\w-]+): (.*?)(?=; [\w-]+: |$)/g))
      headers[name] = value;
    const to = given.filled(path, stage);
    const asked = request({
      ...{ host: "127.0.0.1", port: stage.port, method, headers },
      path: to.startsWith("/") ? to : `/qtalk/${to}`,
    }).end(body === undefined ? undefined : given.body(body));
    const [response] = (await once(asked, "response")) as [IncomingMessage];
    const text = await textOf(response);
    const { statusCode: status = 0 } = response;
    stage.answered = response.headers;
    if (!formsOf(status, text).some((form) => isText(form, wanted)))
      expect(`${status} ${text}`, "the answer").to.equal(wanted);
  });
}

/** Stands for a value in a text, by its number. */
const PLACE = /\u0001(\d+)\u0002/g;

/** The text of a step, and the values in it. */
class Values {
  readonly text: string;
  readonly #values: readonly unknown[];

  constructor([parts = [""], ...values]: Said) {
    this.#values = values;
    const text = parts.map((part, at) => (at === 0 ? part : `\u0001${at - 1}\u0002${part}`)).join("");
    this.text = text.replace(/\n\s*/g, " ").trim();
  }

  /** The text as it is shown. */
  get shown(): string {
    return this.text.replace(PLACE, (_, at: string) => elided(plain(this.#values[Number(at)]), 80));
  }

  /** Returns a piece of the text with its values. */
  filled(piece: string, { names }: Stage): string {
    return filled(piece, names).replace(PLACE, (_, at: string) => plain(this.#values[Number(at)]));
  }

  /** Returns a body: a text or bytes as they are, if that is all; else YAML as JSON, objects changed by those after. */
  body(piece: string): string | Uint8Array {
    const [, only] = /^\u0001(\d+)\u0002$/.exec(piece) ?? [];
    const value = only === undefined ? undefined : this.#values[Number(only)];
    if (typeof value === "string" || value instanceof Uint8Array) return value;
    const all = (piece.match(/\u0001\d+\u0002(?= |$)|.+/g) ?? []).map((part) => this.#read(part.trim()));
    const [first] = all;
    if (all.length > 1) return JSON.stringify(Object.assign({}, ...all));
    return typeof first === "string" ? first : JSON.stringify(first);
  }

  #read(part: string): unknown {
    const [, only] = /^\u0001(\d+)\u0002$/.exec(part) ?? [];
    if (only !== undefined) return this.#values[Number(only)];
    // A value by itself is JSON; in the middle of a text, it is a part of the text.
    const byItself = /(?<=^|[ [{,:])\u0001(\d+)\u0002(?=[\]}, ]|$)/g;
    return parse(
      part
        .replace(byItself, (_, at: string) => JSON.stringify(this.#values[Number(at)]))
        .replace(PLACE, (_, at: string) => plain(this.#values[Number(at)])),
    ) as unknown;
  }
}

const plain = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** Returns the forms in which an answer may be written: `ok`, errcode and errmsg, after the status if it isn't 200. */
function formsOf(status: number, text: string): string[] {
  const forms = [String(status), `${status} ${text}`];
  if (/^\{"ret":true|^ok$|^\{"data":"Send Message Ok"\}$/.test(text)) return ["ok", ...forms];
  const [, errcode, errmsg] =
    /^\{"ret":false,"errcode":"?([-\d]+)"?,"errmsg":"(.*?)"(?:,"data":(?:""|\[\]))?\}$/.exec(text) ?? [];
  if (errcode === undefined) return forms;
  const message = `${errcode} ${JSON.parse(`"${errmsg ?? ""}"`) as string}`;
  return [...forms, ...[errcode, message].map((form) => (status === 200 ? form : `${status} ${form}`))];
}
