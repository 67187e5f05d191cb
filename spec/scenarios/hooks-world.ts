/** A component and its hooks, as an operator makes them and programs post to them. */
import type { Client } from "../../scripts/lab/client.js";
import type { ComponentProcess } from "../../scripts/lab/component-process.js";
import { operate } from "../support/command-line.js";
import type { TestServer } from "../support/servers.js";
import { CalledRoom, type Person } from "./rooms-people.js";

/** Makes a hook. @returns its address, and what else was printed */
export async function addHook(
  component: ComponentProcess,
  name: string,
  ...options: readonly string[]
): Promise<string> {
  return (await operate(component, "hook", "add", name, ...options)).trim();
}

export interface Answered {
  readonly status: number;
  readonly text: string;
  readonly delivery: string | null;
  /** The message's. */
  readonly id: string;
  /** The request's. */
  readonly request: string;
}

/** Posts: objects as JSON, text as it is. */
export async function post(
  url: string,
  body: string | object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const isText = typeof body === "string";
  const type = isText ? "text/plain" : "application/json";
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": type, ...headers },
    body: isText ? body : JSON.stringify(body),
  });
  return {
    status: response.status,
    text: (await response.text()).trim(),
    delivery: response.headers.get("x-qtalk-delivery"),
    id: response.headers.get("x-qtalk-message-id") ?? "",
    request: response.headers.get("x-request-id") ?? "",
  };
}

/** What became of a message. */
export async function stateOf(url: string, id: string): Promise<{ readonly state?: string }> {
  return (await (await fetch(`${url}/messages/${id}`)).json()) as { state?: string };
}

/** Waits until a message is in this state. */
export async function becomes(
  component: ComponentProcess,
  [url, id]: readonly [url: string, id: string],
  state: "confirmed" | "bounced",
): Promise<void> {
  await component.until(async () => (await stateOf(url, id)).state === state, `notified that it is ${state}`);
}

/** Creates a room by a call. @returns its owner, who is inside */
export async function inRoom(
  stage: TestServer,
  component: ComponentProcess,
  id: string,
  ...members: readonly Client[]
): Promise<Person> {
  const client = await stage.client("juliet");
  const room = await CalledRoom.make(component, [id, stage.domain], client, ...members);
  return await room.admits(client, "Juliet");
}
