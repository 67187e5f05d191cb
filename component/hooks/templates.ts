/**
 * Renders templates in LiquidJS, which runs no code: a template sees the post and nothing of this program. Its time and
 * output are limited.
 */
import type { Liquid, Template } from "liquidjs";
import { HookFault } from "./fault.js";

/** The most characters of a template, milliseconds of rendering, and bytes of memory (roughly). */
const LIMITS = { parseLimit: 64 * 1024, renderLimit: 100, memoryLimit: 4 * 1024 * 1024 };
const TIME_IS_UP = "template render limit exceeded";
/** The most parsed templates to keep. */
const MOST_READY = 1_000;

export class Templates {
  readonly #engine: Liquid;
  /** By their text. */
  readonly #ready = new Map<string, Template[]>();

  private constructor(engine: Liquid) {
    this.#engine = engine;
  }

  /** Loads the engine, only when a hook needs it. */
  static async load(): Promise<Templates> {
    const { Liquid } = await import("liquidjs");
    // Templates can neither include files nor read inherited properties.
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

  /** Returns why a text is no valid template, with the line; undefined if it is valid. */
  faultIn(text: string): string | undefined {
    try {
      this.#engine.parse(text);
      return undefined;
    } catch (error) {
      return reasonOf(error);
    }
  }

  /** Renders a post's view. */
  render(text: string, view: object): string | HookFault {
    const before = process.cpuUsage();
    for (;;) {
      try {
        return String(this.#engine.renderSync(this.#parsed(text), view));
      } catch (error) {
        const reason = reasonOf(error);
        // The engine limits elapsed time: on a busy machine, processor time may be left.
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

/** Returns the engine's message, which ends with line and column. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
