/** A guard of the sources, and how they look without it. */
export type Guard = {
  readonly name: string;
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** What else keeps the promise, or which other test holds it: the simulation alone does not miss this guard. */
  readonly backedBy?: string;
};

const fold = 'src/engine/fold.ts';
const foldRun = 'src/engine/fold-run.ts';
const foldAttempt = 'src/engine/fold-attempt.ts';
const foldAgent = 'src/engine/fold-agent.ts';
const agent = 'src/agent/agent.ts';
const scheduler = 'src/scheduler/scheduler.ts';

/** Every guard that a promise rests on, each named by what it forbids. */
export const guards: readonly Guard[] = [
  // --- the fold
  {
    name: 'a decision of a deposed leader',
    file: fold,
    find: 'if (event.epoch !== state.epoch)',
    replace: 'if (false)',
  },
  {
    name: 'an epoch that is taken',
    file: fold,
    find: 'if (event.epoch <= state.epoch)',
    replace: 'if (false)',
  },
  {
    name: 'a second copy of an operator’s event',
    file: fold,
    find: 'if (isRemembered(state, event.id))',
    replace: 'if (false)',
  },
  {
    name: 'a resignation by another',
    file: fold,
    find: 'if (state.leader !== event.scheduler)',
    replace: 'if (false)',
  },
  {
    name: 'a dispatch in a paused run',
    file: foldAttempt,
    find: "if (run.paused) return rejected('the run is paused');",
    replace: '',
  },
  {
    name: 'a dispatch of a node that is not waiting',
    file: foldAttempt,
    find: "if (node.status.is !== 'waiting' && node.status.is !== 'retrying')",
    replace: 'if (false)',
  },
  {
    name: 'a dispatch to a cordoned server',
    file: foldAttempt,
    find: 'if (isCordoned(state, agent)) return rejected(`${event.server} is cordoned`);',
    replace: '',
  },
  {
    name: 'a dispatch against the trigger rule',
    file: foldAttempt,
    find: "if (ruleAnswer(run, index) !== 'start')",
    replace: 'if (false)',
  },
  {
    name: 'a gap in the attempts',
    file: foldAttempt,
    find: 'if (event.attempt !== node.attempts.length + 1)',
    replace: 'if (false)',
  },
  {
    name: 'a dispatch to an incarnation that is gone',
    file: foldAttempt,
    find: 'if (agent === undefined || agent.incarnation !== event.incarnation)',
    replace: 'if (agent === undefined)',
  },
  {
    name: 'a dispatch to an agent that left',
    file: foldAttempt,
    find: "if (agent.presence !== 'present')",
    replace: 'if (false)',
  },
  {
    name: 'a start after the outcome',
    file: foldAttempt,
    find: "if (node.status.is !== 'queued') return",
    replace: 'if (false) return',
  },
  {
    name: 'a second outcome',
    file: foldAttempt,
    find: '    return rejected(`late: the attempt is already ${attempt.outcome.is}`);',
    replace: '',
  },
  {
    name: 'an overdue after the outcome',
    file: foldAttempt,
    find: 'if (attempt.outcome !== undefined) return rejected(`the attempt is already ${attempt.outcome.is}`);\n  const outcome',
    replace: 'const outcome',
  },
  {
    name: 'a settlement that the rule does not give',
    file: foldRun,
    find: "if (answer !== (to === 'skipped' ? 'skip' : 'upstream_failed'))",
    replace: 'if (false)',
  },
  {
    name: 'a settlement of a node that is not waiting',
    file: foldRun,
    find: "if (node.status.is !== 'waiting' && node.status.is !== 'retrying')\n    return",
    replace: 'if (false) return',
  },
  {
    name: 'the end of a run with open nodes',
    file: foldRun,
    find: 'if (run.unsettled > 0) return rejected(`${run.unsettled} nodes have not ended`);',
    replace: '',
  },
  {
    name: 'the outcome of a queued attempt at a cancel',
    file: foldRun,
    find: 'if (attempt !== undefined && attempt.outcome === undefined) {',
    replace: 'if (false) {',
  },
  {
    name: 'the loss of what a predecessor with another journal had',
    file: foldAgent,
    find: 'if (!knowsStarts || ',
    replace: 'if (',
  },
  {
    name: 'an end of another incarnation',
    file: foldAgent,
    find: 'if (agent === undefined || agent.incarnation !== incarnation)',
    replace: 'if (agent === undefined)',
  },
  {
    name: 'the freed slot of an ended attempt',
    file: 'src/engine/attempt-end.ts',
    find: 'if (agent !== undefined && takesSlot(run, index)) agent.load =',
    replace: 'if (false) agent.load =',
  },
  {
    name: 'queued attempts put back when an agent leaves',
    file: foldAgent,
    find: "setStatus(run, index, run.canceled ? { is: 'canceled' } : { is: 'waiting' });",
    replace: '',
  },
  {
    name: 'a node that does not come after the start of its run',
    file: 'src/engine/node-change.ts',
    find: "isInside(run, index) ? 'waiting' : 'skipped'",
    replace: "'waiting'",
  },
  {
    name: 'waiting for what the run does not execute',
    file: 'src/engine/scope.ts',
    find: '(scope?.upstreamCounts ?? [])[index] ?? ',
    replace: '',
  },
  {
    name: 'a retry of a node that the run does not execute',
    file: 'src/engine/fold-retry.ts',
    find: 'if (outside !== undefined) return `${node} is ${outside}`;',
    replace: '',
  },
  {
    name: 'a quorum of more than the run executes',
    file: 'src/engine/trigger-rule.ts',
    find: 'Math.min(rule.atLeast, upstreamCount)',
    replace: 'rule.atLeast',
  },
  // --- decide
  {
    name: 'a backoff that a skewed clock stretches',
    file: 'src/engine/decide.ts',
    find: ' || leftMs > status.delayMs * 2 + CLOCK_SKEW_MAX_MS',
    replace: '',
  },
  {
    name: 'the deadline of the engine',
    file: 'src/engine/decide.ts',
    find: 'this.#deadlines(run);',
    replace: '',
  },
  {
    name: 'the loss of silent agents',
    file: 'src/engine/decide.ts',
    find: 'if (there && silent.has(agent.incarnation))',
    replace: 'if (false)',
  },
  // --- checkpoints
  {
    name: 'a part of a checkpoint out of its order',
    file: 'src/engine/fold-checkpoint.ts',
    find: 'if (event.part !== open.seen + 1)',
    replace: 'if (false)',
  },
  {
    name: 'a part of a checkpoint that is not the one begun',
    backedBy: 'epochs: one leadership writes one at a time; test/engine/checkpoint.test.ts',
    file: 'src/engine/fold-checkpoint.ts',
    find: 'if (open?.id !== event.checkpoint || open.base !== base)',
    replace: 'if (open === undefined)',
  },
  {
    name: 'finished runs that a checkpoint lacks',
    backedBy:
      'what is not forgotten is in the text: only its size suffers; test/scheduler/checkpointer.test.ts',
    file: 'src/engine/fold-checkpoint.ts',
    find: '  forgetBeyond(state, keptRuns);\n',
    replace: '',
  },
  {
    name: 'ids of second copies in a checkpoint',
    file: 'src/engine/checkpoint.ts',
    find: 'recentIds: [...state.recentIds]',
    replace: 'recentIds: []',
  },
  {
    name: 'the part of a dag that a run executes in a checkpoint',
    file: 'src/engine/checkpoint.ts',
    find: '...(scope === undefined ? {} : { from: [...scope.from] }),',
    replace: '',
  },
  {
    name: 'trimming to a checkpoint that is not complete',
    file: 'src/scheduler/checkpointer.ts',
    find: 'return checkpoints.complete.findLast(({ atMs }) => atMs <= beforeMs)?.base;',
    replace: 'return checkpoints.open?.base;',
  },
  {
    name: 'writing a checkpoint of another moment',
    file: 'src/replica/replica.ts',
    find: 'const text = textOf(this.#state);',
    replace: 'const text = textOf({ ...this.#state, epoch: this.#state.epoch + 1 });',
  },
  {
    name: 'a gap before the next record',
    file: 'src/replica/replica.ts',
    find: 'if (tail > this.#position + 1) this.#fail(gap(this.#position, tail));',
    replace: '',
  },
  {
    name: 'beginning at a checkpoint behind which the log was cut',
    file: 'src/replica/beginning.ts',
    find: 'const isWhole = found.base >= tail - 1 && ',
    replace: 'const isWhole = ',
  },
  {
    name: 'beginning at a checkpoint that was not accepted',
    backedBy:
      'what a deposed leader wrote is the state as of its beginning all the same; test/replica/beginning.test.ts',
    file: 'src/replica/beginning.ts',
    find: 'tried.checkpoints.complete.at(-1)?.base === base ?',
    replace: 'true ?',
  },
  // --- the agent
  {
    name: 'the journal before a start',
    file: agent,
    find: 'else if (fresh.has(attemptLabel(item.key)))',
    replace: 'else',
  },
  {
    name: 'an attempt named twice in a message',
    file: 'src/agent/startable.ts',
    find: '[...unique.values()]',
    replace: 'keys',
  },
  {
    name: 'an attempt of another incarnation',
    backedBy: 'an agent that was replaced has read that, and ended, before it reads the dispatch',
    file: 'src/agent/startable.ts',
    find: '|| attempt.incarnation !== incarnation',
    replace: '',
  },
  {
    name: 'what a predecessor began',
    file: 'src/agent/predecessor.ts',
    find: '...finished, ...lost',
    replace: '...finished',
  },
  {
    name: 'what a predecessor finished',
    file: 'src/agent/predecessor.ts',
    find: '...finished, ...lost',
    replace: '...lost',
  },
  {
    name: 'stopping what the log has ended',
    backedBy: 'test/e2e: a canceled run ends though its command would sleep on',
    file: agent,
    find: 'if (!this.#isWanted(key)) execution.stop();',
    replace: 'if (!this.#isWanted(key)) continue;',
  },
  {
    name: 'joining anew after a loss',
    file: agent,
    find: 'this.#join().catch((error: unknown) => onNotice',
    replace: 'Promise.resolve().catch((error: unknown) => onNotice',
  },
  {
    name: 'no new work while draining',
    backedBy: 'the inbox is closed before, and the drain waits for what was taken',
    file: agent,
    find: 'if (this.#draining || this.#stopped) return;',
    replace: '',
  },
  {
    name: 'the end of an agent that was replaced',
    file: agent,
    find: 'this.stop();\n    onReplaced();',
    replace: '',
  },
  // --- the scheduler
  {
    name: 'sending again what was never started',
    file: scheduler,
    find: 'this.#resend(nowMs);',
    replace: '',
  },
  {
    name: 'sending only what was accepted',
    backedBy: 'the agent reads the log and starts nothing that is not open there for it',
    file: scheduler,
    find: 'if (!verdict.accepted) continue;',
    replace: '',
  },
  {
    name: 'standing when the leader is silent',
    file: scheduler,
    find: 'if (state.leader !== undefined && nowMs - this.#leaderHeardMs < patienceMs)',
    replace: 'if (state.leader !== undefined)',
  },
  {
    name: 'deciding only as the leader',
    file: scheduler,
    find: 'if (!this.isLeading || this.#pending.size > 0 || this.#fruitless)',
    replace: 'if (this.#pending.size > 0 || this.#fruitless)',
  },
  {
    name: 'forgiving silence after an outage',
    file: scheduler,
    find: 'if (up && !this.#linkUp) this.#forgive();',
    replace: '',
  },
  {
    name: 'noticing one’s own stall before judging others',
    file: scheduler,
    find: 'this.#noticeStall(nowMs);\n    const silent',
    replace: 'const silent',
  },
  {
    name: 'forgiving silence at an election',
    file: scheduler,
    find: 'this.#forgive();\n    this.#pending.clear();',
    replace: 'this.#pending.clear();',
  },
  {
    name: 'deciding before the link is known to be up',
    file: scheduler,
    find: 'if (!this.#linkUp) return;',
    replace: '',
  },
];
