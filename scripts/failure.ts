/** Failures that end the program with a message and an exit code of sysexits.h. */

export const ExitCode = {
  ok: 0,
  usage: 64,
  /** The content of a file can't be used. */
  dataErr: 65,
  /** A file doesn't exist or can't be read. */
  noInput: 66,
  /** A server or a port is not available. */
  unavailable: 69,
  software: 70,
  cantCreate: 73,
  ioErr: 74,
  /** A temporary failure; retry later. */
  tempFail: 75,
  noPerm: 77,
  config: 78,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** Returns the name of an exit code, such as `config`. */
export function exitCodeName(code: ExitCode): string {
  return Object.entries(ExitCode).find(([, value]) => value === code)?.[0] ?? "software";
}

/** Thrown to end the program; `message` says what is wrong and what to do. */
export class Failure extends Error {
  override name = "Failure";

  constructor(
    message: string,
    readonly exitCode: ExitCode,
    options?: ErrorOptions,
    /** The code of an operation's refusal, such as `missing`; absent: that of the exit code. */
    readonly code?: string,
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

export function usageFailure(message: string): Failure {
  return new Failure(message, ExitCode.usage);
}

export function dataFailure(message: string): Failure {
  return new Failure(message, ExitCode.dataErr);
}
