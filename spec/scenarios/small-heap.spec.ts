/**
 * What strangers send stays in no memory: with the heap of the image, where what is kept ends the process. Each scene sends
 * far more than fits.
 */
import { expect } from "chai";
import type { ComponentProcess } from "../../scripts/lab/component-process.js";
import { IMAGE_HEAP, memoryBytes } from "../../scripts/lab/processes.js";
import type { RawComponent } from "../support/raw-component.js";
import { onEachServer } from "../support/servers.js";
import { MUC } from "./rooms-people.js";

const HOSTILE = "hostile.test.org";
/** How much memory all strangers together may cost, in bytes. */
const MOST_BYTES = 64e6;
const PADDING = "x".repeat(60_000);
/** If all were kept, this would be more than MOST_BYTES. */
const STANZAS = 1_250;
/** How many stanzas are on their way before the next are sent. */
const AT_ONCE = 50;

onEachServer(
  (stage) => {
    let component: ComponentProcess;
    let hostile: RawComponent;
    let domain: string;
    let before: number;

    beforeEach(async () => {
      domain = stage.server.component().domain;
      component = await stage.start(domain, { node: IMAGE_HEAP });
      await component.ready();
      hostile = await stage.component(HOSTILE);
      await floods(
        hostile,
        domain,
        100,
        (number) => `<presence from="a${number}@${HOSTILE}/x" to="${domain}"/>`,
      );
      before = memoryBytes(component.pid, "VmRSS");
    });
    const costsLittle = (): void => {
      expect(component.isRunning, component.log.slice(-2_000)).to.equal(true);
      expect(memoryBytes(component.pid, "VmHWM") - before).to.be.below(MOST_BYTES);
    };
    // Prosody takes half a minute for each flood.
    const isSlow = stage.server.kind === "prosody";

    for (const [kind, stanza] of Object.entries<(from: string, number: number) => string>({
      messages: (from, number) =>
        `<message from="${from}" to="room${number}@${domain}" type="groupchat"><body>${PADDING}</body></message>`,
      presences: (from, number) =>
        `<presence from="${from}" to="room${number}@${domain}/nick"><x xmlns="${MUC}"/><a xmlns="x">${PADDING}</a></presence>`,
      questions: (from, number) =>
        `<iq from="${from}" to="room${number}@${domain}" type="get" id="q${number}"><query xmlns="http://jabber.org/protocol/disco#info">${PADDING}</query></iq>`,
      "messages to the service": (from) =>
        `<message from="${from}" to="${domain}"><body>${PADDING}</body></message>`,
    })) {
      if (isSlow && kind !== "messages") continue;
      it(`keeps nothing of large ${kind} from many addresses`, async () => {
        await floods(hostile, domain, STANZAS, (number) =>
          stanza(`stranger-${number}@${HOSTILE}/resource-${number}`, number),
        );
        costsLittle();
      });
    }

    if (isSlow) return;
    it("refuses bodies of nobody before they are parsed", async () => {
      const keys = Array.from({ length: 700_000 }, (_, number) => `"k${number}":1`).join();
      for (const path of ["/console/api/login", "/hooks/x/y", "/hooks/abcdef", "/nothing"]) {
        const request = {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: `{${keys}}`,
        };
        const url = `http://127.0.0.1:${component.httpPort}${path}`;
        // A connection that goes on with a refused body may be closed before the answer is read.
        const status = await fetch(url, request).then(
          (response) => response.status,
          () => 0,
        );
        expect(status, path).to.be.oneOf([0, 404, 413, 422]);
      }
      costsLittle();
    });

    it("keeps nothing of the padding with which a room elsewhere announces its occupants", async () => {
      const room = `trap@${HOSTILE}`;
      const added = component.command("hook", "add", "helper", "--to", room);
      await plays(hostile, room);
      await added;
      await component.until(
        async () => (await component.command("bot", "list")).includes("inside"),
        "inside the hostile room",
      );
      await floods(hostile, domain, STANZAS, (number) => {
        const item = `<item affiliation="none" role="participant" jid="somebody-${number}@elsewhere.test/x"/>`;
        return `<presence from="${room}/occupant-${number}" to="helper@${domain}/bot"><x xmlns="${MUC}#user">${item}</x><a xmlns="x">${PADDING}</a></presence>`;
      });
      costsLittle();
    });
  },
  { components: [{ domain: "conference.qtalk.test.org" }, { domain: HOSTILE }] },
);

/** Sends so many stanzas, as fast as the component handles them. */
async function floods(
  hostile: RawComponent,
  to: string,
  count: number,
  stanza: (number: number) => string,
): Promise<void> {
  for (let number = 0; number < count; number++) {
    hostile.write(stanza(number));
    if (number % AT_ONCE !== AT_ONCE - 1) continue;
    const id = `handled-${number}`;
    hostile.write(
      `<iq from="${HOSTILE}" to="${to}" type="get" id="${id}"><ping xmlns="urn:xmpp:ping"/></iq>`,
    );
    await hostile.next(({ attrs }) => attrs.id === id);
  }
}

/** Plays a room until a bot is inside: answers its questions, and lets it enter. */
async function plays(hostile: RawComponent, room: string): Promise<void> {
  for (;;) {
    const { name, attrs } = await hostile.next(
      ({ attrs: { to = "", type } }) => to.startsWith(room) && type !== "error",
    );
    const { id = "", from = "", to = "" } = attrs;
    if (name === "iq")
      hostile.write(
        `<iq type="result" id="${id}" from="${to}" to="${from}"><query xmlns="http://jabber.org/protocol/disco#info"><identity category="conference" type="text"/></query></iq>`,
      );
    if (name !== "presence") continue;
    hostile.write(
      `<presence from="${to}" to="${from}"><x xmlns="${MUC}#user"><item affiliation="none" role="participant"/><status code="110"/></x></presence>`,
    );
    return;
  }
}
