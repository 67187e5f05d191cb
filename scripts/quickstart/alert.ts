/** The demonstration's alert: a room, a hook to it, and a person who takes what is posted there with 👀. */
import { randomUUID } from "node:crypto";
import { NS, xml, type Element } from "../../component/xml/builder.js";
import { MUC } from "../../component/muc/wire/ns.js";
import type { Client } from "../lab/client.js";
import { askComponent } from "../operator-socket.js";

const ROOM = "ops";
const TAKE = "👀";

export class DemonstratedAlert {
  /** The room's id (XEP-0359) of the alert that was posted last; undefined: none was. */
  #latest: string | undefined;

  private constructor(
    private readonly url: string,
    private readonly room: string,
    private readonly person: Client,
  ) {}

  /** Makes the room and the hook, and lets the person enter. @param database the path of the component's database */
  static async prepare(database: string, domain: string, person: Client): Promise<DemonstratedAlert> {
    const operate = async (operation: string, given: object): Promise<Readonly<Record<string, unknown>>> =>
      JSON.parse((await askComponent(database, `/admin/${operation}`, given)) ?? "{}") as Record<
        string,
        unknown
      >;
    await operate("room/make", { room: ROOM, owner: person.bareJid, title: "Ops" });
    const { url } = await operate("hook/add", { name: "alerts", to: ROOM, update: true });
    if (typeof url !== "string") throw new Error("the hook of the example was not made");
    const room = `${ROOM}@${domain}`;
    const address = `${room}/${person.username}`;
    await person.send(xml("presence", { to: address }, xml("x", { xmlns: MUC.muc })));
    await person.next((stanza) => stanza.is("presence") && stanza.attrs.from === address);
    return new DemonstratedAlert(url, room, person);
  }

  /** A command that posts an alert. */
  get curl(): string {
    return `curl '${this.url}?alert=disk' -d 'The disk of db1 is full'`;
  }

  /** Notes a message that the person received. */
  note(message: Element): void {
    const isCorrection = message.getChild("replace", NS.correct) !== undefined;
    const ids = message.getChildren("stanza-id", NS.sid);
    if (!isCorrection)
      this.#latest = ids.find(({ attrs }) => attrs.by === this.room)?.attrs.id ?? this.#latest;
  }

  /** The person reacts to the alert that was posted last (XEP-0444). */
  async take(): Promise<void> {
    if (this.#latest === undefined) return;
    const reactions = xml("reactions", { xmlns: NS.reactions, id: this.#latest }, xml("reaction", {}, TAKE));
    await this.person.send(xml("message", { to: this.room, type: "groupchat", id: randomUUID() }, reactions));
  }
}
