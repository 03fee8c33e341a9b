import { sanitizeText } from '../graph/text.ts';
import type { Command, TriggerRule } from '../model/dag.ts';

/** What a node runs, on one line and safe to paint. */
export function commandText(command: Command | undefined): string {
  if (command === undefined) return 'nothing: a pass-through';
  return sanitizeText('shell' in command ? `sh -c: ${command.shell}` : command.argv.join(' '));
}

/** A trigger rule as the file writes it: `all_done`, `at_least 2`. */
export function ruleText(rule: TriggerRule): string {
  return typeof rule === 'string' ? rule : `at_least ${rule.atLeast}`;
}
