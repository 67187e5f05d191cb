/** Notifications: a title, a text, a priority and links, as programs send them that know no alerts. */
import { hasState, RESOLVED, signed, severitySign, type AlertLink, type Status } from "./alert.js";
import {
  templateIn,
  type Format,
  type ParsedPayload,
  type Payload,
  type PostEvent,
  type ShortenUrl,
} from "./format.js";
import { shortened } from "./shortening.js";
import { withTold } from "./vague-titles.js";
import type { HookFault } from "../fault.js";

/** The widths of a notification's parts, in characters. */
const WIDTH = { title: 200, links: 600 };
const MOST_LINKS = 5;

export interface PostedNotification {
  /** "" if there is none. */
  readonly title: string;
  readonly text: string;
  /** The severity for which the title has a sign (alert.ts); "" for an ordinary notification, which has none. */
  readonly severity: string;
  /** Whether it says that something is well or over. */
  readonly isGood?: boolean;
  readonly links?: readonly AlertLink[];
  readonly image?: string | undefined;
  /** The program's key for the message: a post with the same key corrects it. */
  readonly messageKey?: string | undefined;
  /** What the program says about an alert: the same key in all posts about it. */
  readonly alert?: { readonly key: string; readonly status: Status } | undefined;
  readonly event?: PostEvent | undefined;
}

/** Makes a format of notifications. `parse` parses a post. */
export function notificationFormat({
  parse,
  ...format
}: Omit<Format, "read" | "template"> & {
  readonly parse: (posted: Payload) => PostedNotification | HookFault;
}): Format {
  return {
    ...format,
    template: templateIn("notification"),
    read: (posted, shortenUrl) => {
      const notification = parse(posted);
      return "kind" in notification ? notification : contentOf(notification, shortenUrl);
    },
  };
}

function contentOf(notification: PostedNotification, shortenUrl: ShortenUrl | undefined): ParsedPayload {
  const { severity, links = [], image, messageKey, alert, event } = notification;
  const { title: given, text } = withTold(unwrapped(notification.title), notification.text);
  const title = shortened(given, WIDTH.title);
  const sign = signOf(notification, title);
  // The title isn't bold (XEP-0393): clients show the stars in notifications.
  const heading = signed(sign, title);
  const isOneLine = sign !== "" && title === "";
  const said = isOneLine ? `${heading} ${text}` : text;
  const shown = isOneLine ? "" : heading;
  const view = { heading: shown, title, text: said, severity, links: shownLinks(links, text, shortenUrl) };
  return {
    view,
    ...(shown === "" && view.links.length === 0 && { plain: said }),
    event,
    image: image === "" ? undefined : image,
    messageKey,
    alert: alert && { ...alert, severity, title: title || shortened(text, WIDTH.title), labels: {} },
  };
}

/** What programs write in front of titles about what is over, and the signs of what is well. */
const OVER = /^\W{0,3}(?:RESOLVED|RECOVERED|CLEAR(?:ED)?|OK)\b/;
const GOOD = /^[^\p{Extended_Pictographic}]*(?:✅|🟢)/u;

function signOf({ text, severity, isGood, alert }: PostedNotification, title: string): string {
  const isOver = isGood === true || alert?.status === "resolved" || OVER.test(title);
  // A program may have one priority for what begins and what ends, and say in words which it is.
  const isWell = severity !== "" && (hasState(title) ? GOOD.test(title) : /^(?:✅|🟢)/u.test(text));
  if (isOver || isWell) return RESOLVED;
  return severity === "" ? "" : severitySign(severity);
}

/** Returns a title without the marks that make it bold as a whole. */
function unwrapped(title: string): string {
  const last = title.length - 1;
  let stars = 0;
  while (title[stars] === "*" && title[last - stars] === "*" && title.length - 2 * stars > 2) stars++;
  return title.slice(stars, title.length - stars);
}

/** Returns the links that the text doesn't have, as many as there is space for. */
function shownLinks(
  links: readonly AlertLink[],
  text: string,
  shortenUrl: ShortenUrl | undefined,
): readonly AlertLink[] {
  if (links.every(({ url }) => url === "")) return [];
  const said = new Set(text.split(/[\s()]+/));
  const shown: AlertLink[] = [];
  let left = WIDTH.links;
  for (const link of links) {
    const isKnown = said.has(link.url) || shown.some(({ url }) => url === link.url);
    if (link.url === "" || isKnown || shown.length >= MOST_LINKS) continue;
    const url = link.url.length > left ? shortenUrl?.(link) : link.url;
    if (url === undefined || url.length > left) continue;
    left -= url.length;
    shown.push({ ...link, url, name: shortened(link.name, 60) });
  }
  return shown;
}
