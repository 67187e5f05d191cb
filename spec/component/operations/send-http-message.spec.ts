import { expect } from "chai";
import { bench, refused } from "../../support/sending-bench.js";

describe("send_http_message", () => {
  const call = {
    ...{
      system: "oa",
      from: "test1",
      fromHost: "qtalk",
      type: "consult",
      msgType: "257",
      content: "红包 <&>",
    },
    ...{ extendInfo: "{}", backupInfo: "b", autoReply: "true" },
    to: [
      { user: "a", host: undefined },
      { user: "b", host: "qtalk" },
    ],
  } as const;

  it("makes a message for each receiver, as the Java service did, each with an id of its own", async () => {
    const { operations, calls } = bench();
    expect(await operations.sendHttpMessage(call)).to.deep.equal({ delivery: "confirmed" });
    const stanzas = calls[0]?.map(({ stanza }) => stanza) ?? [];
    expect(stanzas, "who answers by themselves gets no copies").to.have.length(2);
    for (const [i, to] of ["a@qtalk.test.org", "b@second.test.org"].entries()) {
      expect(stanzas[i]).to.match(/^<message [^>]*from="test1@second.test.org"/);
      expect(stanzas[i])
        .to.contain(` to="${to}"`)
        .and.contain('auto_reply="true"')
        .and.contain('type="chat"');
      expect(stanzas[i]).to.match(
        /<body id="qtalk-corp-service-[^"]+" msgType="257" maType="20" extendInfo="{}" backupinfo="b">/,
      );
      expect(stanzas[i]).to.contain('<message-attributes auto_reply="true" type="consult"/>');
    }
    const ids = stanzas.map((stanza) => /<body id="([^"]+)"/.exec(stanza)?.[1]);
    expect(new Set(ids).size).to.equal(2);
  });

  it("is sent to all or to none, and refused in the service's words", async () => {
    const { operations, calls } = bench();
    const fault = async (change: object): Promise<[number, string]> =>
      refused(await operations.sendHttpMessage({ ...call, ...change }));
    for (const system of ["", "test"]) expect(await fault({ system })).to.deep.equal([1, "no system"]);
    expect(await fault({ content: "x".repeat(64_000) })).to.deep.equal([101, "MSG too lang"]);
    expect((await fault({ to: [...call.to, { user: "@", host: undefined }] }))[1]).to.match(
      /^to\[2\]: user: "@"/,
    );
    expect(await fault({ to: [] })).to.deep.equal([1, "to: names nobody"]);
    expect((await fault({ to: Array.from({ length: 4 }, () => call.to[0]) }))[1]).to.match(
      /more than the 3 allowed/,
    );
    expect((await fault({ fromHost: "elsewhere.org" }))[0]).to.equal(2);
    expect((await fault({ msgType: "x".repeat(300) }))[1]).to.match(/^msgtype: 300 bytes/);
    for (const field of ["content", "extendInfo", "backupInfo", "autoReply", "type", "msgType"])
      expect((await fault({ [field]: "\u0001" }))[1]).to.match(/holds a character that XML forbids$/);
    expect((await fault({ type: "error" }))[0]).to.equal(1);
    expect(calls).to.deep.equal([]);
  });
});
