/** An error that a user can act on: what happened, and what to do. Programmer errors are plain `Error`s. */
export class CodedError extends Error {
  readonly code: string;
  readonly hint: string | undefined;

  constructor(code: string, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'CodedError';
    this.code = code;
    this.hint = options.hint;
  }
}
