/**
 * Templates in LiquidJS, which runs no code: what a template may use is the post, nothing of this program. How long it
 * runs and how much it makes is bounded.
 */
import type { Liquid, Template } from "liquidjs";
import { HookFault } from "./fault.js";

/** Characters of a template, milliseconds of rendering, and about the bytes that it makes meanwhile. */
const LIMITS = { parseLimit: 64 * 1024, renderLimit: 100, memoryLimit: 4 * 1024 * 1024 };
const TIME_IS_UP = "template render limit exceeded";
/** So many are kept ready. */
const MOST_READY = 1_000;

export class Templates {
  readonly #engine: Liquid;
  /** By their text. */
  readonly #ready = new Map<string, Template[]>();

  private constructor(engine: Liquid) {
    this.#engine = engine;
  }

  /** Loads the engine, of which a component without hooks should carry nothing. */
  static async load(): Promise<Templates> {
    const { Liquid } = await import("liquidjs");
    // No other template can be read from one, and nothing of an object but what it holds itself.
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

  /** Why a text is no template: a clause with the line; undefined where it is one. */
  faultIn(text: string): string | undefined {
    try {
      this.#engine.parse(text);
      return undefined;
    } catch (error) {
      return reasonOf(error);
    }
  }

  /** What a template makes of a post. */
  render(text: string, view: object): string | HookFault {
    const before = process.cpuUsage();
    for (;;) {
      try {
        return String(this.#engine.renderSync(this.#parsed(text), view));
      } catch (error) {
        const reason = reasonOf(error);
        // The engine limits the time that passes, even if a busy machine gave this process none of it.
        const { user, system } = process.cpuUsage(before);
        if (reason.startsWith(TIME_IS_UP) && (user + system) / 1000 < LIMITS.renderLimit) continue;
        return new HookFault("template", `the template can't be used with this: ${reason}`);
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

/** The engine's sentence, which ends with line and column. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
