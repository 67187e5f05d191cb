/** Renders templates with LiquidJS, in limited time and memory. Templates have access only to the post. */
import type { Liquid, Template } from "liquidjs";
import { HookFault } from "./fault.js";

/** The limits: a template's length in characters, rendering time in milliseconds, memory in bytes (roughly). */
const LIMITS = { parseLimit: 64 * 1024, renderLimit: 100, memoryLimit: 4 * 1024 * 1024 };
const TIME_IS_UP = "template render limit exceeded";
/** How many parsed templates are cached. */
const MOST_READY = 1_000;

export class Templates {
  readonly #engine: Liquid;
  /** The parsed templates, by their text. */
  readonly #ready = new Map<string, Template[]>();

  private constructor(engine: Liquid) {
    this.#engine = engine;
  }

  /** Loads the template engine; called when a hook first needs it. */
  static async load(): Promise<Templates> {
    const { Liquid } = await import("liquidjs");
    // Templates can't include files and can't read inherited properties.
    return new Templates(
      new Liquid({
        ...LIMITS,
        ownPropertyOnly: true,
        strictFilters: true,
        relativeReference: false,
        templates: {},
      }),
    );
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

  /** Renders a template. @param view the variables of the template */
  render(text: string, view: object): string | HookFault {
    const before = process.cpuUsage();
    for (;;) {
      try {
        return String(this.#engine.renderSync(this.#parsed(text), view));
      } catch (error) {
        const reason = reasonOf(error);
        // The engine limits the elapsed time. On a busy machine, the processor time may still be below the limit.
        const { user, system } = process.cpuUsage(before);
        if (reason.startsWith(TIME_IS_UP) && (user + system) / 1000 < LIMITS.renderLimit) continue;
        return new HookFault("template", `the template can't be rendered with this post: ${reason}`);
      }
    }
  }

  #parsed(text: string): Template[] {
    let parsed = this.#ready.get(text);
    if (parsed === undefined) {
      parsed = this.#engine.parse(text);
      if (this.#ready.size >= MOST_READY) this.#ready.clear();
      this.#ready.set(text, parsed);
    }
    return parsed;
  }
}

/** Returns an error's message. It ends with line and column if the engine threw the error. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
