// @ts-check
/** The supported versions of Node ("engines" of package.json). Even very old versions can run this file. */
import { readFileSync } from "fs";

/** Reads "engines", such as `^20.19.0 || >=24.0.0`. @param {URL} packageJson @returns {string} */
export function engines(packageJson) {
  return JSON.parse(readFileSync(packageJson, "utf8")).engines.node;
}

/** Returns the minimum of each alternative in "engines", and whether it includes later majors. @param {string} range */
export function parts(range) {
  return [...range.matchAll(/(\^|>=)(\d+)\.(\d+)/g)].map(([, sign, major, minor]) => ({
    isOpen: sign === ">=",
    major: Number(major),
    minor: Number(minor),
  }));
}

/** @param {string} range the text of "engines" @param {string} version without "v" */
export function supports(range, version) {
  const [ownMajor = 0, ownMinor = 0] = version.split(".").map(Number);
  return parts(range).some(({ isOpen, major, minor }) =>
    ownMajor === major ? ownMinor >= minor : isOpen && ownMajor > major,
  );
}

/** Returns, for example, "20 (from 20.19), 24 or later". @param {string} range the text of "engines" */
export function inWords(range) {
  const each = parts(range).map(({ isOpen, major, minor }) => {
    const least = minor === 0 ? `${major}` : `${major} (from ${major}.${minor})`;
    return isOpen ? `${least} or later` : least;
  });
  return each.join(", ");
}
