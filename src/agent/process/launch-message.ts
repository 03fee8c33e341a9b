import type { Exit } from './attempt-outcome.ts';

/** What the agent and its launcher tell each other. */

export type Launch = {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string | undefined;
};

export type LaunchRequest = Launch & {
  readonly id: number;
  /** Named pipes, whose other ends the agent holds open. */
  readonly stdout: string;
  readonly stderr: string;
};

/** What is left of an error of the system on its way between processes. */
export type LaunchFailure = {
  readonly code?: string | undefined;
  readonly syscall?: string | undefined;
  readonly message: string;
};

/** First whether and as which process it was started, then how it ended. */
export type LaunchReply = { readonly id: number } & (
  | { readonly pid: number }
  | { readonly failure: LaunchFailure }
  | { readonly exit: Exit }
);
