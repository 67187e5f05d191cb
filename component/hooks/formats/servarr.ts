/**
 * The format of the webhooks of Sonarr, Radarr, Lidarr, Readarr, Whisparr and Prowlarr (NzbDrone.Core,
 * Notifications/Webhook): what they grab and import, and their health.
 */
import { fieldsOf, listOf, textOf, urlOf, wholeListOf } from "./fields.js";
import type { ParsedPayload } from "./format.js";
import { notificationFormat, type PostedNotification } from "./notification.js";
import { lines } from "./styling.js";

/** The events, by the end of their names, in words for before what they are about; the others are named. */
const WORDS: readonly (readonly [event: RegExp, words: string])[] = [
  [/^Grab$/, "grabbed"],
  [/^Download$/, "imported"],
  [/^Rename$/, "renamed"],
  [/^(?:Track)?Retag$/, "retagged"],
  [/^ManualInteractionRequired$/, "needs manual import"],
  [/^ApplicationUpdate$/, "updated"],
  [/^DownloadFailure$/, "failed to download"],
  [/^ImportFailure$/, "failed to import"],
  [/FileDelete$/, "deleted the file of"],
  [/Delete$/, "deleted"],
  [/Add(?:ed)?$/, "added"],
];
/** The events after which somebody has to look. */
const TROUBLES = /^ManualInteractionRequired$|Failure$/;
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
    title: `${instance}: ${inWords(type.replace(/(?:Health)?Check$/, ""))}`,
    text: textOf(value, "message"),
    severity: LEVELS.get(textOf(value, "level").toLowerCase()) ?? "warning",
    links: isIll ? [{ name: "help", url: urlOf(value, "wikiUrl") }] : [],
    alert: { key: `${instance} ${type}`, status: isIll ? "firing" : "resolved" },
  };
}

function workOf(value: unknown, instance: string, event: string): PostedNotification {
  const what = workIn(value) || textOf(value, "newVersion");
  const word = WORDS.find(([name]) => name.test(event))?.[1] ?? inWords(event);
  const problem = [...listOf(value, "downloadStatusMessages")].map((each) =>
    [textOf(each, "title"), ...listOf(each, "messages").map((text) => textOf({ text }, "text"))].join(" "),
  );
  return {
    title: `${instance} ${word}${what === "" ? "" : `: ${what}`}`,
    text: lines([detailsOf(value).join(" · "), textOf(value, "message"), ...problem]),
    severity: TROUBLES.test(event) ? "warning" : "",
    image: posterIn(value),
  };
}

/** Returns the quality, where it came from, and what became of the files. */
function detailsOf(value: unknown): readonly string[] {
  const [file] = ["episodeFiles", "trackFiles", "bookFiles"].flatMap((name) => listOf(value, name));
  const quality =
    textOf(value, "release.quality", "episodeFile.quality", "movieFile.quality") ||
    textOf(file, "quality") ||
    textOf(value, "downloadInfo.quality", "quality");
  const asker = textOf(value, "source");
  const renamed = ["renamedEpisodeFiles", "renamedMovieFiles", "renamedTrackFiles"]
    .map((name) => wholeListOf(value, name).length)
    .find((count) => count > 0);
  const { isUpgrade, deletedFiles } = fieldsOf(value);
  return [
    quality,
    textOf(value, "release.indexer"),
    asker === "" ? "" : `for ${asker}`,
    isUpgrade === true ? "upgrade" : "",
    renamed === undefined ? "" : `${renamed} ${renamed === 1 ? "file" : "files"}`,
    deletedFiles === true ? "with its files" : deletedFiles === false ? "files are kept" : "",
    inWords(textOf(value, "deleteReason")),
  ].filter((each) => each !== "");
}

/** Returns a name such as "missingFromDisk" as words. */
function inWords(name: string): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
}

/** Returns what an event is about: a film or a series with its year, its episodes, an artist's albums, or a release. */
function workIn(value: unknown): string {
  const film = textOf(value, "movie.title", "remoteMovie.title");
  if (film !== "") return withYear(film, textOf(value, "movie.year", "remoteMovie.year"));
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
  if (whole === "" && parts.length === 0)
    return textOf(value, "release.releaseTitle", "downloadInfo.title", "releaseTitle");
  const some = parts.slice(0, 3).join(", ");
  const more = parts.length > 3 ? ` and ${parts.length - 3} more` : "";
  const named = parts.length === 0 ? withYear(whole, textOf(value, "series.year")) : whole;
  return [named, `${some}${more}`].filter((part) => part !== "").join(" ");
}

/** Returns a title with its year; 0 means that nobody knows it. */
function withYear(title: string, year: string): string {
  return year === "" || year === "0" ? title : `${title} (${year})`;
}

function posterIn(value: unknown): ParsedPayload["image"] {
  const images = ["movie", "series", "artist", "author"].flatMap((name) => listOf(value, `${name}.images`));
  const poster = images.find((image) => textOf(image, "coverType") === "poster") ?? images[0];
  return urlOf(poster, "remoteUrl");
}
