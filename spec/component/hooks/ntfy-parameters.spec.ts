/** Every name that ntfy's documentation gives a parameter ("List of all parameters"), as a header and in the query. */
import { expect } from "chai";
import type { Payload } from "../../../component/hooks/formats/format.js";
import { ntfy } from "../../../component/hooks/formats/ntfy.js";
import { said } from "./said.js";

/** By the parameter: its value, the other parameters of the post, and its names, of which the first stands for all. */
const PARAMETERS: readonly [string, Readonly<Record<string, string>>, readonly string[]][] = [
  ["Disk full", {}, ["title", "x-title", "ti", "t"]],
  ["from a parameter", {}, ["message", "x-message", "m"]],
  ["5", { title: "Disk full" }, ["priority", "x-priority", "prio", "p"]],
  ["skull,db1", {}, ["tags", "x-tags", "tag", "ta"]],
  ["https://example.org/a", { title: "Disk full" }, ["click", "x-click"]],
  ["https://example.org/a.png", { title: "Disk full" }, ["attach", "x-attach", "a"]],
  ["plot.png", { attach: "https://example.org/1" }, ["filename", "x-filename", "file", "f"]],
  ["yes", { title: "Disk full" }, ["markdown", "x-markdown", "md"]],
  ["view, Open, https://example.org/o", { title: "Disk full" }, ["actions", "x-actions", "action"]],
  ["disk-1", { title: "Disk full" }, ["sequence-id", "x-sequence-id", "sid"]],
  ["30m", { title: "Disk full" }, ["delay", "x-delay", "at", "x-at", "in", "x-in"]],
  ["juliet@example.org", { title: "Disk full" }, ["email", "x-email", "x-e-mail", "e-mail", "mail", "e"]],
  ["+15551234", { title: "Disk full" }, ["call", "x-call"]],
  ["github", { title: "Disk full" }, ["template", "x-template", "tpl"]],
  ["1", { title: "Disk full" }, ["unifiedpush", "x-unifiedpush", "up"]],
];

/** What becomes of a post with a text, but for the parameter message, which gives the text itself. */
function becomes(given: Partial<Payload>, name: string): unknown {
  const posted: Payload = {
    headers: {},
    text: /^(?:x-)?m(?:essage)?$/.test(name) ? "" : "the *text*",
    ...given,
  };
  const read = ntfy.read(posted);
  return {
    lines: said(posted, "ntfy"),
    image: "image" in read && read.image,
    key: "messageKey" in read && read.messageKey,
  };
}

describe("ntfy's parameters", () => {
  for (const [value, others, names] of PARAMETERS) {
    const [first = ""] = names;
    it(`${first} has a meaning, and the same by each of its names: ${names.join(", ")}`, () => {
      const meant = becomes({ headers: { ...others, [first]: value } }, first);
      expect(meant).to.not.deep.equal(becomes({ headers: others }, first));
      for (const name of names) {
        expect(becomes({ headers: { ...others, [name]: value } }, name), `header ${name}`).to.deep.equal(
          meant,
        );
        const query = new URLSearchParams({ ...others, [name]: value });
        expect(becomes({ query }, name), `query ${name}`).to.deep.equal(meant);
      }
    });
  }
});
