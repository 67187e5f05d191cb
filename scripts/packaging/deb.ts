/**
 * Builds a Debian package from this checkout: `node dist/scripts/packaging/deb.js [FOLDER]`. DEBFULLNAME and DEBEMAIL are
 * the maintainer's name and address.
 */

try {
  // Imported late, so that missing dependencies are said by a sentence.
  const { buildDeb } = await import("./debian/build.js");
  process.stdout.write(`${await buildDeb(process.argv[2] ?? ".")}\n`);
} catch (error) {
  if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
  process.stderr.write("The dependencies aren't installed: run npm run ready, then this again.\n");
  process.exitCode = 1;
}
