/** How the program ends when it can't do what it was started for: one sentence, and an exit code of sysexits.h. */

export const ExitCode = {
  ok: 0,
  /** The command line is wrong. */
  usage: 64,
  /** What a file holds can't be used. */
  dataErr: 65,
  /** A file that was named doesn't exist or can't be read. */
  noInput: 66,
  /** Something it needs is not to be had: a port, a server. */
  unavailable: 69,
  /** A fault of the program itself. */
  software: 70,
  /** A file can't be created or written. */
  cantCreate: 73,
  /** Reading or writing failed. */
  ioErr: 74,
  /** It may work later. */
  tempFail: 75,
  /** This user may not. */
  noPerm: 77,
  /** The configuration is wrong. */
  config: 78,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** Thrown to end the program; `message` tells its user what is wrong and what to do. */
export class Failure extends Error {
  override name = "Failure";

  constructor(
    message: string,
    readonly exitCode: ExitCode,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
