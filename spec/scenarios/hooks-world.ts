/** A component and its hooks, as an operator makes them and programs post to them. */
import type { ComponentProcess } from "../../scripts/lab/component-process.js";
import { operate, runCommand, type Outcome } from "../support/command-line.js";

/** Runs a command on the component's configuration, while it runs. */
export function command(component: ComponentProcess, ...args: readonly string[]): Promise<Outcome> {
  return runCommand([...args, "--config", component.configFile]);
}

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
export async function stateOf(url: string, id: string): Promise<unknown> {
  return await (await fetch(`${url}/messages/${id}`)).json();
}
