/**
 * Duty: knows by rosters who is on duty, tells people when their duty begins and ends, and shows their hat in rooms. What
 * each has yet to be told is stored, so it is told once, whenever the component runs again and the person can be reached.
 */
import { DutyStore, type DutyNews, type StoredRoster } from "../../../storage/duty-store.js";
import { Jid } from "../../addresses/address.js";
import { inBackground } from "../../background.js";
import { Rounds } from "../../rounds.js";
import type { OnDuty } from "../alerts/dependencies.js";
import { rostersOf } from "../alerts/steps.js";
import { mayPass } from "../fault.js";
import type { Hook } from "../hook.js";
import { newMessageId } from "../ids.js";
import { sayByHook } from "../by-hook.js";
import { Calendars } from "./calendars.js";
import type { DutyDependencies } from "./dependencies.js";
import { newsOf } from "./handover.js";
import { showAgain } from "./hats.js";
import { dutyAt, type DutyAt as WhoIsOn } from "./schedule.js";
import { dutyLine, dutyTextsIn, dutyTime, type DutyTexts } from "./texts.js";

/** The longest and shortest wait until rosters are looked at again, and the wait after something failed, in milliseconds. */
const WAIT_MS = { most: 3600_000, least: 1000, failed: 60_000 };

export class Duty implements OnDuty {
  readonly store: DutyStore;
  readonly #calendars: Calendars;
  readonly #rounds: Rounds;

  constructor(private readonly dependencies: DutyDependencies) {
    this.store = new DutyStore(dependencies.db);
    this.#calendars = new Calendars(dependencies, this.store);
    this.#rounds = new Rounds("looking at rosters", () => this.#look(), dependencies);
  }

  on(roster: string, at: number): string | undefined {
    return this.at(roster, at)?.person;
  }

  /** Returns who is on duty, until when, and who comes next; undefined if there is no such roster. */
  at(roster: string, at: number): WhoIsOn | undefined {
    const found = this.store.find(roster);
    return found && dutyAt(this.store, found, at);
  }

  isIn(roster: string, person: string): boolean {
    return this.store.find(roster)?.people.includes(person) === true || this.store.names(roster, person);
  }

  linesFor(hooks: readonly Hook[]): string {
    const { language } = this.dependencies.context.messages;
    const now = this.dependencies.clock.now();
    const names = new Set(hooks.flatMap((hook) => [...rostersOf(hook)]));
    const lines = [...names].sort().flatMap((name) => {
      const roster = this.store.find(name);
      return roster === undefined
        ? []
        : [dutyLine(roster, dutyAt(this.store, roster, now), (jid) => this.nameOf(jid), language)];
    });
    return lines.length === 0 ? this.#texts.noRoster : lines.join("\n");
  }

  /** Returns a person's name: that of the directory or the vCard, or else what stands in front of "@". */
  nameOf(person: string): string {
    const jid = Jid.parse(person);
    if (jid === undefined) return person;
    return this.dependencies.context.directory.namesOf(jid)[0] ?? jid.local ?? person;
  }

  start(): void {
    this.#rounds.start();
  }

  /** Starts no more work, and waits for what is running, at most `ms` milliseconds. */
  async stop(ms: number): Promise<void> {
    this.#rounds.stop();
    this.#calendars.stop();
    const late = new Promise<void>((resolve) => this.dependencies.clock.after(ms, resolve));
    await Promise.race([this.#rounds.ended(), late]);
  }

  /** Called when rosters or webhooks have changed. */
  forget(): void {
    this.#rounds.wake();
  }

  /** Looks at all rosters. @returns when to look again, in milliseconds from now */
  async #look(): Promise<number> {
    const { clock, commit } = this.dependencies;
    await commit.settled();
    let wait = WAIT_MS.most;
    for (const { name } of this.store.list()) {
      await this.#handOver(name);
      const isTold = await this.#tell(name);
      if (!isTold) wait = WAIT_MS.failed;
      const roster = this.store.find(name);
      const until = roster && dutyAt(this.store, roster, clock.now()).until;
      if (until !== undefined) wait = Math.min(wait, until - clock.now());
    }
    for (const { room, accounts } of this.dependencies.wearers.update())
      inBackground(
        showAgain(this.dependencies.context, room, accounts),
        "showing who is on duty",
        this.dependencies.log,
      );
    const read = this.#calendars.readDue(() => this.#rounds.wake());
    return Math.max(WAIT_MS.least, Math.min(wait, read));
  }

  /** Stores that somebody else is on duty now, and who has to be told. */
  async #handOver(name: string): Promise<void> {
    const { clock, commit, log, metrics } = this.dependencies;
    const forgotten = await commit.run(() => {
      const roster = this.store.find(name);
      if (roster === undefined) return [];
      const now = clock.now();
      const { person } = dutyAt(this.store, roster, now);
      if (person === roster.onDuty) return [];
      const untold = this.store.news(name);
      this.store.set(name, { onDuty: person });
      return this.store.addNews(name, newsOf({ from: roster.onDuty, to: person, at: now }, untold));
    });
    for (const { person } of forgotten) {
      metrics.hookUnsaid.inc({ what: "duty" });
      log.error(`${person} will not be told of the duty ${name}: too many others wait to be told`);
    }
  }

  /** Tells everybody what they have yet to be told. @returns false if it has to be tried again */
  async #tell(name: string): Promise<boolean> {
    let isTold = true;
    for (const news of this.store.news(name)) {
      const roster = this.store.find(name);
      if (roster === undefined) break;
      const isSaid = await this.#say(roster, news);
      isTold &&= isSaid;
    }
    return isTold;
  }

  #textOf({ news }: DutyNews, roster: StoredRoster): string {
    const duty = dutyAt(this.store, roster, this.dependencies.clock.now());
    return news === "began" ? this.#comes(roster, duty) : this.#leaves(roster, duty, news);
  }

  get #texts(): DutyTexts {
    return dutyTextsIn(this.dependencies.context.messages.language);
  }

  #comes({ name, zone }: StoredRoster, { until, next }: WhoIsOn): string {
    const { language } = this.dependencies.context.messages;
    const end = until === undefined ? "" : this.#texts.until(dutyTime(until, zone, language));
    return this.#texts.comes(name, end, next === undefined ? "" : this.#texts.then(this.nameOf(next)));
  }

  #leaves({ name }: StoredRoster, { person }: WhoIsOn, news: "ended" | "missed"): string {
    const { ended, missed, nobodyNow, has } = this.#texts;
    const now = person === undefined ? nobodyNow : has(this.nameOf(person));
    return news === "ended" ? ended(name, now) : missed(name, now);
  }

  /** Says news to a person, by the bot of a webhook that uses the roster. @returns false if it has to be tried again */
  async #say(roster: StoredRoster, news: DutyNews): Promise<boolean> {
    const { commit, clock, log } = this.dependencies;
    const { name } = roster;
    const { person } = news;
    const hook = this.dependencies.hooks().find((each) => rostersOf(each).has(name));
    const to = Jid.parse(person);
    const done = (): void => this.store.removeNews(name, news);
    if (hook === undefined || to === undefined) {
      // Until a webhook uses the roster, nobody can tell; then who is on duty is told, and others needn't be.
      if (to === undefined || news.news !== "began") await commit.run(done);
      return true;
    }
    const messages = [{ id: newMessageId(clock.now()), text: this.#textOf(news, roster) }];
    const fault = await sayByHook(hook, { to, messages, note: done }, this.dependencies);
    if (fault === undefined) return true;
    log.warn(`${person} could not be told of the duty ${name}: ${fault.message}`);
    if (mayPass(fault)) return false;
    return await this.#sayUntold(
      hook,
      to,
      this.#texts.untold(name, this.nameOf(person), fault.message),
      done,
    );
  }

  /** Says where the webhook posts that a person will never be told. @returns false if it has to be tried again */
  async #sayUntold(hook: Hook, person: Jid, text: string, done: () => void): Promise<boolean> {
    const { commit, clock, log, metrics } = this.dependencies;
    const messages = [{ id: newMessageId(clock.now()), text }];
    const isElsewhere = hook.to.bare.text !== person.bare.text;
    const fault = isElsewhere
      ? await sayByHook(hook, { to: hook.to, messages, note: done }, this.dependencies)
      : undefined;
    if (fault !== undefined && mayPass(fault)) return false;
    metrics.hookUnsaid.inc({ what: "duty" });
    if (fault !== undefined) log.error(`The hook ${hook.name} could not say it either: ${fault.message}`);
    if (fault !== undefined || !isElsewhere) await commit.run(done);
    return true;
  }
}
