import { failedNodes } from '../../engine/failed-nodes.ts';
import { retryScope } from '../../engine/fold-retry.ts';
import { CodedError } from '../../model/coded-error.ts';
import { findNode, findRun } from '../lookup.ts';
import { EXIT, printLine } from '../output.ts';
import { operate, withSession } from '../session.ts';
import type { BrokerFlags } from '../settings.ts';

const DONE = { cancel: 'canceled', pause: 'paused', resume: 'resumed' } as const;
const EVENTS = { cancel: 'run.canceled', pause: 'run.paused', resume: 'run.resumed' } as const;

/** Cancels, pauses or resumes a run. */
export function steer(verb: keyof typeof DONE, text: string, options: BrokerFlags): Promise<number> {
  return withSession(options, async (session) => {
    const run = findRun(session.state, text);
    await operate(session, { type: EVENTS[verb], dag: run.dag, run: run.id });
    printLine(`${DONE[verb]} ${run.dag} ${run.id}`);
    return EXIT.ok;
  });
}

/** Retries a node, or every node of a run that failed by itself. */
export function retry(
  text: string,
  node: string | undefined,
  options: BrokerFlags & { downstream?: boolean },
): Promise<number> {
  return withSession(options, async (session) => {
    const run = findRun(session.state, text);
    const downstream = options.downstream ?? false;
    const names = node === undefined ? failedNodes(run) : [findNode(run, node)];
    if (names.length === 0) throw new CodedError('refused', `no node of ${run.dag} ${run.id} failed`);
    for (const name of names) {
      const scope = retryScope(run, name, downstream);
      // What an earlier of these nodes took along is waiting already.
      if (
        typeof scope === 'string' &&
        node === undefined &&
        run.nodes[run.definition.indexOf.get(name) ?? -1]?.status.is === 'waiting'
      )
        continue;
      await operate(session, { type: 'node.retried', dag: run.dag, run: run.id, node: name, downstream });
      const touched =
        typeof scope === 'string' ? [] : scope.map((index) => run.definition.dag.nodes[index]?.name);
      printLine(`retried ${run.dag} ${run.id}: ${touched.join(', ')}`);
    }
    return EXIT.ok;
  });
}
