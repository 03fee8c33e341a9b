import { useRef } from 'react';
import type { FormEvent } from 'react';
import { sanitizeText } from '../../graph/text.ts';

type Props = {
  readonly reason: string | undefined;
  readonly isBusy: boolean;
  readonly onToken: (token: string) => void;
};

/** Asks for a token, and says why it asks again. */
export function SignIn({ reason, isBusy, onToken }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const token = field.current?.value.trim() ?? '';
    if (token !== '') onToken(token);
  };
  return (
    <main className="sign-in">
      <form onSubmit={submit} className="card sign-in-card" aria-busy={isBusy}>
        <h1 className="brand">dagtop</h1>
        <label htmlFor="token">Token</label>
        <input
          id="token"
          ref={field}
          type="password"
          autoComplete="current-password"
          spellCheck={false}
          required
          autoFocus
          aria-describedby={reason === undefined ? 'token-help' : 'token-reason token-help'}
          aria-invalid={reason !== undefined}
        />
        {reason === undefined ? null : (
          <p id="token-reason" className="notice tone-bad" role="alert">
            <span aria-hidden="true">✗ </span>
            {sanitizeText(reason)}
          </p>
        )}
        <p id="token-help" className="muted">
          <code>dagtop up</code> and <code>dagtop serve</code> say where theirs is;{' '}
          <code>dagtop token create</code> makes one. It stays in this tab.
        </p>
        <button type="submit" className="button button-primary" disabled={isBusy}>
          {isBusy ? 'Asking…' : 'Open'}
        </button>
      </form>
    </main>
  );
}
