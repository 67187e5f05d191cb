import { execFile } from "node:child_process";
import { expect } from "chai";

const folder = new URL("../../scripts/", import.meta.url).href;

/** Runs a program that supervises itself and then meets with this; resolves to its exit code and output. */
function runInto(fault: string): Promise<{ code: unknown; stdout: string }> {
  const program = `
    import { createLog } from "${folder}log.js";
    import { endOnFaults } from "${folder}supervision.js";
    endOnFaults(createLog({ level: "info" }));
    setTimeout(() => undefined, 60_000);
    ${fault};`;
  return new Promise((resolve) => {
    execFile(process.execPath, ["--input-type=module", "-e", program], (error, stdout) => {
      resolve({ code: error?.code, stdout });
    });
  });
}

describe("An unexpected error", () => {
  for (const [name, fault] of [
    ["an exception", 'setImmediate(() => { throw new Error("broken here"); })'],
    ["a rejection", 'Promise.reject(new Error("broken here"))'],
  ] as const) {
    it(`is logged with its place and ends the process with 70: ${name}`, async () => {
      const { code, stdout } = await runInto(fault);
      expect(code).to.equal(70);
      const { level, error } = JSON.parse(stdout) as Record<string, string>;
      expect(level).to.equal("error");
      expect(error).to.match(/^Error: broken here\n +at /);
    });
  }
});
