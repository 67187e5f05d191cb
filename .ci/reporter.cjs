/** Mocha's reporter with the names of failed files, a line each, in the file dist/failed, so that `.ci/run` can run them again. */
const { appendFileSync } = require("node:fs");
const { relative } = require("node:path");
const { reporters } = require("mocha");

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.on("fail", (test) => appendFileSync("dist/failed", `${relative("", test.file)}\n`));
  }
};
