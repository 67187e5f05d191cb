/** Messages in arrays on Prosody, from users' addresses and by its permission, each beside a bare component alike. */
import { Envelopes } from "../../component/outbox/envelopes.js";
import { asStored } from "../../component/xml/wire-text.js";
import { Arrays, bareComponent } from "./arrays.js";
import type { Benchmark } from "./benchmark.js";
import { compare, PER_SECOND } from "./figures.js";
import { HOST, SENDER, stanzasOf } from "./sending.js";

const PLAIN = `plain.${HOST}`;
const PRIVILEGED = `privileged.${HOST}`;
const RAW = `raw.${HOST}`;
const RAW_PRIVILEGED = `bare.${HOST}`;

export const batchesProsody: Benchmark = {
  name: "batches-prosody",
  about:
    "messages in arrays of 100 on Prosody, without copies and by its permission, beside a bare component",
  async run(stage) {
    const privileged = { privileged: true, sendsAsUsers: false };
    const server = await stage.server("prosody", {
      modules: { archive: false, offline: false },
      components: [
        { domain: PLAIN },
        { domain: RAW },
        { domain: PRIVILEGED, ...privileged },
        { domain: RAW_PRIVILEGED, ...privileged },
      ],
    });
    const arrays = await Arrays.on(stage, server);
    const { hosts } = server.settings;
    const config = { xmpp: { carbons: false } };
    const plain = await stage.component({ access: server.component(PLAIN), hosts, config });
    const permitted = await stage.component({
      ...{ access: server.component(PRIVILEGED), hosts },
      config: { xmpp: { send_as_users: "privilege" } },
    });
    const raw = await bareComponent(stage, server, RAW);
    const rawPermitted = await bareComponent(stage, server, RAW_PRIVILEGED);
    const stanza = stanzasOf(false);
    const envelopes = new Envelopes(RAW_PRIVILEGED);
    const inEnvelope = (id: string): string =>
      envelopes.of(asStored(stanza(id)), `${SENDER}@${HOST}`, { seq: 0, done: 0 });
    const results = await stage.inTurn({
      plain: () => arrays.ours(plain),
      raw: () => arrays.bare(raw, stanza),
      permitted: () => arrays.ours(permitted),
      rawPermitted: () => arrays.bare(rawPermitted, inEnvelope),
    });
    const line = (how: string, ours: readonly number[], peer: readonly number[]) =>
      compare({
        work: `… in arrays of 100, Prosody, ${how}`,
        ...{ unit: PER_SECOND, ours, peer, peerName: "a bare component", target: 0.8 },
      });
    return [
      line("without the sender's copy", results.plain, results.raw),
      line("by permission", results.permitted, results.rawPermitted),
    ];
  },
};
