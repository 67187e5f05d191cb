/** Where the alerts of a test are said: a room of another service, which the test plays, or a real room here. */
import type { Alerts } from "../../../../component/hooks/alerts/alerts.js";
import { listeningWith } from "../../../../component/hooks/alerts/listening.js";
import { Jid } from "../../../../component/addresses/address.js";
import { HookFault } from "../../../../component/hooks/fault.js";
import type { EventRecorder } from "../../../../component/hooks/outgoing/event-recorder.js";
import type { RemotePost } from "../../../../component/hooks/remote/posts.js";
import type { RemoteRoomsApi } from "../../../../component/hooks/sending.js";
import type { OperationContext } from "../../../../component/operations/context.js";
import { Refusal, refuse } from "../../../../component/refusal.js";
import { quote } from "../../../../component/xml/serialise.js";
import type { Database } from "../../../../storage/database.js";
import type { GroupCommit } from "../../../../storage/group-commit.js";
import { DOMAIN, item, Play, read, ROOM as HERE } from "../../muc/play.js";

/** What somebody heard, and where: in the room, or in a chat. */
export interface Said {
  readonly to: string;
  readonly text: string;
}

/** What alerts need of the component. */
interface Ways {
  readonly context: OperationContext;
  readonly remote: RemoteRoomsApi;
}

export interface AlertRoom {
  readonly address: string;
  /** The component's domain. */
  readonly domain: string;
  /** Whom steps call, in order: addresses of rooms or people. */
  readonly called: readonly [string, string];
  /** Who may be on duty in place of the first of them. */
  readonly other: string;
  /** The domain of the people. */
  readonly host: string;
  readonly said: readonly Said[];
  /** Why nothing can be said; undefined: it can. */
  fault: HookFault | undefined;
  /** The rooms that the bot has left. */
  readonly left: ReadonlySet<string>;
  /** An operator sets the hook to another room, or back. @returns the address of the room */
  moves(): string;
  /** Begins with a component, which may be another one than before. @param alerts returns its alerts, which are made later */
  starts(commit: GroupCommit, alerts: () => Alerts): Promise<Ways>;
  /** Ends with the component. */
  ends(): void;
  /** A person sends a message in a room: the children of its stanza. */
  hears(nick: string, children: string, room?: string): Promise<void>;
}

export const ELSEWHERE = "ops@rooms.y.test";
/** Where hooks are moved. */
export const OTHER = "night@rooms.y.test";
const LEADS = "leads@rooms.y.test";
export const PEOPLE = ["juliet", "romeo", "nurse"] as const;

export class RoomElsewhere implements AlertRoom {
  readonly address = ELSEWHERE;
  readonly domain = "c.test";
  readonly called = [LEADS, LEADS] as const;
  readonly other = "others@rooms.y.test";
  readonly host = "y.test";
  readonly said: Said[] = [];
  fault: HookFault | undefined;
  readonly left = new Set<string>();
  #alerts!: () => Alerts;

  starts(commit: GroupCommit, alerts: () => Alerts): Promise<Ways> {
    this.#alerts = alerts;
    const limits = { message_bytes: 65_536, stanza_bytes: 262_144 };
    const context = {
      ...{ limits, messages: { language: "en" } },
      addresses: { roomAt: () => undefined },
    } as unknown as OperationContext;
    const remote = {
      has: (_bot: string, to: Jid) => !this.left.has(to.bare.text),
      hasLeft: (_bot: string, to: Jid) => this.left.has(to.bare.text),
      nickOf: () => "Bot",
      post: async (_bot: string, to: Jid, posts: readonly RemotePost[]): Promise<"confirmed" | HookFault> => {
        if (this.fault !== undefined) return this.fault;
        await commit.run(() => posts.forEach(({ note }) => note()));
        for (const { stanza } of posts)
          this.said.push({ to: to.text, text: read(stanza).getChildText("body") ?? "" });
        return "confirmed";
      },
    };
    return Promise.resolve({ context, remote });
  }

  ends(): void {
    // Nothing of it goes on by itself.
  }

  moves(): string {
    const [from, to] = this.left.has(ELSEWHERE) ? [OTHER, ELSEWHERE] : [ELSEWHERE, OTHER];
    this.left.delete(to);
    this.left.add(from);
    return to;
  }

  hears(nick: string, children: string, room = ELSEWHERE): Promise<void> {
    if (this.left.has(room)) return Promise.resolve();
    const message = read(`<message type="groupchat" id="m">${children}</message>`);
    const author = { sender: `${nick}@y.test`, occupant_id: undefined };
    this.#alerts().hearing.heardIn(Jid.parse(room)!.bare, {
      ...{ bot: "bot", nick, author, affiliation: "member", message },
    } as unknown as Parameters<Alerts["hearing"]["heardIn"]>[1]);
    return Promise.resolve();
  }
}

const LEAD = "lead@qtalk.test.org";
const NIGHT = `night@${DOMAIN}`;
const NO_EVENTS = {
  said: () => undefined,
  heardIn: () => undefined,
  retracted: () => undefined,
  changed: () => undefined,
} as unknown as EventRecorder;
const session = (nick: string): string => `${nick}@qtalk.test.org/phone`;

export class RoomHere implements AlertRoom {
  readonly address = HERE;
  readonly domain = DOMAIN;
  readonly called = [LEAD, LEAD] as const;
  readonly other = "other@qtalk.test.org";
  readonly host = "qtalk.test.org";
  fault: HookFault | undefined;
  /** Bots may speak in all rooms here. */
  readonly left = new Set<string>();
  #place = HERE;
  #play: Play | undefined;
  /** What was heard from earlier components. */
  #before: readonly Said[] = [];

  constructor(private readonly db: Database) {}

  async starts(commit: GroupCommit, alerts: () => Alerts): Promise<Ways> {
    const isNew = this.#play === undefined;
    const play = new Play({
      ...{ db: this.db, commit, rooms: { messages_per_second: 1000 } },
      watch: listeningWith(NO_EVENTS, () => alerts().hearing),
    });
    this.#play = await play.ready();
    const { outbox } = play;
    const full = outbox.refuse.bind(outbox);
    outbox.refuse = (account): Refusal | undefined =>
      this.fault !== undefined && account.kind === "caller"
        ? refuse.unavailable(this.fault.message)
        : full(account);
    if (isNew) for (const room of [HERE, NIGHT]) await furnish(play, room);
    const remote = {
      has: () => false,
      hasLeft: () => false,
      nickOf: () => undefined,
      post: () => Promise.resolve(undefined),
    };
    return { context: play.context, remote };
  }

  moves(): string {
    return (this.#place = this.#place === HERE ? NIGHT : HERE);
  }

  ends(): void {
    this.#before = this.said;
    this.#play?.close();
  }

  get said(): readonly Said[] {
    const [owner] = PEOPLE;
    const heard = (this.#play?.link.written ?? []).flatMap((stanza) => {
      const text = stanza.name === "message" ? stanza.getChildText("body") : null;
      const { from = "", to = "", type } = stanza.attrs;
      if (text === null) return [];
      if (type !== "groupchat") return [{ to, text }];
      return to === session(owner) ? [{ to: from.split("/", 1)[0] ?? "", text }] : [];
    });
    return [...this.#before, ...heard];
  }

  async hears(nick: string, children: string, room: string = HERE): Promise<void> {
    const id = quote(`said-${Math.random()}`);
    const stanza = `<message to=${quote(room)} type="groupchat" id=${id}>${children}</message>`;
    await this.#play?.sends(session(nick), stanza);
  }
}

/** Makes a room with all people inside, as its owner and members. */
async function furnish(play: Play, room: string): Promise<void> {
  const [owner, ...others] = PEOPLE;
  await play.enters(session(owner), owner, "", room);
  await play.configures(session(owner), {}, room);
  for (const nick of others) {
    const member = item(`${nick}@qtalk.test.org`, "member");
    const query = `<query xmlns="http://jabber.org/protocol/muc#admin">${member}</query>`;
    await play.asks(session(owner), "set", query, room);
    await play.enters(session(nick), nick, "", room);
  }
}
