/**
 * Messages in arrays, stored and confirmed, beside a bare component that writes the same stanzas and stores and
 * confirms nothing.
 */
import { Arrays, bareComponent } from "./arrays.js";
import type { Benchmark } from "./benchmark.js";
import { compare, PER_SECOND } from "./figures.js";
import { stanzasOf } from "./sending.js";

const PLAIN = "plain.qtalk.test.org";
const RAW = "raw.qtalk.test.org";

export const batches: Benchmark = {
  name: "batches",
  about: "messages in arrays of 100 beside a bare component that writes the same stanzas",
  async run(stage) {
    const server = await stage.server("ejabberd", {
      modules: { archive: false, offline: false },
      components: [{ domain: "conference.qtalk.test.org" }, { domain: PLAIN }, { domain: RAW }],
    });
    const arrays = await Arrays.on(stage, server);
    const { hosts } = server.settings;
    const withCopies = await stage.component({ access: server.component(), hosts });
    const config = { xmpp: { carbons: false } };
    const plain = await stage.component({ access: server.component(PLAIN), hosts, config });
    const socket = await bareComponent(stage, server, RAW);
    const results = await stage.inTurn({
      withCopies: () => arrays.ours(withCopies),
      bareCopies: () => arrays.bare(socket, stanzasOf(true)),
      plain: () => arrays.ours(plain),
      bare: () => arrays.bare(socket, stanzasOf(false)),
    });
    const line = (work: string, ours: readonly number[], peer: readonly number[]) =>
      compare({ work, unit: PER_SECOND, ours, peer, peerName: "a bare component", target: 0.8 });
    return [
      line("… in arrays of 100, sender's copies off", results.plain, results.bare),
      line("… in arrays of 100, the defaults", results.withCopies, results.bareCopies),
    ];
  },
};
