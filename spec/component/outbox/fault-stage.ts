/** A fault server for each test of a suite, and a sender that the test connects to it. */
import { FaultServer } from "../../support/fault-server.js";
import { Sender, type SenderOptions } from "../../support/sender.js";

export let server: FaultServer;
export let sender: Sender;

export function onFaultServer(): void {
  beforeEach(async () => (server = await FaultServer.start()));
  afterEach(async () => {
    await sender.stop();
    await server.hideAway();
  });
}

/** Makes a new sender. @returns it, connecting to the server unless it is told to wait */
export function connect(options: Partial<SenderOptions> = {}): Sender {
  return (sender = new Sender({ service: server.service, ...options }));
}
