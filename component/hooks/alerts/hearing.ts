/**
 * Hears what people say about alerts: reactions, and words in front of which is "!". In rooms here, it is stored in the
 * transaction of the message; rights are those of the real address, or of the affiliation that another service shows.
 */
import type { StoredAlert } from "../../../storage/alerts-store.js";
import type { BareJid } from "../../addresses/address.js";
import { inBackground } from "../../background.js";
import { TokenBuckets } from "../../limits/token-bucket.js";
import { isAtLeast } from "../../muc/room/affiliation.js";
import type { Watched, WatchedMessage } from "../../muc/room/room-rules.js";
import type { Element } from "../../xml/builder.js";
import type { RoomMessage } from "../outgoing/event-recorder.js";
import { isExcluded } from "../outgoing/event-recorder.js";
import type { AlertEvent, AlertPerson } from "./alert-types.js";
import type { AlertsDependencies } from "./dependencies.js";
import type { AlertRecords } from "./records.js";
import { rostersOf } from "./steps.js";
import { lineText } from "./texts.js";
import {
  durationIn,
  hasSign,
  readHeard,
  SILENCE_SIGNS,
  USUAL_SILENCE_MS,
  type Heard,
  type Verb,
} from "./words.js";
import type { Answers } from "./answers.js";

/** Who says something, and where. */
export interface HeardSpeaker {
  readonly person: AlertPerson;
  /** The bare address of the room, or of the person in a chat: where alerts were said. */
  readonly place: string;
  /** Whether the speaker may silence and resolve. */
  readonly mayDecide: boolean;
  /** The bot that hears it, in chats and in rooms of other services, where each bot hears everything. */
  readonly bot?: string | undefined;
}

/** How often one person is heard, and how often unknown words are answered in one place, per second. */
const HEARD = { perSecond: 1, burst: 20 };
const ANSWERED = { perSecond: 1 / 60, burst: 1 };

/** Of how many open alerts the latest is looked for, and among how many one that is named. */
const LATEST = 20;
const SEARCHED = 1000;

/** The words that are about an alert. */
type AboutAlert = Exclude<Verb, General>;
type General = "open" | "duty" | "help";

export class AlertHearing {
  readonly #heard = new TokenBuckets(HEARD);
  readonly #answered = new TokenBuckets(ANSWERED);

  constructor(
    private readonly dependencies: Pick<
      AlertsDependencies,
      "clock" | "commit" | "metrics" | "log" | "hookOf" | "domain" | "takeSigns"
    >,
    private readonly records: AlertRecords,
    private readonly answers: Pick<Answers, "say" | "texts" | "hooksAt">,
    private readonly wake: () => void,
  ) {}

  /** Hears a message in a room here, in its transaction. */
  said(watched: Watched, { speaker: { account, nick }, message }: WatchedMessage): void {
    const { room, transaction } = watched;
    if (account.domain === this.dependencies.domain) return;
    const heard = readHeard(message);
    if (heard === undefined) return;
    const mayDecide = isAtLeast(room.affiliationOf(account), "member");
    const person = { id: account.bare.text, name: nick.text };
    transaction.write(room, () => {
      this.#hear(heard, { person, place: room.jid.text, mayDecide });
    });
  }

  /** Hears a message in a room of another service. */
  heardIn(room: BareJid, { bot, nick, author, affiliation, message }: RoomMessage): void {
    const heard = isExcluded(message) ? undefined : readHeard(message);
    if (heard === undefined) return;
    const { sender, occupant_id: occupant } = author;
    const id = sender ?? `${room.text}/${occupant ?? nick}`;
    const mayDecide = isAtLeast(affiliation, "member");
    const speaker = { person: { id, name: nick }, place: room.text, mayDecide, bot };
    inBackground(
      this.dependencies.commit.run(() => this.#hear(heard, speaker)),
      "storing what was said about an alert",
      this.dependencies.log,
    );
  }

  /** Hears a message to a bot. @returns whether it was meant for alerts, once it is on the disk */
  async heardBy(bot: string, from: BareJid, message: Element): Promise<boolean> {
    const heard = readHeard(message);
    if (heard === undefined || from.domain === this.dependencies.domain) return false;
    const name = from.local ?? from.text;
    const speaker = { person: { id: from.text, name }, place: from.text, mayDecide: true, bot };
    return await this.dependencies.commit.run(() => this.#hear(heard, speaker));
  }

  /**
   * An error came back for a message of a bot. A step whose message reached nobody is followed by the next one at once.
   * @param condition why, as RFC 6120 §8.3.3 names it
   */
  bounced(from: BareJid, id: string, condition: string): void {
    const { commit, clock, log } = this.dependencies;
    const message = this.records.store.message(from.text, id);
    if (message?.step === undefined || message.receivedAt !== undefined) return;
    const { alert, step } = message;
    const reason = this.answers.texts.bounced(from.text, condition);
    const store = (): void => this.records.addTask(alert, { do: "fail", step, reason }, clock.now());
    inBackground(
      commit.run(store).then(() => this.wake()),
      "storing that a step reached nobody",
      log,
    );
  }

  /** @returns whether it was about alerts */
  #hear(heard: Heard, speaker: HeardSpeaker): boolean {
    const { person, place } = speaker;
    const at = this.dependencies.clock.now();
    if (heard.kind === "receipt") return this.#receive(heard.of, place, at);
    const { store } = this.records;
    const named = namedIn(heard);
    const row = named === undefined ? this.#rowOf(heard.to, speaker) : this.#rowNamed(named, speaker);
    const isAbout =
      heard.kind === "word" && isGeneral(heard.verb)
        ? this.#isAnswered(heard.verb, speaker)
        : row !== undefined;
    if (!isAbout && !(heard.kind !== "reactions" && heard.to === undefined && store.isSaidAt(place)))
      return false;
    if (!this.#heard.consume(`${person.id} ${place}`)) {
      this.dependencies.metrics.alertsHeard.inc({ result: "fast" });
      return true;
    }
    if (heard.kind === "reactions") this.#react(heard, row, speaker, at);
    else if (heard.kind === "unknown") this.#unknown(heard, row, speaker, at);
    else if (isGeneral(heard.verb)) this.answers.say({ kind: heard.verb }, speaker);
    else if (row === undefined)
      this.answers.say(
        named === undefined ? { kind: "no alert" } : { kind: "no such alert", word: named },
        speaker,
      );
    else this.#word({ ...heard, verb: heard.verb }, row, speaker, at);
    return true;
  }

  /** Whether a word that is about no alert is meant for bots here. Rosters are asked for before any alert was said. */
  #isAnswered(verb: General, speaker: HeardSpeaker): boolean {
    return (
      this.records.store.isSaidAt(speaker.place) ||
      (verb === "duty" && this.answers.hooksAt(speaker).some((hook) => rostersOf(hook).size > 0))
    );
  }

  /** Returns the alert that is meant: that of the message, or without one, the latest open one. */
  #rowOf(to: string | undefined, speaker: HeardSpeaker): StoredAlert | undefined {
    const { store } = this.records;
    const { place } = speaker;
    if (to === undefined) {
      const open = store.openAt(place, LATEST).filter((row) => this.#isHeard(row, speaker));
      return open.find(({ state }) => state === "open") ?? open[0];
    }
    const message = store.messageAt(place, to);
    const row = message && store.find(message.alert);
    return row !== undefined && this.#isHeard(row, speaker) ? row : undefined;
  }

  /** Returns the latest open alert there with this number, or else with this text in its title. */
  #rowNamed(text: string, speaker: HeardSpeaker): StoredAlert | undefined {
    const open = this.records.store
      .openAt(speaker.place, SEARCHED)
      .filter((row) => this.#isHeard(row, speaker));
    const number = Number(text.replace(/^#/, ""));
    const wanted = text.toLowerCase();
    return (
      open.find(({ id }) => id === number) ?? open.find(({ title }) => title.toLowerCase().includes(wanted))
    );
  }

  /** Whether an alert is one of the bot that hears it. */
  #isHeard({ hook }: StoredAlert, { bot }: HeardSpeaker): boolean {
    return bot === undefined || this.dependencies.hookOf(hook)?.bot === bot;
  }

  #receive(id: string, place: string, at: number): boolean {
    const { store } = this.records;
    const message = store.message(place, id);
    if (message === undefined) return false;
    if (store.received(at, place, id) && message.step !== undefined)
      this.#handle(message.alert, [{ kind: "receipt", step: message.step }], at, {});
    return true;
  }

  #react(
    { to, signs }: Extract<Heard, { kind: "reactions" }>,
    row: StoredAlert | undefined,
    speaker: HeardSpeaker,
    at: number,
  ): void {
    if (row === undefined) return;
    const { person: by, mayDecide, place } = speaker;
    // Clients name a message, or the latest correction of it.
    const original = this.records.store.originalAt(place, to);
    const on = original?.stanzaId ?? original?.id ?? to;
    const takes = hasSign(signs, this.dependencies.takeSigns);
    const silences = hasSign(signs, SILENCE_SIGNS);
    const events: AlertEvent[] = [{ kind: takes ? "take" : "drop", by, on }];
    if (mayDecide)
      events.push(
        silences ? { kind: "silence", by, on, until: at + USUAL_SILENCE_MS } : { kind: "unsilence", by, on },
      );
    this.#handle(row.id, events, at, {});
    if (silences && !mayDecide) this.#refuse(row, speaker, at);
  }

  #word(
    { verb, rest, to }: { readonly verb: AboutAlert; readonly rest: string; readonly to: string | undefined },
    row: StoredAlert,
    speaker: HeardSpeaker,
    at: number,
  ): void {
    const { person: by, place, mayDecide } = speaker;
    const asked = { asked: true, place, ...(to === undefined && { isNamed: true }) };
    if (verb === "take" || verb === "drop") {
      this.#handle(row.id, [{ kind: verb, by }], at, asked);
      return;
    }
    if (!mayDecide) {
      this.#refuse(row, speaker, at);
      return;
    }
    const ms = rest === "" ? USUAL_SILENCE_MS : durationIn(rest);
    if (verb === "silence" && ms === undefined)
      this.#tell(row, this.answers.texts.badTime(lineText(rest)), speaker, at);
    else if (verb === "silence")
      this.#handle(row.id, [{ kind: "silence", by, until: at + (ms ?? 0) }], at, asked);
    else this.#handle(row.id, [{ kind: verb === "resolve" ? "resolved" : verb, by }], at, asked);
  }

  #handle(
    alert: number,
    events: readonly AlertEvent[],
    at: number,
    more: { readonly asked?: boolean; readonly isNamed?: boolean; readonly place?: string },
  ): void {
    this.records.addTask(alert, { do: "handle", events, ...more }, at);
    this.dependencies.metrics.alertsHeard.inc({ result: "done" });
    this.wake();
  }

  #refuse(row: StoredAlert, speaker: HeardSpeaker, at: number): void {
    this.dependencies.metrics.alertsHeard.inc({ result: "refused" });
    this.#tell(row, this.answers.texts.noRight, speaker, at);
  }

  /** Answers in the room or chat where it was asked, and notes it for operators. */
  #tell(row: StoredAlert, text: string, { person, place }: HeardSpeaker, at: number): void {
    this.records.noteChange(row.id, `not done: ${text}`, at, person);
    this.records.addTask(row.id, { do: "tell", text, place }, at);
    this.wake();
  }

  /**
   * Answers a word that isn't known with those that are, once a minute at most.
   * @param row the alert that it is about
   */
  #unknown(
    { word }: Extract<Heard, { kind: "unknown" }>,
    row: StoredAlert | undefined,
    speaker: HeardSpeaker,
    at: number,
  ): void {
    this.dependencies.metrics.alertsHeard.inc({ result: "unknown" });
    if (!this.#answered.consume(speaker.place)) return;
    this.answers.say({ kind: "unknown", word }, speaker);
    const { unknown, help } = this.answers.texts;
    if (row !== undefined)
      this.records.noteChange(row.id, `not done: ${unknown(lineText(word))} ${help}`, at, speaker.person);
  }
}

/** Returns the number or title by which a word names an alert that it doesn't answer; undefined: it names none. */
function namedIn(heard: Heard): string | undefined {
  if (heard.kind !== "word" || heard.to !== undefined || heard.rest === "") return undefined;
  return isGeneral(heard.verb) || heard.verb === "silence" ? undefined : heard.rest;
}

function isGeneral(verb: Verb): verb is General {
  return verb === "open" || verb === "duty" || verb === "help";
}
