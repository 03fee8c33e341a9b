import { quoted } from './diagnostic.ts';

/** What people write for our keys, having learnt another tool first. */
const SYNONYMS: Readonly<Record<string, string>> = {
  cmd: 'command',
  run: 'command',
  script: 'command',
  exec: 'command',
  shell: 'command',
  args: 'command',
  requires: 'depends',
  dependencies: 'depends',
  upstream: 'depends',
  after: 'depends',
  environment: 'env',
  variables: 'env',
  parameters: 'params',
  retries: 'retry',
  delay: 'interval',
  attempts: 'limit',
  count: 'limit',
  multiplier: 'backoff',
  cwd: 'working_dir',
  workdir: 'working_dir',
  dir: 'working_dir',
  rule: 'trigger_rule',
  when: 'trigger_rule',
  tasks: 'nodes',
  steps: 'nodes',
  jobs: 'nodes',
  hosts: 'servers',
  machines: 'servers',
  ip: 'host',
  address: 'host',
  hostname: 'host',
  server: 'host',
  name: 'host',
  slots: 'concurrency',
  tags: 'labels',
};

/** `did you mean "x"?` for the name among `candidates` that is nearest to `name`; undefined when none is near. */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  const nearest = nearestName(name, candidates);
  return nearest === undefined ? undefined : `did you mean ${quoted(nearest)}?`;
}

/** As `didYouMean`, for keys of our own: knows their names in other tools too. */
export function didYouMeanKey(key: string, known: readonly string[]): string | undefined {
  const nearest = nearestName(key, known);
  if (nearest !== undefined) return `did you mean ${quoted(nearest)}?`;
  const synonym = Object.hasOwn(SYNONYMS, key.toLowerCase()) ? SYNONYMS[key.toLowerCase()] : undefined;
  return synonym !== undefined && known.includes(synonym) ? `did you mean ${quoted(synonym)}?` : undefined;
}

function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = folded(name);
  const bound = Math.min(3, Math.floor((wanted.length + 1) / 3));
  let nearest: string | undefined;
  let least = bound + 1;
  for (const candidate of candidates) {
    const text = folded(candidate);
    if (Math.abs(text.length - wanted.length) >= least) continue;
    const distance = editDistance(wanted, text, least);
    if (distance < least) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

/** Spelling apart from case and separators: `triggerRule` and `trigger-rule` are `trigger_rule`. */
function folded(text: string): string {
  return text
    .slice(0, 128)
    .toLowerCase()
    .replaceAll(/[_\-. ]/g, '');
}

/**
 * Optimal string alignment distance (Damerau-Levenshtein without edits of a swapped pair), given up as `bound` once no
 * better one is possible. O(length²).
 */
function editDistance(a: string, b: string, bound: number): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    let best = row;
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      current.push(cost);
      best = Math.min(best, cost);
    }
    if (best >= bound) return bound;
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? bound;
}
