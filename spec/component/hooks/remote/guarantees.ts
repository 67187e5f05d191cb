/** Checks the guarantees of bots in rooms of other services. */
import type { World } from "./world.js";

/** How many attempts to enter, and messages that the room doesn't say, a minute may have. */
const MAX_PER_MINUTE = { entries: 6, messages: 15 };

export class Guarantees {
  /** How many attempts there had been, at the times of the last minute. */
  #minute: ReturnType<Guarantees["counts"]>[] = [];

  constructor(private readonly world: World) {}

  /** What contradicts the guarantees. @param isOver whether everything should have been said or refused */
  async violations(isOver = false): Promise<string[]> {
    const { room, accepted, shown, answers, metrics } = this.world;
    const outcomes = new Map(accepted.map((id) => [id, this.world.repeat(id)]));
    const wrong = accepted
      .filter((id) => [outcomes.get(id), answers.get(id)].includes("confirmed") && !shown.has(id))
      .map((id) => `${id} is confirmed, but the room didn't show it`);
    // After a crash with a failing disk, the component may say again what it said before, in the same order; and whether
    // the room refuses a post is decided again.
    const refused = new Set(this.world.bounces.map(({ id }) => id));
    const last = [...new Set(room.said.toReversed())].toReversed().filter((id) => !refused.has(id));
    const all = [...this.world.operator.removed, ...accepted];
    const order = last.map((id) => all.indexOf(id));
    if (order.some((at, index) => index > 0 && at <= (order[index - 1] ?? -1)))
      wrong.push(`said out of order: ${room.said.join(" ")}`);
    if (room.twice.length > 0) wrong.push(`said again what the archive has: ${room.twice.join(" ")}`);
    wrong.push(...this.#haste());
    const { listed, store } = this.world;
    const posts = store.list().reduce((sum, each) => sum + each.posts, 0);
    const isOutside = store.list().some(({ state }) => state !== "inside");
    if (this.world.operator.silentlyLost.length > 0)
      wrong.push(`vanished: ${this.world.operator.silentlyLost.join(" ")}`);
    const bounced = this.world.bounces.map(({ id }) => id);
    if (new Set(bounced).size < bounced.length) wrong.push(`bounced twice: ${bounced.join(" ")}`);
    const unknown = bounced.filter((id) => !all.includes(id));
    if (unknown.length > 0) wrong.push(`bounced, but not accepted: ${unknown.join(" ")}`);
    const gauges = await metrics.registry.getMetricsAsJSON();
    const gauge = (name: string): unknown => gauges.find((each) => each.name === name)?.values[0]?.value;
    if (gauge("qtalk_bot_posts_waiting") !== posts) wrong.push("list and metrics count other posts");
    if ((gauge("qtalk_bot_rooms_outside") === 0) === isOutside) wrong.push("list and metrics disagree");
    if (!isOver) return wrong;
    for (const [id, outcome] of outcomes) if (outcome === "queued") wrong.push(`${id} is lost`);
    if (listed?.state !== "inside" || room.nick === undefined)
      wrong.push(`the bot is ${listed?.state ?? "nowhere"} in the end`);
    return wrong;
  }

  /** Attempts beyond what the pauses allow, in any minute. What the test itself does allows for some more. */
  #haste(): string[] {
    const now = this.counts();
    this.#minute = [...this.#minute.filter(({ at }) => at > now.at - 60_000), now];
    const first = this.#minute[0] ?? now;
    const pushed = now.pushed - first.pushed;
    const entries = now.entries - first.entries;
    const sent = now.inVain - first.inVain;
    return [
      ...(entries > MAX_PER_MINUTE.entries + 2 * pushed ? [`entered ${entries} times in a minute`] : []),
      ...(sent > MAX_PER_MINUTE.messages + 6 * pushed ? [`sent ${sent} messages in vain in a minute`] : []),
    ];
  }

  private counts() {
    const { clock, pushed, room } = this.world;
    // An attempt may try several nicknames.
    const entries = room.entered.filter((nick) => nick === "Bot").length;
    return { at: clock.now(), pushed, entries, inVain: room.messages.length - room.said.length };
  }
}
