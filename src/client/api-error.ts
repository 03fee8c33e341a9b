import type { Problem } from '../api/contract/problem.ts';

/** What the API refused, as its problem document says it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly hint: string | undefined;
  readonly errors: NonNullable<Problem['errors']>;
  /** When to try again, where the server says so. */
  readonly retryAfterS: number | undefined;

  constructor(problem: Partial<Problem>, status: number, retryAfterS?: number) {
    super(problem.detail ?? problem.title ?? `the server answered ${status}`);
    this.status = status;
    this.code = problem.code ?? 'unknown';
    this.hint = problem.hint;
    this.errors = problem.errors ?? [];
    this.retryAfterS = retryAfterS;
  }
}

/** The error of an answer that is none of success; a proxy may have answered in place of the API. */
export async function problemOf(answer: Response): Promise<ApiError> {
  const wait = Number(answer.headers.get('retry-after') ?? Number.NaN);
  const text = await answer.text().catch(() => '');
  return new ApiError(readProblem(text), answer.status, Number.isFinite(wait) ? wait : undefined);
}

function readProblem(text: string): Partial<Problem> {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null ? read : {};
  } catch {
    return {};
  }
}
