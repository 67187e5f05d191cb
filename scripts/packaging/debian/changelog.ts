/** Converts CHANGELOG.md (Keep a Changelog) to Debian's format (deb-changelog(5)). */

interface Release {
  readonly name: string;
  /** The time of the release, in milliseconds since 1970. */
  readonly at: number;
  /** The changes, in Debian's format. */
  readonly lines: readonly string[];
}

export interface About {
  readonly version: string;
  readonly maintainer: string;
  /** The time of the build, in milliseconds since 1970. */
  readonly builtAt: number;
}

const UNRELEASED = "Unreleased";
/** The longest line without its indentation, in characters. */
const WIDTH = 74;

/** Returns the changelog in Debian's format. Unreleased changes become part of the version that is built. */
export function debianChangelog(markdown: string, { version, maintainer, builtAt }: About): string {
  const releases = releasesOf(markdown, builtAt);
  const isBuilt = ({ name }: Release): boolean => name === UNRELEASED || name === version;
  const lines = releases.filter(isBuilt).flatMap((release) => release.lines);
  const built = { name: version, at: builtAt, lines };
  return [built, ...releases.filter((release) => !isBuilt(release))]
    .map(({ name, at, lines: changes }) => {
      const date = new Date(at).toUTCString().replace("GMT", "+0000");
      const body = changes.length === 0 ? ["  * No changes."] : changes;
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

/** Returns a release's headings, items and paragraphs, each joined into one line. */
function itemsOf(release: string): string[] {
  const [, ...blocks] = release.split(/\n(?=- |### )|\n{2,}/);
  return blocks.map((block) => block.replace(/\s+/g, " ").trim()).filter((block) => block !== "");
}

/** Wraps a text as a list item; a heading is put in brackets. */
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
