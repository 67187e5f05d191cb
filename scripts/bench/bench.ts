/**
 * The benchmarks: each starts servers of its own on loopback and compares with a peer in the same run. Figures of
 * different runs or machines mean nothing beside each other; ratios within one run do.
 */
import { cpus } from "node:os";
import { benchSends } from "./sends.js";
import { format } from "./table.js";

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const rounds = Number(process.argv[2] ?? 3);
const seconds = Number(process.argv[3] ?? 5);
say(`${rounds} rounds of ${seconds} s each; medians are shown`);
const lines = await benchSends({ rounds, seconds, say });
process.stdout.write(`${format(lines)}\n`);
process.stdout.write(`${cpus().length} × ${cpus()[0]?.model.trim() ?? "?"}, Node ${process.version}\n`);
