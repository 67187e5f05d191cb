/** Failures that end the program with a message and an exit code of sysexits.h. */

export const ExitCode = {
  ok: 0,
  /** The command line is wrong. */
  usage: 64,
  /** The content of a file can't be used. */
  dataErr: 65,
  /** A file doesn't exist or can't be read. */
  noInput: 66,
  /** A server or a port is not available. */
  unavailable: 69,
  /** An internal error of the program. */
  software: 70,
  /** A file can't be created or written. */
  cantCreate: 73,
  /** Reading or writing failed. */
  ioErr: 74,
  /** A temporary failure; retry later. */
  tempFail: 75,
  /** The user lacks a permission. */
  noPerm: 77,
  /** The configuration is wrong. */
  config: 78,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** Thrown to end the program; `message` says what is wrong and what to do. */
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

/** Thrown to end the program without a message, because another process has done the work. */
export class Ended extends Error {
  override name = "Ended";

  constructor(readonly exitCode: number) {
    super();
  }
}

/** Returns the failure of a command line that is wrong. */
export function usageFailure(message: string): Failure {
  return new Failure(message, ExitCode.usage);
}

/** Returns the failure of data that can't be used. */
export function dataFailure(message: string): Failure {
  return new Failure(message, ExitCode.dataErr);
}
