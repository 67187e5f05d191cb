/**
 * The format of the webhooks of Sonarr, Radarr, Lidarr, Readarr, Whisparr and Prowlarr (NzbDrone.Core,
 * Notifications/Webhook): what they grab and import, and their health.
 */
import { fieldsOf, listOf, textOf, urlOf } from "./fields.js";
import type { ParsedPayload } from "./format.js";
import { notificationFormat, type PostedNotification } from "./notification.js";

/** The events that have words of their own; the others are named. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ["Grab", "grabbed"],
  ["Download", "imported"],
  ["Rename", "renamed"],
  ["ManualInteractionRequired", "needs manual import"],
  ["ApplicationUpdate", "updated"],
  ["Test", "test"],
]);
/** Levels of health, with the severities that have their signs. */
const LEVELS: ReadonlyMap<string, string> = new Map([
  ["notice", "info"],
  ["warning", "warning"],
  ["error", "critical"],
]);

export const servarr = notificationFormat({
  name: "servarr",
  knownBy: "eventType and instanceName",
  isRetried: false,
  recognises: ({ json }) => ["eventType", "instanceName"].every((name) => textOf(json?.value, name) !== ""),
  parse: ({ json }) => {
    const value = json?.value;
    const event = textOf(value, "eventType");
    const instance = textOf(value, "instanceName");
    const notification =
      event === "Health" || event === "HealthRestored"
        ? healthOf(value, instance, event === "Health")
        : workOf(value, instance, event);
    return { ...notification, event: { name: event } };
  },
});

function healthOf(value: unknown, instance: string, isIll: boolean): PostedNotification {
  const type = textOf(value, "type");
  return {
    title: `${instance}: ${type.replace(/(?:Health)?Check$/, "")}`,
    text: textOf(value, "message"),
    severity: LEVELS.get(textOf(value, "level").toLowerCase()) ?? "warning",
    links: isIll ? [{ name: "help", url: urlOf(value, "wikiUrl") }] : [],
    alert: { key: `${instance} ${type}`, status: isIll ? "firing" : "resolved" },
  };
}

function workOf(value: unknown, instance: string, event: string): PostedNotification {
  const what = workIn(value);
  const isUpgrade = fieldsOf(value).isUpgrade === true;
  const word = WORDS.get(event) ?? event.replace(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
  const version = textOf(value, "newVersion");
  const quality = textOf(value, "release.quality", "episodeFile.quality", "movieFile.quality");
  const details = [quality, textOf(value, "release.indexer"), version, isUpgrade ? "upgrade" : ""];
  const problem = [...listOf(value, "downloadStatusMessages")].map((each) =>
    [textOf(each, "title"), ...listOf(each, "messages").map((text) => textOf({ text }, "text"))].join(" "),
  );
  return {
    title: `${instance} ${word}${what === "" ? "" : `: ${what}`}`,
    text: [details.filter((each) => each !== "").join(" · "), textOf(value, "message"), ...problem]
      .filter((line) => line !== "")
      .join("\n"),
    severity: event === "ManualInteractionRequired" ? "warning" : "",
    image: posterIn(value),
  };
}

/** Returns what an event is about: a film with its year, or a series with its episodes, an artist with albums, a book. */
function workIn(value: unknown): string {
  const film = textOf(value, "movie.title", "remoteMovie.title");
  const year = textOf(value, "movie.year", "remoteMovie.year");
  if (film !== "") return year === "" ? film : `${film} (${year})`;
  const whole = textOf(value, "series.title", "artist.name", "author.name");
  const parts = [
    ...listOf(value, "episodes").map((each) => {
      const [season, number] = [textOf(each, "seasonNumber"), textOf(each, "episodeNumber")];
      const place = `S${season.padStart(2, "0")}E${number.padStart(2, "0")}`;
      return `${place} ${textOf(each, "title")}`.trim();
    }),
    ...["albums", "books"].flatMap((name) => listOf(value, name).map((each) => textOf(each, "title"))),
    textOf(value, "album.title"),
    textOf(value, "book.title"),
  ].filter((part) => part !== "");
  const some = parts.slice(0, 3).join(", ");
  const more = parts.length > 3 ? ` and ${parts.length - 3} more` : "";
  return [whole, `${some}${more}`].filter((part) => part !== "").join(" ");
}

function posterIn(value: unknown): ParsedPayload["image"] {
  const images = ["movie", "series", "artist", "author"].flatMap((name) => listOf(value, `${name}.images`));
  const poster = images.find((image) => textOf(image, "coverType") === "poster") ?? images[0];
  return urlOf(poster, "remoteUrl");
}
