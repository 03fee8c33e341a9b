import { STATUS_CODES } from 'node:http';
import { CodedError } from '../model/coded-error.ts';
import type { Problem } from './contract/problem.ts';

export type ProblemStatus =
  | 400
  | 401
  | 403
  | 404
  | 405
  | 408
  | 409
  | 413
  | 415
  | 421
  | 422
  | 429
  | 431
  | 500
  | 503;

type Details = {
  readonly hint?: string | undefined;
  readonly errors?: Problem['errors'];
  /** After how many seconds it may be tried again. */
  readonly retryAfterS?: number | undefined;
  readonly cause?: unknown;
};

/** An error that becomes a problem document of this status. */
export class ApiProblem extends Error {
  readonly status: ProblemStatus;
  readonly code: string;
  readonly hint: string | undefined;
  readonly errors: Problem['errors'];
  readonly retryAfterS: number | undefined;

  constructor(status: ProblemStatus, code: string, detail: string, details: Details = {}) {
    super(detail, { cause: details.cause });
    this.name = 'ApiProblem';
    this.status = status;
    this.code = code;
    this.hint = details.hint;
    this.errors = details.errors;
    this.retryAfterS = details.retryAfterS;
  }
}

/** What the codes of errors are over HTTP; all others are mistakes of ours. */
const STATUSES: Readonly<Record<string, ProblemStatus>> = {
  no_such_dag: 404,
  no_such_run: 404,
  no_such_node: 404,
  no_such_server: 404,
  no_such_attempt: 404,
  no_output: 404,
  refused: 409,
  bad_param: 422,
  not_drawn: 422,
  too_large: 413,
  no_answer: 503,
  backlog_full: 503,
  closed: 503,
};
const RETRY_AFTER_S = 5;

/** Any error as one of ours. Of a mistake of ours nothing is told but that it is one. */
export function toProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (error instanceof CodedError) {
    const status = STATUSES[error.code];
    if (status !== undefined)
      return new ApiProblem(status, error.code, error.message, {
        hint: error.hint,
        cause: error,
        retryAfterS: status === 503 ? RETRY_AFTER_S : undefined,
      });
  }
  return new ApiProblem(500, 'internal', 'the server made a mistake; its log says more', { cause: error });
}

/** The document; `instance` is what was asked for. */
export function problemBody(problem: ApiProblem, instance: string | undefined): Problem {
  const { status, code, message, hint, errors } = problem;
  return {
    type: `urn:dagtop:problem:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: message,
    ...(instance === undefined ? {} : { instance }),
    code,
    ...(hint === undefined ? {} : { hint }),
    ...(errors === undefined ? {} : { errors }),
  };
}
