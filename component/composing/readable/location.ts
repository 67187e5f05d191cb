/** Locations (16, 8192): the place's name and address, and where it is (RFC 5870). */
import type { Reader } from "./reading.js";

/** The original's clients write it so. */
const ADDRESS = "adress";

export const location: Reader = (fields) => {
  const parts = [fields.line("name"), fields.line(ADDRESS, "address")].filter((part) => part !== "");
  const [latitude, longitude] = [fields.number("latitude"), fields.number("longitude")];
  const isPlace = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  if (parts.length === 0 && !isPlace) return undefined;
  const url = isPlace ? `geo:${latitude.toFixed(6)},${longitude.toFixed(6)}` : undefined;
  return { kind: "location", words: [...new Set(parts)].join(" "), url };
};
