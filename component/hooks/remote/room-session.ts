/** Sends stanzas from one bot to one room of another group chat service. */
import type { Logger } from "winston";
import type { IqAnswer, IqRequests } from "../../iq-requests.js";
import type { AccountJid, FullJid, Jid } from "../../address.js";
import { xml, type Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import type { WireText } from "../../xml/wire-text.js";
import { inBackground } from "../../background.js";

export class RoomSession {
  constructor(
    readonly bot: FullJid,
    readonly room: AccountJid,
    /** The timeout of every response, in milliseconds. */
    readonly timeout: number,
    private readonly wire: {
      readonly requests: Pick<IqRequests, "ask">;
      readonly unqueued: { write(stanza: WireText): boolean };
      readonly log: Logger;
    },
  ) {}

  /** Does work that nobody awaits. @param what what the bot does, for the log */
  background(work: Promise<unknown>, what: string): void {
    inBackground(work, `${what} ${this.room.text} by ${this.bot.bare.text}`, this.wire.log);
  }

  /** Writes a finished stanza. Returns false if the stanza is lost. */
  write(stanza: WireText): boolean {
    return this.wire.unqueued.write(stanza);
  }

  /** Sends an IQ request, by default to the room. */
  ask(type: "get" | "set", payload: Element, to: Jid = this.room): Promise<IqAnswer> {
    return this.wire.requests.ask({ type, to, from: this.bot, payload, timeout: this.timeout });
  }

  /** Sends a presence to this nickname. Returns false if the presence is lost or the nickname is invalid. */
  sendPresence(nick: string, type?: string, ...children: readonly (Element | undefined)[]): boolean {
    const to = this.room.withResource(nick)?.text;
    if (to === undefined) return false;
    return this.write(serialise(xml("presence", { from: this.bot.text, to, type }, ...children)));
  }
}
