/**
 * Test files run side by side, two more than there are processors, as most of them wait for servers; memory has room for
 * six. `npm test` begins with the folders whose files take longest, so that none of these runs alone at the end.
 */
const { availableParallelism } = require("node:os");

// Developers and CI have the same time zone, which isn't UTC and has half an hour, so that mistakes show.
process.env.TZ = process.env.PICTURES === undefined ? "Asia/Kolkata" : "UTC";

module.exports = {
  require: ["./dist/spec/support/bounded-errors.js", "./dist/spec/support/readable-program.js"],
  // Longer than any single wait (PATIENCE_MS), whose error says what was awaited.
  timeout: 400_000,
  slow: 2_000,
  "forbid-only": true,
  "forbid-pending": true,
  parallel: true,
  jobs: Math.min(availableParallelism() + 2, 6),
};
