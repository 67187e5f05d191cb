/** Small versions of cases in which the state machine of the outbox broke a guarantee; world-events.ts has their words. */
import { expect } from "chai";
import { Folder } from "../../support/folder.js";
import { happen } from "./world-events.js";
import { World } from "./world.js";
import { POLICY, WITHOUT_REASON } from "./world-server.js";

interface Case {
  readonly events: string;
  /** How the server closes the stream for a rejected stanza. */
  readonly rejection?: typeof POLICY;
  readonly isDirect?: boolean;
  /** How many privileged messages the server refuses; it routes none. */
  readonly refused?: number;
}

/** Lets the server process so many writes of suspects, which are written one by one. */
const singly = (count: number): string => "receive 1; serve 1; deliver 1; ".repeat(count);
const calls = (count: number, call: string): string => Array<string>(count).fill(call).join(" | ");

const CASES: Readonly<Record<string, Case>> = {
  "sends a refused call once if it is repeated twice before it is answered": {
    // The queue holds 120.
    events: `accept ${calls(20, "plain*6")} | ids plain*2; link; repeat 0 0`,
  },
  "sends no direct message before privileged ones that were refused as the permission was revoked": {
    // The component learns of the change before the server receives the privileged messages.
    events: "permit qtalk.test.org; link; accept plain*2; revoke qtalk.test.org; deliver; accept plain",
    refused: 2,
  },
  "copies a privileged message that was refused as the permission was revoked": {
    events: "permitting; link; accept copied plain; revoke qtalk.test.org",
    refused: 2,
  },
  "sends rows that wait before one that is stored as parked": {
    events: "link; accept plain; exchange; close reset; accept plain*3; restart-last-parked; link",
  },
  "counts a dead letter that an operator retries while a call commits": {
    events:
      "link; accept rejected; exchange; wait 59; open; exchange; wait 59; open; exchange; accept-and-retry plain; link",
    rejection: POLICY,
  },
  "sends again what a server lost after the clock was set back": {
    events: "link; accept plain*3; exchange; clock -601; crash-server",
  },
  "sends again what a server lost after the clock was set back and the component was killed": {
    events: "link; accept plain*3; exchange; clock -601; restart; crash-server",
  },
  "goes on after a dead letter that follows an expired stanza": {
    events: "accept expiring room | room; wait 601; crash-server; accept rejected room",
    rejection: POLICY,
  },
  "doesn't confirm a repeated call while its rows are parked": {
    events: "permitting; link; accept ids plain room | room; revoke qtalk.test.org; repeat 0",
    isDirect: false,
  },
  "keeps a room's order if a part of its replayed stanzas is among suspects": {
    events: "link; accept room | room rejected room; exchange; link; crash-server",
  },
  "finds a rejected stanza behind a replayed call of which a part has expired": {
    // The rejected stanza is the first in one of the eleven parts in which the suspects are written.
    events: `link; accept expiring plain*2; wait 601; exchange; crash-server;
      accept ${calls(18, "plain*6")} | rejected plain`,
  },
  "answers a call whose last stanza is a dead letter if the stanzas before it are replayed": {
    events: "uptime error; link; accept copied copied-rejected",
    rejection: POLICY,
  },
  "sends the acked part of a row once over a connection if a send mode changes": {
    events: `link; accept many rejected; exchange; open; ${singly(5)} permit h`,
    rejection: POLICY,
  },
  "sends the acked part of a parked row once over a connection if a send mode changes": {
    events: `permitting; link; revoke h; accept many; exchange; permit h; accept rejected; exchange; open;
      ${singly(5)} revoke qtalk.test.org`,
    rejection: POLICY,
    isDirect: false,
  },
  "sends the acked part of a row again if the server restarts before the rest is acked": {
    events: `link; accept plain; exchange; wait 601; accept room-rejected; exchange; open;
      ${"receive 3; serve 3; deliver 3; ".repeat(4)} crash-server`,
    rejection: POLICY,
  },
};

describe("The outbox, in former counterexamples of the state machine", () => {
  const folder = new Folder();
  let worlds = 0;
  after(() => folder.remove());

  for (const [title, { events, rejection = WITHOUT_REASON, isDirect, refused }] of Object.entries(CASES))
    it(title, async () => {
      const world = new World(folder.at(`${++worlds}.db`), rejection, isDirect);
      try {
        for (const event of events.split(";")) {
          await happen(world, event);
          expect(await world.disagreements(), event).to.deep.equal([]);
        }
        await world.drain();
        expect(world.violations()).to.deep.equal([]);
        if (refused !== undefined) expect(world.link.privileged).to.deep.equal({ routed: 0, refused });
      } finally {
        await world.end();
      }
    });
});
