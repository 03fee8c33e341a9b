import { explainNode } from '../engine/reason.ts';
import type { RunId } from '../model/ids.ts';
import type { State } from '../model/state.ts';
import { localTime } from './time.ts';

const LOOK_MS = 5_000;
const SHOWN = 5;

/**
 * Says why a run stands still, when nothing of it runs and nothing happened for some seconds: a line for each node that could start. Says
 * the same only once. Returns what ends the watch.
 */
export function watchForStall(state: State, id: RunId, print: (line: string) => void): () => void {
  let lastText = '';
  const timer = setInterval(() => {
    const run = state.runs.get(id);
    if (run === undefined || run.end !== undefined || Date.now() - run.lastEventMs < LOOK_MS) return;
    const waiting = [...run.ready, ...run.active].filter(
      (index) => run.nodes[index]?.status.is !== 'running',
    );
    const lines = waiting.slice(0, SHOWN).map((index) => {
      const name = run.definition.dag.nodes[index]?.name ?? '?';
      return `${run.dag} ${run.id} ${name}: ${explainNode(state, run, index, Date.now(), localTime)}`;
    });
    const text = lines.join('\n');
    if (text === '' || text === lastText) return;
    lastText = text;
    for (const line of lines) print(line);
  }, LOOK_MS);
  return () => clearInterval(timer);
}
