/** A server with group chats of its own, and a component whose bots enter them. */
import { expect } from "chai";
import type { ComponentProcess } from "../../scripts/lab/component-process.js";
import { xml } from "../../scripts/lab/client.js";
import type { ServerKind } from "../../scripts/lab/installed.mjs";
import type { ServerOptions } from "../../scripts/lab/options.js";
import { command } from "../support/command-line.js";
import type { TestServer } from "../support/servers.js";
import { MUC, Person, USER } from "./rooms-people.js";

export const ROOMS = "rooms.qtalk.test.org";

/** A domain with very many users, and one for a component beside the suite's. */
export const CROWD = "crowd.test.org";
export const STEWARDS = "stewards.test.org";

/** Both servers keep archives of their rooms. */
export function withRooms(kind: ServerKind): ServerOptions {
  const components = ["conference.qtalk.test.org", CROWD, STEWARDS].map((domain) => ({ domain }));
  if (kind === "prosody") {
    const muc = `Component "${ROOMS}" "muc"\n  modules_enabled = { "muc_mam" }\n  muc_log_by_default = true`;
    return { components, extra: muc };
  }
  const options = { mam: true, allow_user_invites: true, max_users: 500 };
  const mod_muc = { host: ROOMS, max_users: 500, default_room_options: options };
  return { components, extra: JSON.stringify({ modules: { mod_muc } }) };
}

/** Creates a room of the server's own. @returns its owner, who is inside */
export async function owner(
  stage: TestServer,
  name: string,
  fields: Readonly<Record<string, string>> = {},
  account: Parameters<TestServer["client"]>[0] = "juliet",
): Promise<Person> {
  const juliet = new Person(await stage.client(account), `${name}@${ROOMS}`, "Juliet");
  await juliet.client.send(xml("presence", { to: juliet.address }, xml("x", { xmlns: MUC })));
  await juliet.sees("Juliet");
  const answer = await juliet.configures({ persistentroom: "1", ...fields });
  expect(answer.attrs.type).to.equal("result");
  return juliet;
}

/** Invites a user through the room (XEP-0045 §7.8.2). */
export async function invites({ client, room }: Person, to: string): Promise<void> {
  await client.send(
    xml("message", { to: room }, xml("x", { xmlns: USER }, xml("invite", { to }, xml("reason", {}, "Come")))),
  );
}

/** What `bot list` says of a bot and a room, once it says this. */
export async function listed(
  component: ComponentProcess,
  bot: string,
  room: string,
  what: RegExp,
): Promise<string> {
  let line = "";
  await component.until(
    async () => {
      const { stdout } = await command(component, "bot", "list");
      line =
        stdout.split("\n").find((each) => each.startsWith(`${bot}@`) && each.includes(` ${room} `)) ?? "";
      return what.test(line);
    },
    `as listed: ${String(what)}`,
  );
  return line;
}

/** How often a person received a message. */
export function timesHeard({ client, room }: Person, id: string): number {
  return client.received.filter(
    ({ name, attrs }) => name === "message" && attrs.id === id && attrs.from?.startsWith(room),
  ).length;
}
