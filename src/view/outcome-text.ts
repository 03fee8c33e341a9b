import { sanitizeText } from '../graph/text.ts';
import type { Outcome } from '../model/event.ts';

/** How an attempt ended, in one line: `failed: exit code 3`. */
export function outcomeText(outcome: Outcome): string {
  switch (outcome.is) {
    case 'succeeded':
    case 'canceled':
      return outcome.is;
    case 'failed':
      return `failed: ${sanitizeText(outcome.error)}`;
    case 'timed_out':
      return `timed out: ${sanitizeText(outcome.error)}`;
    case 'lost':
      return `lost: ${sanitizeText(outcome.error)}`;
  }
}
