/** Test files run side by side, one more than there are processors, as most of them wait for servers; memory has room for six. */
const { availableParallelism } = require("node:os");

module.exports = {
  timeout: 120_000,
  slow: 2_000,
  "forbid-only": true,
  "forbid-pending": true,
  parallel: true,
  jobs: Math.min(availableParallelism() + 1, 6),
};
