/** The format of Gotify's clients (gotify/server, api/message.go): `POST BASE/message` with title, message, priority. */
import { fieldsOf, textOf, urlOf } from "./fields.js";
import { fromMarkdown } from "./markdown.js";
import { notificationFormat } from "./notification.js";

/** The lowest priority of each severity. Programs give ordinary messages 5 or nothing, and Gotify's apps ring from 8 on. */
const PRIORITIES: readonly (readonly [least: number, severity: string])[] = [
  [8, "critical"],
  [6, "warning"],
  [4, ""],
  [1, "info"],
  [-Infinity, ""],
];

export const gotify = notificationFormat({
  name: "gotify",
  knownBy: "JSON with message and a numeric priority, or the path …/message",
  isRetried: false,
  suffixes: ["message"],
  takesToken: true,
  dialect: "gotify",
  recognises: ({ json, suffix }) =>
    textOf(json?.value, "message") !== "" &&
    // Posts to ntfy have the same fields, and a topic; those to Pushover a user, and priorities from -2 to 2.
    ["topic", "user"].every((name) => textOf(json?.value, name) === "") &&
    (suffix === "message" || /^-?\d+$/.test(textOf(json?.value, "priority")) || hasExtras(json?.value)),
  parse: ({ json }) => {
    const value = json?.value;
    // The names of extras have dots and colons, so they are no paths.
    const extras = fieldsOf(value, "extras");
    const display = textOf(extras["client::display"], "contentType");
    const shown = extras["client::notification"];
    const message = textOf(value, "message");
    return {
      title: textOf(value, "title"),
      text: display === "text/markdown" ? fromMarkdown(message) : message,
      severity: severityOf(textOf(value, "priority")),
      links: [{ name: "", url: urlOf(shown, "click.url") }],
      image: urlOf(shown, "bigImageUrl"),
    };
  },
});

function hasExtras(value: unknown): boolean {
  return Object.keys(fieldsOf(value, "extras")).some((name) => name.startsWith("client::"));
}

function severityOf(priority: string): string {
  const given = priority === "" ? 0 : Number(priority);
  return PRIORITIES.find(([least]) => given >= least)?.[1] ?? "";
}
