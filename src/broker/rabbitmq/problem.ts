import { CodedError } from '../../model/coded-error.ts';
import { unavailable } from '../port/link-state.ts';
import { tlsProblem } from '../port/tls-problem.ts';
import type { Address } from './address.ts';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What AMQP calls an error: `NOT_FOUND`, `ACCESS_REFUSED` …; undefined for others. */
export function amqpCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** Whether there is no such queue or exchange. One that has no leader at the moment is not found either, but is there. */
export function isMissing(error: unknown): boolean {
  return amqpCode(error) === 'NOT_FOUND' && /NOT_FOUND - no (?:queue|exchange) /.test(messageOf(error));
}

/** Why the first connection failed. Names the server, never user or password. */
export function connectProblem(error: unknown, { label, user, tls, vhost }: Address): CodedError {
  const problem = (code: string, what: string, hint: string): CodedError =>
    new CodedError(code, `RabbitMQ server ${label}: ${what}`, { hint });
  const text = messageOf(error);
  const code = amqpCode(error);
  if (code === 'ACCESS_REFUSED') {
    return user === undefined
      ? problem('broker_denied', 'wants a login', "put it into the URL: 'amqp://USER:PASSWORD@HOST'")
      : problem(
          'broker_denied',
          'does not accept this login',
          "check user and password; 'guest' may only come from the server's own machine",
        );
  }
  if (code === 'NOT_ALLOWED') {
    return problem(
      'broker_denied',
      `has no vhost '${vhost}' for this login`,
      "see 'rabbitmqctl list_vhosts' and 'list_user_permissions'; the vhost is the path of the URL, '/' by default",
    );
  }
  if (text.includes('ECONNREFUSED') || code === 'ECONNREFUSED')
    return problem('unavailable', 'nothing listens there', 'start rabbitmq-server, or correct the URL');
  if (/ENOTFOUND|EAI_AGAIN/.test(`${code} ${text}`))
    return problem('unavailable', 'its name is unknown', 'correct the URL');
  const tlsTrouble = tlsProblem(`${code} ${text}`, 'amqps', tls);
  if (tlsTrouble !== undefined) return problem('broker_tls', tlsTrouble.what, tlsTrouble.hint);
  if (code === 'VERSION_MISMATCH' || code === 'UNEXPECTED_FRAME')
    return problem('unavailable', 'speaks no AMQP 0-9-1', 'is it a RabbitMQ server, and this its port?');
  if (/ECONNRESET|CONN_CLOSE|TIMEOUT|READ_END|EPIPE|timed out|closed/i.test(`${code} ${text}`)) {
    return problem(
      'unavailable',
      'does not answer',
      "check host, port and firewall; is it a RabbitMQ server? If it wants TLS, use 'amqps://'",
    );
  }
  return problem('unavailable', text, 'is it a RabbitMQ server, and reachable from here?');
}

/** What the server refused, told to a user; a broken connection or channel is `unavailable`. */
export function serverProblem(error: unknown, label: string): CodedError {
  if (error instanceof CodedError) return error;
  const text = messageOf(error);
  const refused = (code: string, hint: string): CodedError =>
    new CodedError(code, `the RabbitMQ server ${label} refuses: ${text}`, { hint, cause: error });
  switch (amqpCode(error)) {
    case 'ACCESS_REFUSED':
      return refused(
        'broker_denied',
        'this login lacks a permission: deploy/rabbitmq-permissions.sh has what each role needs',
      );
    case 'NOT_FOUND':
      if (!isMissing(error)) return unavailable(`the RabbitMQ server ${label}: ${text}`, error);
      return refused(
        'broker_refused',
        'was a queue or an exchange deleted? It is made again when all of dagtop starts',
      );
    case 'PRECONDITION_FAILED':
      return refused(
        'broker_misconfigured',
        'a queue or exchange of this name exists and is of another kind, or the server is older than RabbitMQ 3.9',
      );
    case 'NOT_IMPLEMENTED':
    case 'COMMAND_INVALID':
      return refused('broker_misconfigured', 'use RabbitMQ 3.10 or later');
    case undefined:
    default:
      return unavailable(`the RabbitMQ server ${label}: ${text}`, error);
  }
}
