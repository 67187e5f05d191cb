/** Renders templates with LiquidJS, in limited time and memory. Templates have access only to the post. */
import type * as liquidjs from "liquidjs";
import { HookFault } from "./fault.js";
import { cut } from "../../storage/unicode.js";

/** The limits: a template's length in characters, rendering time in milliseconds, memory in bytes (roughly). */
const LIMITS = { parseLimit: 64 * 1024, renderLimit: 100, memoryLimit: 4 * 1024 * 1024 };
const TIME_IS_UP = "template render limit exceeded";
/** What a template gets of a post: the longest list or object, all values together, and the characters of a text. */
const CUT = { list: 500, items: 20_000, characters: 16_384 };
const MAX_CACHED = 1_000;

export interface Rendered {
  readonly text: string;
  /** The values of variables that the template assigned. */
  readonly assigned: ReadonlyMap<string, string>;
}

export class Templates {
  readonly #engine;
  readonly #ready = new Map<string, liquidjs.Template[]>();

  private constructor(private readonly library: typeof liquidjs) {
    // Templates can't include files and can't read inherited properties.
    this.#engine = new library.Liquid({
      ...LIMITS,
      ownPropertyOnly: true,
      strictFilters: true,
      relativeReference: false,
      templates: {},
    });
  }

  /** Loads the template engine; called when a hook first needs it. */
  static async load(): Promise<Templates> {
    return new Templates(await import("liquidjs"));
  }

  /** Returns why a text isn't a valid template, with the line; undefined if the template is valid. */
  faultIn(text: string): string | undefined {
    try {
      this.#engine.parse(text);
      return undefined;
    } catch (error) {
      return reasonOf(error);
    }
  }

  /**
   * Renders a template.
   * @param view the variables of the template; long lists and texts are cut
   * @param names the variables that are returned, as texts, if the template assigned them
   */
  render(text: string, view: object, names: readonly string[] = []): Rendered | HookFault {
    const { Context } = this.library;
    const short = cutValue(view, { items: CUT.items });
    const before = process.cpuUsage();
    for (;;) {
      try {
        const context = new Context(short as object, this.#engine.options, { sync: true });
        const written = String(this.#engine.renderSync(this.#parsed(text), context));
        const assigned = Object.entries(context.bottom()).filter(
          ([name, value]) => names.includes(name) && /^(?:string|number)$/.test(typeof value),
        );
        return { text: written, assigned: new Map(assigned.map(([name, value]) => [name, String(value)])) };
      } catch (error) {
        const reason = reasonOf(error);
        // The engine limits the elapsed time. On a busy machine, the processor time may still be below the limit.
        const { user, system } = process.cpuUsage(before);
        if (reason.startsWith(TIME_IS_UP) && (user + system) / 1000 < LIMITS.renderLimit) continue;
        return new HookFault("template", `the template can't be rendered with this post: ${reason}`);
      }
    }
  }

  #parsed(text: string): liquidjs.Template[] {
    let parsed = this.#ready.get(text);
    if (parsed === undefined) {
      parsed = this.#engine.parse(text);
      if (this.#ready.size >= MAX_CACHED) this.#ready.clear();
      this.#ready.set(text, parsed);
    }
    return parsed;
  }
}

/**
 * Returns a value with long lists and texts cut. The engine checks its time limit between tags, not within a filter, and
 * a filter may sort a list or split a text.
 * @param left how many more values the lists and objects may have in total
 */
function cutValue(value: unknown, left: { items: number }): unknown {
  if (typeof value === "string") return cut(value, CUT.characters);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.slice(0, Math.min(CUT.list, left.items));
    left.items -= items.length;
    return items.map((item) => cutValue(item, left));
  }
  const fields = Object.entries(value).slice(0, Math.min(CUT.list, left.items));
  left.items -= fields.length;
  return Object.fromEntries(fields.map(([name, field]) => [name, cutValue(field, left)]));
}

/** Returns an error's message. It ends with line and column if the engine threw the error. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
