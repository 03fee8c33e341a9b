import { sanitizeText } from '../graph/text.ts';
import type { Outcome } from '../model/event.ts';

/** How an attempt ended and where, in one line: `failed on srv-2: exit code 3`. */
export function outcomeText(outcome: Outcome, server: string): string {
  switch (outcome.is) {
    case 'succeeded':
    case 'canceled':
      return `${outcome.is} on ${server}`;
    case 'failed':
      return `failed on ${server}: ${sanitizeText(outcome.error)}`;
    case 'timed_out':
      return `timed out on ${server}: ${sanitizeText(outcome.error)}`;
    case 'lost':
      return `lost on ${server}: ${sanitizeText(outcome.error)}`;
  }
}
