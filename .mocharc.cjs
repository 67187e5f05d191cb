/** Files run beside each other, as most of them wait for servers: two at least, and no more than memory has room for. */
const { availableParallelism } = require("node:os");

module.exports = {
  timeout: 120_000,
  slow: 2_000,
  "forbid-only": true,
  "forbid-pending": true,
  parallel: true,
  jobs: Math.min(Math.max(2, availableParallelism()), 6),
};
