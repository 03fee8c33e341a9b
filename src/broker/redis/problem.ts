import { CodedError } from '../../model/coded-error.ts';
import { unavailable } from '../port/link-state.ts';
import { tlsProblem } from '../port/tls-problem.ts';
import type { Address } from './address.ts';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Why the first connection failed. Names the server, never user or password. */
export function connectProblem(error: unknown, { label, user, pass, tls }: Address): CodedError {
  const problem = (code: string, what: string, hint: string): CodedError =>
    new CodedError(code, `Redis server ${label}: ${what}`, { hint });
  const text = messageOf(error);
  if (/NOAUTH|WRONGPASS|invalid (?:username-)?password|no password is set|without any password/i.test(text)) {
    return user === undefined && pass === undefined
      ? problem('broker_denied', 'wants a login', "put it into the URL: 'redis://USER:PASSWORD@HOST'")
      : problem('broker_denied', 'does not accept this login', 'check user and password');
  }
  if (isDenial(error)) return denied(label, text);
  if (/DB index/i.test(text))
    return problem(
      'bad_broker_url',
      'has no database of that number',
      "correct the number after the '/' of the URL",
    );
  if (text.includes('ECONNREFUSED'))
    return problem('unavailable', 'nothing listens there', 'start redis-server, or correct the URL');
  if (/ENOTFOUND|EAI_AGAIN/.test(text))
    return problem('unavailable', 'its name is unknown', 'correct the URL');
  const tlsTrouble = tlsProblem(text, 'rediss', tls);
  if (tlsTrouble !== undefined) return problem('broker_tls', tlsTrouble.what, tlsTrouble.hint);
  if (/ECONNRESET|closed|timed?out/i.test(text)) {
    return problem(
      'unavailable',
      'does not answer',
      "check host, port and firewall; is it a Redis server? If it wants TLS, use 'rediss://'",
    );
  }
  return problem('unavailable', text, 'is it a Redis server, and reachable from here?');
}

export const isDenial = (error: unknown): boolean => messageOf(firstOf(error)).includes('NOPERM');

/** What a command was refused for, told to a user; a broken connection is `unavailable`. */
export function commandProblem(error: unknown, label: string): CodedError {
  if (error instanceof CodedError) return error;
  const text = messageOf(firstOf(error));
  if (isDenial(error)) return denied(label, text);
  if (/^(?:OOM|MISCONF|READONLY|CLUSTERDOWN|WRONGTYPE|EXECABORT)/.test(text)) {
    return new CodedError('broker_refused', `the Redis server ${label} takes nothing: ${text}`, {
      hint: 'see its memory, its disk, and whether it is a replica',
      cause: error,
    });
  }
  // The client's word for a link that broke before the answer came.
  if (text.includes('max retries per request'))
    return unavailable(`the link to the Redis server ${label} broke before it answered`, error);
  return unavailable(`the Redis server ${label}: ${text}`, error);
}

/** A transaction is given up for what one of its commands was refused. */
function firstOf(error: unknown): unknown {
  const { previousErrors } = error as { readonly previousErrors?: readonly unknown[] };
  return previousErrors?.[0] ?? error;
}

function denied(label: string, text: string): CodedError {
  return new CodedError('broker_denied', `Redis server ${label}: this login may not do that (${text})`, {
    hint: 'give it what its role needs: deploy/redis-acl.conf',
  });
}
