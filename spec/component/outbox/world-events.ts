/**
 * The events of the state machine's world as text: random cases are made of them, and a counterexample can be kept as a
 * test. Words follow the event's name:
 *
 * accept plain ids*2 …   calls at the same time, separated by "|", each with the kinds of its rows (`plain*6`: six); with
 *                        `ids`, a call's repetition is recognised
 * repeat 0 0             repeats calls, by their number among those with `ids`
 * receive, serve, deliver 3   lets the server, its multicast service or the component receive stanzas; all without a number
 * exchange, link         the same until nothing is on its way; `link` opens the link before
 * close silent           ends the link in one of the ways of ENDS
 * wait 59                lets seconds pass
 * clock -601             sets the machine's clock, by so many seconds
 * retry 0, drop 0        lets an operator handle a dead letter, by its number among those that are left
 * accept-and-retry plain the same at once: an operator retries the first dead letter, and then a call is accepted
 */
import type { StreamEnd } from "../../../component/link/stream-end.js";
import type { UptimeAnswer } from "../../support/fake-link.js";
import { HOSTS } from "./world-server.js";
import type { Call, Kind, World } from "./world.js";

export const ENDS = {
  reset: { cause: "network", text: "ECONNRESET" },
  closed: { cause: "closed", text: "closed" },
  silent: { cause: "silent", text: "silent" },
  shutdown: { cause: "stream-error", condition: "system-shutdown", text: "bye" },
  "invalid-from": { cause: "stream-error", condition: "invalid-from", text: "no" },
} satisfies Record<string, StreamEnd>;

type Words = readonly string[];
const count = ([words = "Infinity"]: Words): number => Number(words);
const EVENTS: Readonly<Record<string, (world: World, words: Words) => unknown>> = {
  accept: (world, words) => {
    for (const call of words.join(" ").split(" | ")) world.accept(callOf(call.split(" ")));
  },
  repeat: (world, which) => which.forEach((one) => world.repeat(Number(one))),
  retry: (world, [which]) => world.handleLetter("retry", Number(which)),
  drop: (world, [which]) => world.handleLetter("drop", Number(which)),
  "accept-and-retry": (world, words) => {
    world.handleLetter("retry", 0);
    world.accept(callOf(words));
  },
  receive: (world, words) => world.link.receive(count(words)),
  serve: (world, words) => world.link.serve(count(words)),
  deliver: (world, words) => world.link.deliver(count(words)),
  exchange: (world) => world.exchange(),
  open: (world) => world.link.open(),
  link: (world) => {
    world.link.open();
    return world.exchange();
  },
  close: (world, [how]) => world.link.close(ENDS[how as keyof typeof ENDS]),
  wait: (world, [seconds]) => (world.time += Number(seconds) * 1000),
  clock: (world, [seconds]) => world.setClock(Number(seconds) * 1000),
  "read-only": (world) => world.setReadOnly(true),
  writable: (world) => world.setReadOnly(false),
  restart: (world) => world.restart(),
  // As releases with version 1 of the schema put dead letters back
  "restart-last-parked": (world) =>
    world.restart("UPDATE outbox SET parked = 1 WHERE row_id = (SELECT max(row_id) FROM outbox)"),
  "crash-server": (world) => world.crashServer(),
  uptime: (world, [answer]) => (world.link.uptimeAnswer = answer as UptimeAnswer),
  refusing: (world, [isOn]) => (world.link.isRefusing = isOn === "on"),
  permitting: (world) => (world.link.permitting = new Set(HOSTS)),
  permit: (world, [host = ""]) => world.link.permit(host, true),
  revoke: (world, [host = ""]) => world.link.permit(host, false),
};

function callOf(words: Words): Call {
  const kinds = words
    .filter((word) => word !== "ids")
    .flatMap((word) => {
      const [kind, times = "1"] = word.split("*");
      return Array<Kind>(Number(times)).fill(kind as Kind);
    });
  return { kinds, hasFingerprints: words.includes("ids") };
}

/** Lets an event happen, and waits for its consequences. */
export async function happen(world: World, line: string): Promise<void> {
  const [name = "", ...words] = line.trim().split(" ");
  const event = EVENTS[name];
  if (event === undefined) throw new Error(`no event: ${line}`);
  await event(world, words);
  await world.settle();
}
