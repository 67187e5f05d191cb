/** A component's connection (XEP-0114) that uses none of the component's own code. Tests use it to observe servers. */
import { inboxOfStream, StreamWithInbox } from "../../scripts/lab/client.js";
import type { ComponentAccess } from "../../scripts/lab/private-server.js";
import { StrictStream } from "../../scripts/lab/strict-stream.js";

export class RawComponent extends StreamWithInbox {
  /** Connects and authenticates. @throws Error with the stream error if the server refuses */
  static async connect(login: Omit<ComponentAccess, "service">): Promise<RawComponent> {
    const { inbox, events } = inboxOfStream();
    return new RawComponent(await StrictStream.component(login, events), inbox);
  }

  get domain(): string {
    return this.stream.jid;
  }

  /** Writes text to the stream unchanged, even if it isn't well-formed. */
  write(text: string): void {
    this.stream.write(text);
  }

  /**
   * Sends a message to itself and waits for it. Then the server has routed everything written before, and its own
   * errors about these stanzas have arrived.
   */
  async waitForAck(): Promise<void> {
    const { domain } = this;
    const id = `ack-${Math.random().toString(36).slice(2)}`;
    this.write(`<message from='${domain}' to='${domain}' id='${id}'/>`);
    await this.next((element) => element.is("message") && element.attrs.id === id);
  }
}
