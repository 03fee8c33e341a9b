import { CodedError } from '../../model/coded-error.ts';
import { unavailable } from '../port/link-state.ts';
import { tlsProblem } from '../port/tls-problem.ts';
import type { Address } from './address.ts';

/** Everything that an error and its causes say. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error instanceof AggregateError ? error.errors : [];
  const parts = [error.message, ...[error.cause, ...inner].filter((part) => part !== undefined).map(textOf)];
  return parts.filter((part) => part !== '').join(': ');
}

/** Kafka's names for what a server answered instead of doing it: `NOT_LEADER_OR_FOLLOWER`, …; empty when there was no answer. */
export function answersOf(error: unknown): readonly string[] {
  const found = error instanceof AggregateError ? (error.errors as readonly unknown[]) : [error];
  return found.flatMap((item) => {
    const id = (item as { readonly apiId?: unknown } | undefined)?.apiId;
    return typeof id === 'string' ? [id] : [];
  });
}

export const answered = (error: unknown, ...names: readonly string[]): boolean =>
  answersOf(error).some((answer) => names.includes(answer));

/** The topic is not there (any more), as far as this server knows. */
export const isUnknownTopic = (error: unknown): boolean =>
  answered(error, 'UNKNOWN_TOPIC_OR_PARTITION', 'UNKNOWN_TOPIC_ID', 'INCONSISTENT_TOPIC_ID');

const REFUSALS: Readonly<Record<string, string>> = {
  MESSAGE_TOO_LARGE: 'max.message.bytes of the topic is too small',
  RECORD_LIST_TOO_LARGE: 'segment.bytes of the topic is too small',
  INVALID_TOPIC_EXCEPTION: 'it does not take the name of the topic',
  INVALID_REPLICATION_FACTOR: 'it has not enough brokers',
  INVALID_CONFIG: 'it does not take the settings of the topic',
  POLICY_VIOLATION: 'its policy for topics forbids it',
  UNSUPPORTED_VERSION: 'it is too old; use Kafka 3.1 or later',
  KAFKA_STORAGE_ERROR: 'its disk fails',
  OFFSET_METADATA_TOO_LARGE: 'its offset.metadata.max.bytes is too small',
};
const DENIALS = /AUTHORIZATION_FAILED|SECURITY_DISABLED/;

/** Whether to ask again: a lost connection, a leader that moved, a topic that is not known everywhere yet. */
export function isPassing(error: unknown): boolean {
  if (error instanceof CodedError) return error.code === 'unavailable';
  return !answersOf(error).some((name) => name in REFUSALS || DENIALS.test(name));
}

/** What a request failed for, told to a user. */
export function requestProblem(error: unknown, label: string): CodedError {
  if (error instanceof CodedError) return error;
  const answers = answersOf(error);
  const denial = answers.find((name) => DENIALS.test(name));
  if (denial !== undefined) {
    return new CodedError('broker_denied', `Kafka at ${label}: this login may not do that (${denial})`, {
      hint: 'give it the ACLs of its role: deploy/kafka-acls.sh',
    });
  }
  const refusal = answers.find((name) => name in REFUSALS);
  if (refusal !== undefined) {
    return new CodedError(
      'broker_refused',
      `Kafka at ${label} refuses: ${REFUSALS[refusal] ?? refusal} (${refusal})`,
      {
        hint: 'see the settings of the server and the topic',
        cause: error,
      },
    );
  }
  const what = answers.length > 0 ? answers.join(', ') : textOf(error);
  return unavailable(`Kafka at ${label}: ${what}`, error);
}

/** Why the first connection failed. Names the server, never user or password. */
export function connectProblem(error: unknown, { login, tls }: Address, where: string): CodedError {
  if (error instanceof CodedError) return error;
  const problem = (code: string, what: string, hint: string): CodedError =>
    new CodedError(code, `Kafka server ${where}: ${what}`, { hint });
  const text = textOf(error);
  if (/suitable SASL mechanism/i.test(text))
    return problem('broker_denied', 'does not offer this kind of login', "say another 'sasl=' in the URL");
  if (/SASL|authentication/i.test(text))
    return problem('broker_denied', 'does not accept this login', 'check user, password and sasl in the URL');
  if (/ECONNREFUSED/.test(text))
    return problem('unavailable', 'nothing listens there', 'start Kafka, or correct the URL');
  if (/ENOTFOUND|EAI_AGAIN/.test(text))
    return problem('unavailable', 'its name is unknown', 'correct the URL');
  const tlsTrouble = tlsProblem(text, 'kafkas', tls);
  if (tlsTrouble !== undefined) return problem('broker_tls', tlsTrouble.what, tlsTrouble.hint);
  if (/closed|ECONNRESET/i.test(text) && login === undefined) {
    return problem(
      'broker_denied',
      'hangs up',
      "does it want a login ('kafka://USER:PASSWORD@HOST') or TLS ('kafkas://HOST')?",
    );
  }
  if (/closed|ECONNRESET|timed?.?out/i.test(text))
    return problem('unavailable', 'does not answer', 'check host, port and firewall; is it a Kafka server?');
  return problem('unavailable', text, 'is it a Kafka server, and reachable from here?');
}
