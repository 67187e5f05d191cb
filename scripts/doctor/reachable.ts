import { connect } from "node:net";
import { networkFault } from "../../component/link/stream-end.js";

const CONNECT_MS = 5_000;

/** Connects to an address by TCP. @returns why this failed; undefined if it succeeded */
export function unreachable(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (fault: string | undefined): void => {
      socket.destroy();
      resolve(fault);
    };
    socket.setTimeout(CONNECT_MS, () => settle(`no answer within ${CONNECT_MS / 1000} s`));
    socket.once("connect", () => settle(undefined));
    socket.once("error", (error) => settle(networkFault(error)));
  });
}
