import { parseDuration } from '../../definition/duration.ts';
import { CodedError } from '../../model/coded-error.ts';
import type { ServerName } from '../../model/ids.ts';
import { limits } from '../../model/limits.ts';
import { nameProblem } from '../../model/ids.ts';
import { startAgentHost } from '../agent-host.ts';
import type { AgentHostOptions } from '../agent-host.ts';
import { describeAssignment } from '../assigned-nodes.ts';
import { createLog } from '../log.ts';
import type { Log } from '../log.ts';
import { errorText, EXIT } from '../output.ts';
import { openSession } from '../session.ts';
import type { Session } from '../session.ts';
import type { BrokerFlags } from '../settings.ts';
import { untilOrphaned, untilSignal } from '../signals.ts';

type AgentFlags = BrokerFlags & {
  readonly server?: string;
  readonly slots?: string;
  readonly label: readonly string[];
  readonly data?: string;
  readonly drainGrace: string;
  readonly killGrace: string;
  readonly scheduler: boolean;
  readonly newLog?: boolean;
  readonly withParent?: boolean;
};

/** After the graces of its commands: how long a broker may take to hear the last of an agent. */
const LEAVE_WITHIN_MS = 10_000;

/** Runs an agent until it is told to end (SIGTERM, SIGINT) or cannot go on. */
export async function agent(only: readonly string[], flags: AgentFlags): Promise<number> {
  const options = readOptions(only, flags);
  const log = createLog('dagtop-agent');
  const asked = Promise.race([
    untilSignal(),
    flags.withParent === true ? untilOrphaned() : new Promise<never>(() => undefined),
  ]);
  const session = await openPatiently(flags, log, asked);
  if (session === undefined) return EXIT.ok;
  const host = await startAgentHost(session, options, log);
  announceWork(session, host.identity.server, log);
  const failure = await Promise.race([host.failed, asked.then(() => undefined)]);
  if (failure !== undefined) {
    log('error', errorText(failure));
    await host.stop();
    return EXIT.error;
  }
  log('info', 'draining: no new work; what runs may end');
  const patienceMs = options.drainGraceMs + options.killGraceMs + LEAVE_WITHIN_MS;
  const late = new Promise<'late'>((resolve) => setTimeout(resolve, patienceMs, 'late'));
  if ((await Promise.race([host.drain(), late])) === 'late') {
    log('warning', 'the broker does not take the last results; they stay in the journal, for the next start');
    await host.stop();
    return EXIT.error;
  }
  await session.close();
  log('info', 'ended');
  return EXIT.ok;
}

/** A broker that is not there yet is waited for: at a boot the agent may be first. */
async function openPatiently(
  flags: BrokerFlags,
  log: Log,
  asked: Promise<unknown>,
): Promise<Session | undefined> {
  for (let waitMs = 1_000; ; waitMs = Math.min(waitMs * 2, 30_000)) {
    try {
      return await openSession(flags);
    } catch (error) {
      if (!(error instanceof CodedError) || error.code !== 'unavailable') throw error;
      log('warning', `${error.message}; trying again in ${waitMs / 1_000} s`);
    }
    const pause = new Promise<'again'>((resolve) => setTimeout(resolve, waitMs, 'again'));
    if ((await Promise.race([pause, asked])) !== 'again') return undefined;
  }
}

/** Says which nodes this server has, at the start and whenever that changes. */
function announceWork({ replica }: Session, server: ServerName, log: Log): void {
  let last = '';
  const say = (): void => {
    const { level, text } = describeAssignment(replica.state, server);
    if (text !== last) log(level, text);
    last = text;
  };
  say();
  replica.listen({
    onFolded: (folded) => {
      const changed = folded.some(
        ({ event: { type } }) => type.startsWith('dag.') || type === 'placement.applied',
      );
      if (changed) say();
    },
  });
}

function readOptions(only: readonly string[], flags: AgentFlags): AgentHostOptions {
  const name = flags.server ?? process.env['NODE_HOST'];
  const problem = name === undefined || name === '' ? undefined : nameProblem(name);
  if (problem !== undefined) throw new CodedError('bad_usage', `the server name '${name}' ${problem}`);
  return {
    server: flags.server,
    only,
    slots: flags.slots === undefined ? undefined : readSlots(flags.slots),
    labels: Object.fromEntries(flags.label.map(readLabel)),
    dataFolder: flags.data,
    drainGraceMs: readGrace('--drain-grace', flags.drainGrace),
    killGraceMs: readGrace('--kill-grace', flags.killGrace),
    scheduler: flags.scheduler,
    newLog: flags.newLog ?? false,
  };
}

function readSlots(text: string): number {
  const slots = Number(text);
  if (Number.isInteger(slots) && slots >= 1 && slots <= limits.concurrencyMax) return slots;
  throw new CodedError(
    'bad_usage',
    `--slots takes a whole number from 1 to ${limits.concurrencyMax}, not '${text}'`,
  );
}

function readLabel(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new CodedError('bad_usage', `--label takes KEY=VALUE, not '${text}'`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function readGrace(flag: string, text: string): number {
  const durationMs = parseDuration(text);
  if (durationMs === undefined)
    throw new CodedError('bad_usage', `${flag} takes a duration such as 30s, not '${text}'`);
  return durationMs;
}
