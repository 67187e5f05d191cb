/**
 * For how many days a room keeps what was said (archive/retention.ts): as many as the service, or fewer. No server has
 * a field for it, so it is called as XEP-0068 §3.4 wants fields that nobody has registered.
 */
import type { RoomsConfig } from "../../config.js";
import type { Options } from "../room/options.js";
import type { Feature } from "./feature.js";
import type { ConfigField } from "./fields.js";

const NAME = "{urn:qtalk:rooms:0}archive_days";
const LABEL = "Days for which what is said is kept; empty: as long as the service keeps it";
/** Where the service keeps it for ever: a hundred years. */
const MOST_DAYS = 36_500;

/** Its own term in days; undefined: that of the service. */
function ownDays({ archiveDays }: Pick<Options, "archiveDays">): number | undefined {
  return archiveDays > 0 ? archiveDays : undefined;
}

function field({ archive_days: most = MOST_DAYS }: RoomsConfig): ConfigField {
  return {
    name: NAME,
    aliases: [],
    show: (options) => {
      const days = ownDays(options);
      return { name: NAME, label: LABEL, type: "text-single", values: days === undefined ? [] : [`${days}`] };
    },
    apply: (options, values) => {
      const [text = ""] = values;
      if (values.length > 1) return undefined;
      if (text === "" || text === "none") return { ...options, archiveDays: 0 };
      const days = /^\d{1,5}$/.test(text) ? Number(text) : 0;
      return days >= 1 && days <= most ? { ...options, archiveDays: days } : undefined;
    },
  };
}

export const retention: Feature = {
  fields: (config) => [field(config)],
};
