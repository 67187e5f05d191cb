/**
 * Hostile input on both servers, in a short form of `npm run fuzz`: always the same cases, and those that broke a
 * promise once. The link stays up, honest users miss nothing, everything is answered, nothing blocks the event loop.
 */
import { expect } from "chai";
import { limitsConfig } from "../../component/config.js";
import { readFound, writeFound } from "../../scripts/fuzz/case.js";
import { fuzz, GENERATORS, onFresh } from "../../scripts/fuzz/fuzz.js";
import { stanzas } from "../../scripts/fuzz/stanzas.js";
import { SERVER_NAMES } from "../../scripts/lab/installed.mjs";
import { Folder } from "../support/folder.js";

/** A busy machine makes processors slow: five times what `npm run fuzz` allows. */
const BOUNDS = { small: 250, any: 1_000, memory: limitsConfig.parse({}).memory };
const SEED = 20_261_125;

describe("Hostile input", () => {
  for (const server of ["ejabberd", "prosody"] as const) {
    it(`disturbs no honest user of ${SERVER_NAMES[server]}, and is answered`, async () => {
      // Only stanzas depend on the server.
      const generators = server === "prosody" ? GENERATORS : [stanzas];
      const batches = generators.length;
      const { found, cases } = await fuzz({ server, seed: SEED, bounds: BOUNDS, generators, batches });
      expect(found).to.deep.equal([]);
      expect(cases).to.equal(generators.reduce((sum, { batch }) => sum + batch, 0));
    });

    for (const [name, { cases, fault, server: foundOn }] of readFound()) {
      if (foundOn !== server) continue;
      it(`${name}: what once was "${fault.kind}" is none on ${SERVER_NAMES[server]}`, async () => {
        expect(await onFresh({ server, bounds: BOUNDS }, cases)).to.deep.equal([]);
      });
    }
  }
});

describe("The fuzzer", () => {
  it("replays the cases that it wrote", () => {
    const folder = new Folder();
    const cases = [{ generator: "calls", steps: [{ do: "call", method: "GET", path: "/x" }] }] as const;
    writeFound({ server: "prosody", fault: { kind: "unanswered", detail: "x" }, cases }, folder.path);
    expect([...readFound(folder.path).values()].map((each) => each.cases)).to.deep.equal([cases]);
    folder.remove();
  });
});
