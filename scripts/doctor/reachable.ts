/** Whether something listens at an address, and whether that is for clients. */
import { connect } from "node:net";

const CONNECT_MS = 5_000;

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens on that port",
  ENOTFOUND: "there is no machine of that name",
  EHOSTUNREACH: "there is no way to that machine",
};

/** @returns why nothing could be reached; undefined where something was */
export function unreachable(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (fault: string | undefined): void => {
      socket.destroy();
      resolve(fault);
    };
    socket.setTimeout(CONNECT_MS, () => settle(`no answer within ${CONNECT_MS / 1000} s`));
    socket.once("connect", () => settle(undefined));
    socket.once("error", (error: NodeJS.ErrnoException) =>
      settle(REASONS[error.code ?? ""] ?? error.message),
    );
  });
}

/**
 * Whether clients may log in there, where a component's stream is refused: asked by a client's.
 * @param host one of the server's, for its users
 */
export function takesClients(
  address: { readonly host: string; readonly port: number },
  host: string,
): Promise<boolean> {
  return new Promise((resolve) => {
    let said = "";
    const socket = connect(address);
    const settle = (): void => {
      socket.destroy();
      resolve(said.includes("stream:features"));
    };
    socket.setTimeout(CONNECT_MS, settle);
    socket.once("connect", () => {
      socket.write(
        `<?xml version='1.0'?><stream:stream xmlns='jabber:client' to='${host}' version='1.0' ` +
          "xmlns:stream='http://etherx.jabber.org/streams'>",
      );
    });
    socket.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (/stream:(?:features|error)/.test(said)) settle();
    });
    socket.once("close", settle).on("error", settle);
  });
}
