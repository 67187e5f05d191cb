/** Converts mrkdwn, Slack's markup, to that of XEP-0393: references in angle brackets and escapes differ. */
import { ownProperty } from "../../own-property.js";

/** Matches `<target|label>` and `<target>`. */
const REFERENCE = /<([^<>|\n]*)(?:\|([^<>\n]*))?>/g;
const ESCAPED: Readonly<Record<string, string>> = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };

export function fromMrkdwn(text: string): string {
  return unescaped(text.replace(REFERENCE, (_, target: string, label?: string) => shown(target, label)));
}

function shown(target: string, label: string | undefined): string {
  const name = label?.trim() ?? "";
  switch (target.charAt(0)) {
    case "@":
    case "#":
      return `${target.charAt(0)}${(name === "" ? target.slice(1) : name).replace(/^[@#]/, "")}`;
    case "!": {
      // The target is a special mention or a date: <!here>, <!subteam^ID|@group>, <!date^1700000000^{date}|14 Nov 2023>
      const [word = ""] = target.slice(1).split("^");
      if (word === "date") return name;
      return name === "" ? `@${word}` : name;
    }
    default: {
      const url = target.replace(/^mailto:/, "");
      return name === "" || name === url ? url : `${name} (${url})`;
    }
  }
}

function unescaped(text: string): string {
  return text.replace(/&(?:lt|gt|amp);/g, (entity) => ownProperty(ESCAPED, entity) ?? entity);
}
