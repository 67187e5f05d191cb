/** What is on its way between a bot and the played room, in a time that the test lets pass. */
import type { RemoteRooms } from "../../../../component/hooks/remote/remote-rooms.js";
import { NS, xml, type Element } from "../../../../component/xml/builder.js";
import { TestClock } from "../outgoing/parts.js";
import { BOT, jid, type PlayedRoom, type ToBot, type ToRoom } from "./played-room.js";

export abstract class Traffic {
  readonly clock = new TestClock();
  /** What is on its way, in order. */
  toRoom: ToRoom[] = [];
  toBot: ToBot[] = [];
  /** Ids of messages that a stanza or the archive has shown to the component. */
  readonly shown = new Set<string>();
  rooms!: RemoteRooms;
  abstract readonly room: PlayedRoom;

  /** Lets promises, commits and the like run. */
  abstract settle(): Promise<void>;

  /** Lets the room process some of what it got. */
  async receive(count = Infinity): Promise<void> {
    for (let n = 0; n < count && this.toRoom.length > 0 && !this.room.isSilent; n += 1) {
      const [next] = this.toRoom.splice(0, 1);
      if (next !== undefined) this.room.take(next);
      await this.settle();
    }
  }

  /** Hands some of what the room sent to the component. */
  async deliver(count = Infinity): Promise<void> {
    for (let n = 0; n < count && this.toBot.length > 0; n += 1) {
      const [next] = this.toBot.splice(0, 1);
      if (typeof next === "function") next();
      else if (next?.name === "presence") this.rooms.presence(next, jid(next.attrs.from ?? ""), jid(BOT));
      else if (next !== undefined) {
        this.#noteShown(next);
        const stanza = xml("message", { ...next.attrs, to: BOT }, ...next.children);
        if (!this.rooms.consume(stanza)) this.rooms.message(next, jid(next.attrs.from ?? ""), jid(BOT));
      }
      await this.settle();
    }
  }

  /** Lets everything arrive, until nothing is on its way. */
  async exchange(): Promise<void> {
    await this.settle();
    for (let n = 0; n < 1_000; n += 1) {
      if (this.toBot.length === 0 && (this.toRoom.length === 0 || this.room.isSilent)) return;
      await this.receive();
      await this.deliver();
    }
    throw new Error("without end");
  }

  /** Lets time pass; nothing arrives meanwhile, or everything at once. */
  async pass(ms: number, isConnected = true): Promise<void> {
    const until = this.clock.now() + ms;
    while (this.clock.step(until)) {
      await this.settle();
      if (isConnected) await this.exchange();
    }
    await this.settle();
  }

  #noteShown(message: Element): void {
    const inArchive = message.getChild("result")?.getChild("forwarded", NS.forward)?.getChild("message");
    const { id } = (inArchive ?? message).attrs;
    if (id !== undefined && message.attrs.type !== "error") this.shown.add(id);
  }
}
