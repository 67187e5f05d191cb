// @ts-check
/** Finds banned wording: `node scripts/docs/wording.mjs`. The glossary is in development.md. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { argv } from "node:process";
import { pathToFileURL } from "node:url";

/** The files that operators and callers read: documents, help texts, the console. */
const TEXTS =
  /^(?:README\.md|http\/docs\/guide\/[\w-]+\.md|http\/console\/page\/texts\.js|scripts\/(?:commands|config|doctor)\/.+\.ts|(?:component|http)\/(?:\w+\/)?config\.ts)$/;
/** Source files. */
const CODE = /^(?:component|http|scripts|storage)\/.+\.(?:ts|js|sql)$/;
const ALL = new RegExp(`${TEXTS.source}|${CODE.source}`);

/** @type {readonly { files: RegExp, banned: RegExp, instead: string }[]} */
const RULES = [
  { files: TEXTS, banned: /\bwhom\b/i, instead: "the user, program or destination that is meant" },
  { files: TEXTS, banned: /\bsomebody\b/i, instead: "a user, an operator or a program" },
  { files: TEXTS, banned: /\bwhere (?:it|there|that|they) (?:is|are)\b/i, instead: "if" },
  { files: TEXTS, banned: /\bsaid by\b/i, instead: "the active voice" },
  { files: TEXTS, banned: /\b(?:is|are|good) no more\b/i, instead: "no longer" },
  { files: TEXTS, banned: /\b(?:is|are|was|were|be) told\b/i, instead: "gets, receives or is notified" },
  { files: TEXTS, banned: /\bset aside\b/i, instead: "dead letter" },
  { files: TEXTS, banned: /\bturned over\b/i, instead: "rotated" },
  { files: ALL, banned: /barrier/i, instead: "ack request" },
  { files: ALL, banned: /quarantin/i, instead: "rejected stanza or dead letter" },
  { files: ALL, banned: /poison/i, instead: "rejected stanza" },
  { files: ALL, banned: /forging/i, instead: "direct (a send mode)" },
  {
    // In parts about alerts, a roster says who is on duty.
    files: /^component\/(?:muc|outbox|link|people|xml|privilege)\/.+\.ts$/,
    banned: /(?<!jabber:iq:)roster/i,
    instead: "affiliations, or contact list",
  },
];

/** Returns an error message for each line with banned wording. @param {string} file @param {string} text */
export function wordingFaults(file, text) {
  const rules = RULES.filter(({ files }) => files.test(file));
  return text.split("\n").flatMap((line, index) =>
    rules.flatMap(({ banned, instead }) => {
      const [found] = banned.exec(line) ?? [];
      return found === undefined ? [] : [`${file}:${index + 1}: instead of "${found}" write ${instead}`];
    }),
  );
}

if (import.meta.url === pathToFileURL(argv[1] ?? "").href) {
  const files = execFileSync("git", ["ls-files"], { encoding: "utf8" }).split("\n");
  const faults = files
    .filter((file) => ALL.test(file))
    .flatMap((file) => wordingFaults(file, readFileSync(file, "utf8")));
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
}
