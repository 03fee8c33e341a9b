import type { ReactNode } from 'react';
import { ApiError } from '../../client/client.ts';
import { sanitizeText } from '../../graph/text.ts';
import type { Loaded } from '../data/resource.ts';

/** What went wrong, and what to do about it. */
export function Problem({ error, onRetry }: { readonly error: Error; readonly onRetry?: () => void }) {
  const hint = error instanceof ApiError ? error.hint : undefined;
  return (
    <div className="notice tone-bad" role="alert">
      <p>
        <span aria-hidden="true">✗ </span>
        {sanitizeText(problemText(error))}
      </p>
      {hint === undefined ? null : <p className="muted">{sanitizeText(hint)}</p>}
      {onRetry === undefined ? null : (
        <button type="button" className="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** One line for an error; what a browser calls a failed fetch says little to anybody. */
export function problemText(error: Error): string {
  if (error instanceof TypeError) return 'the server does not answer';
  if (!(error instanceof ApiError) || error.errors.length === 0) return error.message;
  return `${error.message}: ${error.errors.map(({ at, message }) => `${at} ${message}`).join('; ')}`;
}

export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children}
    </div>
  );
}

/** The value when there is one; until then that it comes, or why it does not. */
export function Await<T>({
  of,
  children,
}: {
  readonly of: Loaded<T> & { readonly refresh: () => void };
  readonly children: (value: T) => ReactNode;
}) {
  const { value, error, refresh } = of;
  if (value !== undefined)
    return (
      <>
        {error === undefined ? null : <Problem error={error} onRetry={refresh} />}
        {children(value)}
      </>
    );
  if (error !== undefined) return <Problem error={error} onRetry={refresh} />;
  return (
    <p className="loading" role="status">
      Loading…
    </p>
  );
}
