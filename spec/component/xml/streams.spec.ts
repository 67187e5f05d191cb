/** Real servers never close the stream for XML that the strict parser and the serialiser accept. */
import { expect } from "chai";
import fc from "fast-check";
import { NS, xml, type Element } from "../../../component/xml/builder.js";
import { isName } from "../../../component/xml/names.js";
import { parseXml, XmlFault } from "../../../component/xml/parse.js";
import { serialise } from "../../../component/xml/serialise.js";
import { IllFormed } from "../../../component/xml/wire-text.js";
import { onEachServer } from "../../support/servers.js";
import { element, prefixedElement, text } from "./arbitrary.js";

/** Payloads that servers look into, filled with what they don't expect. */
const payload = fc
  .record({
    name: fc.constantFrom(
      "x",
      "delay",
      "received",
      "addresses",
      "event",
      "query",
      "error",
      "stream",
      "message",
    ),
    xmlns: fc.constantFrom(
      NS.delay,
      NS.carbons,
      NS.forward,
      NS.hints,
      NS.sid,
      NS.stanzas,
      NS.streams,
      "jabber:x:data",
    ),
    type: text,
    stamp: text,
    child: element,
  })
  .map(({ name, xmlns, type, stamp, child }) => xml(name, { xmlns, type, stamp, jid: stamp }, child));

describe("XML from the strict parser", () => {
  onEachServer((stage) => {
    const message = (child: Element): string => {
      const to = `somebody@${stage.server.host}`;
      const whole = xml("message", { to, from: `alice@${stage.server.host}`, id: "x" }, child);
      const read = parseXml(serialise(whole));
      if (read instanceof XmlFault) throw new Error(read.reason);
      return serialise(read);
    };

    it("doesn't close the stream", async () => {
      const component = await stage.component();
      const children = [...fc.sample(element, 300), ...fc.sample(payload, 300)];
      for (const child of children) component.write(message(child));
      await component.waitForAck();
      expect(component.received.filter(({ name }) => name.startsWith("stream"))).to.deep.equal([]);
    });

    it("doesn't close the stream with prefixes", async () => {
      const component = await stage.component();
      let written = 0;
      for (const child of fc.sample(prefixedElement, 2_000)) {
        try {
          component.write(
            serialise(xml("message", { to: `somebody@${stage.server.host}`, from: component.domain }, child)),
          );
          written += 1;
        } catch (error) {
          if (!(error instanceof IllFormed)) throw error;
        }
      }
      await component.waitForAck();
      expect(written).to.be.above(20);
      expect(component.received.filter(({ name }) => name.startsWith("stream"))).to.deep.equal([]);
    });

    it("doesn't close the stream with any allowed name", async () => {
      const component = await stage.component();
      const letters = Array.from({ length: 0xffff }, (_, code) => String.fromCharCode(code));
      const starts = letters.filter((letter) => isName(letter));
      const parts = letters.filter((letter) => isName(`a${letter}`) && !isName(letter));
      expect(starts.length).to.be.greaterThan(30_000);
      for (let at = 0; at < starts.length; at += 500) {
        const names = starts.slice(at, at + 500).map((letter) => xml(letter, { [letter]: "" }));
        component.write(message(xml("x", {}, ...names)));
      }
      component.write(message(xml(`a${parts.join("")}`)));
      await component.waitForAck();
    });
  });
});
