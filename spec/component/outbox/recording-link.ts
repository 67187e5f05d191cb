import { EventEmitter } from "node:events";

/** A link of the outbox that records what is written. */
export class RecordingLink extends EventEmitter {
  text = "";

  constructor(readonly domain: string) {
    super();
  }

  write(text: string): boolean {
    this.text += text;
    return true;
  }

  readonly reconnectNow = (): undefined => undefined;
  readonly resetBackoff = (): undefined => undefined;
  readonly abandon = (): undefined => undefined;
}
