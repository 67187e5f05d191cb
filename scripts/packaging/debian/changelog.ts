/** CHANGELOG.md (Keep a Changelog) in the form that Debian's tools read (deb-changelog(5)). */

interface Release {
  readonly name: string;
  /** In milliseconds since 1970. */
  readonly at: number;
  readonly lines: readonly string[];
}

export interface About {
  /** The version of the package that is built. */
  readonly version: string;
  /** Name and address. */
  readonly maintainer: string;
  /** When it is built, in milliseconds since 1970. */
  readonly builtAt: number;
}

const UNRELEASED = "Unreleased";
/** Characters of a line, beside what it begins with. */
const WIDTH = 74;

/** What isn't released yet belongs to the version that is built. */
export function debianChangelog(markdown: string, { version, maintainer, builtAt }: About): string {
  const releases = releasesOf(markdown, builtAt);
  const isBuilt = ({ name }: Release): boolean => name === UNRELEASED || name === version;
  const lines = releases.filter(isBuilt).flatMap((release) => release.lines);
  const built = { name: version, at: builtAt, lines };
  return [built, ...releases.filter((release) => !isBuilt(release))]
    .map(({ name, at, lines: changes }) => {
      const date = new Date(at).toUTCString().replace("GMT", "+0000");
      const body = changes.length === 0 ? ["  * A package of this version."] : changes;
      return [
        `qtalk-component (${name}) unstable; urgency=medium\n`,
        ...body,
        `\n -- ${maintainer}  ${date}\n`,
      ].join("\n");
    })
    .join("\n");
}

function releasesOf(markdown: string, builtAt: number): Release[] {
  return markdown
    .split(/^## /m)
    .slice(1)
    .map((text) => {
      const [, name = "", date] = /^\[?([^\]\s]+)\]?(?: - (\S+))?/.exec(text) ?? [];
      const at = date === undefined ? builtAt : Date.parse(date);
      return { name, at, lines: itemsOf(text).flatMap(linesOf) };
    });
}

/** Headings, items and paragraphs, each in a line, whatever the file's own lines. */
function itemsOf(release: string): string[] {
  const [, ...blocks] = release.split(/\n(?=- |### )|\n{2,}/);
  return blocks.map((block) => block.replace(/\s+/g, " ").trim()).filter((block) => block !== "");
}

/** Headings in brackets, everything else with asterisks, in lines that Debian's tools like. */
function linesOf(item: string): string[] {
  if (item.startsWith("### ")) return [`  [ ${item.slice(4)} ]`];
  const lines = [""];
  for (const word of item.replace(/^- /, "").split(" ")) {
    const line = `${lines.at(-1) ?? ""} ${word}`.trimStart();
    if (line.length <= WIDTH) lines[lines.length - 1] = line;
    else lines.push(word);
  }
  return lines.map((line, index) => `${index === 0 ? "  * " : "    "}${line}`);
}
