import { availableParallelism, hostname, loadavg } from 'node:os';
import { join } from 'node:path';
import { Agent } from '../agent/agent.ts';
import { hostNames } from '../agent/host.ts';
import type { AgentIdentity } from '../agent/identity.ts';
import { openJournal } from '../agent/journal/journal.ts';
import { checkLogIdentity } from '../agent/log-identity.ts';
import { readOutput } from '../agent/output/read-output.ts';
import { openExecutor } from '../agent/process/executor.ts';
import { DEFAULT_AGENT_SETTINGS } from '../agent/settings.ts';
import { messageCodec } from '../broker/port/codec.ts';
import type { Broker } from '../broker/port/port.ts';
import { CodedError } from '../model/coded-error.ts';
import type { SchedulerId, ServerName } from '../model/ids.ts';
import { outputChunk, outputReply, outputRequest } from '../model/message.ts';
import { escapeToken, subjects } from '../model/subject.ts';
import { Scheduler } from '../scheduler/scheduler.ts';
import { DEFAULT_CHECKPOINT_SETTINGS, DEFAULT_SCHEDULER_SETTINGS } from '../scheduler/settings.ts';
import type { Log } from './log.ts';
import { describeServer } from './probe-text.ts';
import type { Session } from './session.ts';
import { mintId, systemClock } from './system-clock.ts';
import { VERSION } from './version.ts';

export type AgentHostOptions = {
  readonly server: string | undefined;
  readonly only: readonly string[];
  readonly slots: number | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly dataFolder: string | undefined;
  readonly drainGraceMs: number;
  readonly killGraceMs: number;
  readonly scheduler: boolean;
  readonly newLog: boolean;
};

export type AgentHost = {
  readonly identity: AgentIdentity;
  /** Takes no new work, lets commands end or stops them after the grace, resigns, and closes all but the session. */
  drain(): Promise<void>;
  /** Ends at once: what runs is stopped, and its results stay in the journal. */
  stop(): Promise<void>;
  /** Why it had to end without being asked: it was replaced, or its log is gone. */
  readonly failed: Promise<Error>;
};

/** Puts the parts of an agent together in this process: journal, executor, agent, and a scheduler beside it. */
export async function startAgentHost(
  session: Session,
  options: AgentHostOptions,
  log: Log,
): Promise<AgentHost> {
  const { broker, replica, writer, settings } = session;
  const identity = identityOf(options);
  const dataFolder = options.dataFolder ?? join(settings.dataFolder, 'agents', escapeToken(identity.server));
  await checkDurability(broker, settings.acceptLoss, log);
  const journal = await openJournal(dataFolder);
  await checkLogIdentity(dataFolder, await broker.log.identity(), { newLog: options.newLog });
  const chunkCodec = messageCodec(outputChunk);
  const executor = openExecutor({
    dataFolder,
    settings: { killGraceMs: options.killGraceMs },
    onNotice: (text) => log('warning', text),
    publish: (chunk) => broker.bus.publish(subjects.output(chunk), chunkCodec.encode(chunk)),
  });
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<Error>((resolve) => {
    fail = resolve;
  });
  const agent = new Agent({
    broker,
    replica,
    writer,
    journal,
    executor,
    clock: systemClock,
    mintId,
    identity,
    settings: { ...DEFAULT_AGENT_SETTINGS, drainGraceMs: options.drainGraceMs },
    onNotice: log,
    onReplaced: () => fail(new CodedError('replaced', `another agent runs as ${identity.server}`)),
  });
  replica.listen({ onFault: (error) => fail(error), onDoubt: (text) => log('error', text) });
  await answerOutputRequests(broker, dataFolder, identity.server);
  await agent.start();
  const scheduler = options.scheduler
    ? new Scheduler({
        broker,
        replica,
        writer,
        clock: systemClock,
        id: `${identity.server}.${mintId().slice(0, 8)}` as SchedulerId,
        settings: DEFAULT_SCHEDULER_SETTINGS,
        checkpoints: { ...DEFAULT_CHECKPOINT_SETTINGS, keepMs: settings.keepLogMs },
        onNotice: log,
      })
    : undefined;
  await scheduler?.start();
  const close = async (): Promise<void> => {
    await executor.close();
    await journal.close();
  };
  return {
    identity,
    failed,
    drain: async () => {
      await agent.drain();
      await scheduler?.stop();
      await close();
    },
    stop: async () => {
      agent.stop();
      await close();
    },
  };
}

/** `--server`, else `NODE_HOST`, else the host name, by which and by whose addresses `nodes.yaml` may list it. */
function identityOf(options: AgentHostOptions): AgentIdentity {
  const given = options.server ?? (process.env['NODE_HOST'] || undefined);
  return {
    server: (given ?? hostname()) as ServerName,
    names: given === undefined ? hostNames() : [],
    slots: options.slots ?? Math.max(1, availableParallelism()),
    labels: options.labels,
    ...(options.only.length === 0 ? {} : { only: options.only }),
    version: VERSION,
    loadAverage: () => loadavg()[0] ?? 0,
  };
}

async function checkDurability(broker: Broker, acceptLoss: boolean, log: Log): Promise<void> {
  const report = await broker.probe();
  log('info', `${describeServer(report)}; ${report.durability}`);
  for (const { level, text } of report.findings) {
    if (level === 'warning') log('warning', text);
    if (level === 'refused' && acceptLoss) log('warning', `${text} (accepted by --accept-loss)`);
    else if (level === 'refused') {
      throw new CodedError('broker_refused', text, { hint: 'mend the broker, or start with --accept-loss' });
    }
  }
}

async function answerOutputRequests(broker: Broker, dataFolder: string, server: ServerName): Promise<void> {
  const requests = messageCodec(outputRequest);
  const replies = messageCodec(outputReply);
  await broker.bus.respond(subjects.agentRequest(server), async (body) => {
    const request = requests.decode(body);
    const none = { data: '', from: 0, totalBytes: 0, running: false, error: 'the request cannot be read' };
    return replies.encode(request === undefined ? none : await readOutput(dataFolder, request));
  });
}
