import { errors } from '@nats-io/transport-node';
import { JetStreamApiError } from '@nats-io/jetstream';
import { CodedError } from '../../model/coded-error.ts';
import { tlsProblem } from '../port/tls-problem.ts';
import type { Address } from './address.ts';

/** Error codes of the JetStream API. */
export const API_CODE = {
  notEnabledForAccount: 10_039,
  streamNotFound: 10_059,
  streamNameInUse: 10_058,
  subjectsOverlap: 10_065,
} as const;

export function apiCode(error: unknown): number | undefined {
  return error instanceof JetStreamApiError ? error.code : undefined;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Why the first connection failed. Names hosts, never user, password or token. */
export function connectProblem(
  error: unknown,
  { label, user, token, creds, nkey, tls }: Address,
): CodedError {
  const problem = (code: string, what: string, hint: string): CodedError =>
    new CodedError(code, `NATS server ${label}: ${what}`, { hint });
  const text = messageOf(error);
  if (error instanceof errors.AuthorizationError || error instanceof errors.UserAuthenticationExpiredError) {
    const anonymous = [user, token, creds, nkey].every((secret) => secret === undefined);
    return anonymous
      ? problem(
          'broker_denied',
          'wants a login',
          "put it into the URL: 'nats://USER:PASSWORD@HOST' or '?creds=FILE'",
        )
      : problem(
          'broker_denied',
          'does not accept this login',
          'check user, password, token or credentials file',
        );
  }
  if (text.includes('connection refused'))
    return problem('unavailable', 'nothing listens there', 'start nats-server -js, or correct the URL');
  if (/ENOTFOUND|EAI_AGAIN/.test(text))
    return problem('unavailable', 'its name is unknown', 'correct the URL');
  if (/timeout/i.test(text))
    return problem('unavailable', 'does not answer', 'check host, port and firewall; is it a NATS server?');
  const tlsTrouble = tlsProblem(text, 'tls', tls);
  if (tlsTrouble !== undefined) return problem('broker_tls', tlsTrouble.what, tlsTrouble.hint);
  return problem('unavailable', text, 'is it a NATS server, and reachable from here?');
}

/** An error of the JetStream API or of a request, told to a user. */
export function jetStreamProblem(error: unknown, what: string): CodedError {
  if (error instanceof CodedError) return error;
  const text = messageOf(error);
  const code = apiCode(error);
  if (code === API_CODE.notEnabledForAccount || /jetstream.*not enabled/i.test(text)) {
    return new CodedError(
      'jetstream_off',
      `${what}: JetStream is not enabled on the server or for this account`,
      {
        hint: "start the server with 'nats-server -js -sd FOLDER', or enable JetStream for the account",
      },
    );
  }
  if (code !== undefined) {
    return new CodedError('broker_refused', `${what}: ${text}`, {
      hint: 'see the limits of the stream and of the account, and the disk of the server',
      cause: error,
    });
  }
  const violation = violationIn(error);
  if (violation !== undefined) {
    return new CodedError('broker_denied', `${what}: this login has no permission for ${violation.subject}`, {
      hint: 'see deploy/nats-accounts.conf for what each role needs',
    });
  }
  return new CodedError('unavailable', `${what}: ${text}`, {
    hint: 'is the NATS server well?',
    cause: error,
  });
}

/** A request fails with what its publishing was refused for as the cause. */
export function violationIn(
  error: unknown,
): InstanceType<typeof errors.PermissionViolationError> | undefined {
  if (error instanceof errors.PermissionViolationError) return error;
  return error instanceof Error && error.cause !== undefined ? violationIn(error.cause) : undefined;
}
