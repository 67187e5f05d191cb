// @ts-check
/** The supported versions of Node: "engines" of package.json, compared and as text. Written for any old Node. */
import { readFileSync } from "fs";

/** "engines" of a package.json, such as `^20.19.0 || >=24.0.0`. @param {URL} packageJson @returns {string} */
export function engines(packageJson) {
  return JSON.parse(readFileSync(packageJson, "utf8")).engines.node;
}

/** The minimum version of each alternative, and whether later majors are included. @param {string} range */
export function parts(range) {
  return [...range.matchAll(/(\^|>=)(\d+)\.(\d+)/g)].map(([, sign, major, minor]) => ({
    isOpen: sign === ">=",
    major: Number(major),
    minor: Number(minor),
  }));
}

/** @param {string} range @param {string} version of Node, without "v" @returns {boolean} */
export function supports(range, version) {
  const [ownMajor = 0, ownMinor = 0] = version.split(".").map(Number);
  return parts(range).some(({ isOpen, major, minor }) =>
    ownMajor === major ? ownMinor >= minor : isOpen && ownMajor > major,
  );
}

/** "20 (20.19 or later), 24 or later" @param {string} range @returns {string} */
export function inWords(range) {
  const each = parts(range).map(({ isOpen, major, minor }) => {
    const least = minor === 0 ? `${major}` : `${major} (${major}.${minor} or later)`;
    return isOpen ? `${least} or later` : least;
  });
  return each.join(", ");
}
