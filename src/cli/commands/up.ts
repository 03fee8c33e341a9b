import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { formatDiagnostic, hasErrors } from '../../definition/diagnostic.ts';
import { CodedError } from '../../model/coded-error.ts';
import type { Dag } from '../../model/dag.ts';
import type { DagName, ServerName } from '../../model/ids.ts';
import { eventLine } from '../../view/event-line.ts';
import { AgentChildren } from '../agent-children.ts';
import { applyDefinitions } from '../definition-apply.ts';
import { loadDefinitions } from '../definition-files.ts';
import type { Definitions } from '../definition-files.ts';
import { DefinitionWatch } from '../definition-watch.ts';
import { askAgents } from '../heartbeats.ts';
import type { Log } from '../log.ts';
import { findDag } from '../lookup.ts';
import { exitCodeOf, EXIT, printLine } from '../output.ts';
import { readParams } from '../params.ts';
import type { ScreenFlags } from '../monitor-settings.ts';
import { operate, openSession } from '../session.ts';
import { RecentEvents } from '../../replica/recent-events.ts';
import type { Session } from '../session.ts';
import { RecorderChild } from '../recorder-child.ts';
import type { BrokerFlags, HistoryFlags } from '../settings.ts';
import { untilSignal } from '../signals.ts';
import { TelemetryHost } from '../telemetry.ts';
import { localTime } from '../time.ts';
import { triggerRun } from '../trigger.ts';
import { UpApi } from '../up-api.ts';
import type { UpApiFlags } from '../up-api.ts';

type UpFlags = BrokerFlags &
  HistoryFlags &
  ScreenFlags &
  UpApiFlags & {
    readonly nodes?: string;
    readonly run?: string;
    readonly param: readonly string[];
    readonly plain?: boolean;
  };

/** Everything on this machine: applies and watches the files, runs an agent per listed server, and shows what happens. */
export async function up(dags: readonly string[], flags: UpFlags): Promise<number> {
  const paths = [...dags, ...placementFile(dags, flags.nodes)];
  const loaded = await loadDefinitions(paths);
  for (const diagnostic of loaded.diagnostics) process.stderr.write(`${formatDiagnostic(diagnostic)}\n`);
  if (hasErrors(loaded.diagnostics)) return EXIT.error;
  const recent = new RecentEvents();
  const telemetry = new TelemetryHost(flags.publicUrl);
  const api = new UpApi(flags);
  const session = await openSession(flags, recent, async (opening) => {
    await api.prepare(opening);
    await telemetry.prepare(opening);
    // Who asks the API, and what was not sent yet, may want what is long past.
    return 'oldest';
  });
  // Before the screen opens: an error is better read without it.
  if (flags.run !== undefined) readParams(dagToRun(session, loaded, flags.run), flags.param);
  const isScreen = process.stdout.isTTY && process.stdin.isTTY && flags.plain !== true;
  try {
    return isScreen
      ? await onScreen(session, recent, { telemetry, api }, paths, loaded, flags)
      : await inLines(session, { telemetry, api }, paths, loaded, flags);
  } finally {
    await api.stop();
    await telemetry.stop();
    await session.close();
  }
}

function dagToRun({ state }: Session, loaded: Definitions, name: string): Dag {
  return loaded.dags.get(name as DagName)?.dag ?? findDag(state, name).dag;
}

/** What goes on beside the agents. */
type Beside = { readonly telemetry: TelemetryHost; readonly api: UpApi };

async function onScreen(
  session: Session,
  recent: RecentEvents,
  beside: Beside,
  paths: readonly string[],
  loaded: Definitions,
  flags: UpFlags,
): Promise<number> {
  const { openScreen } = await import('./monitor.ts');
  const screen = await openScreen(session, recent, flags);
  beside.telemetry.start(screen.notice);
  const { end, watch } = await startAll(session, paths, loaded, screen.notice);
  beside.api.start(session, screen.notice);
  screen.knowFiles((dag) => watch.fileOf(dag));
  if (flags.run !== undefined) {
    const definition = findDag(session.state, flags.run);
    await triggerRun(session, definition, { params: readParams(definition.dag, flags.param) });
  }
  await screen.quit;
  process.stdout.write('ending the agents; their commands get 5 s\n');
  await end();
  return EXIT.ok;
}

async function inLines(
  session: Session,
  beside: Beside,
  paths: readonly string[],
  loaded: Definitions,
  flags: UpFlags,
): Promise<number> {
  const log: Log = (level, text) =>
    printLine(`${localTime(Date.now())} ${level === 'info' ? '' : `${level}: `}${text}`);
  const asked = untilSignal();
  beside.telemetry.start(log);
  session.replica.listen({
    onFolded: (folded) => {
      for (const { event, verdict } of folded) {
        // What the files change is told as a difference already.
        if (verdict.accepted && !event.type.endsWith('.applied'))
          log('info', eventLine(event, { timeText: () => '' }).trim());
      }
    },
  });
  const { end } = await startAll(session, paths, loaded, log);
  beside.api.start(session, log);
  try {
    if (flags.run === undefined) {
      await asked;
      return EXIT.ok;
    }
    const definition = findDag(session.state, flags.run);
    const { ended } = await triggerRun(
      session,
      definition,
      { params: readParams(definition.dag, flags.param) },
      {
        onStall: (line) => log('warning', line),
      },
    );
    const outcome = await Promise.race([ended, asked.then(() => undefined)]);
    return outcome === undefined ? EXIT.error : exitCodeOf(outcome);
  } finally {
    await end();
  }
}

/** Applies the files, watches them, and starts the agents. `end` ends all that. */
async function startAll(
  session: Session,
  paths: readonly string[],
  loaded: Definitions,
  notice: Log,
): Promise<{ readonly watch: DefinitionWatch; readonly end: () => Promise<void> }> {
  for (const line of await applyDefinitions(session, loaded)) notice('info', line);
  if (session.state.placement.servers.length === 0) await placeEverythingHere(session);
  const watch = new DefinitionWatch(session, paths, loaded, notice);
  await watch.start();
  const { brokerUrl, namespace, acceptLoss } = session.settings;
  const agentFlags = [
    '--broker',
    brokerUrl,
    '--namespace',
    namespace,
    ...(acceptLoss ? ['--accept-loss'] : []),
  ];
  const children = new AgentChildren(agentFlags, notice);
  const elsewhere = await serversElsewhere(session);
  const start = (): void => {
    for (const { host } of session.state.placement.servers) {
      if (!elsewhere.has(host)) children.start(host);
    }
  };
  for (const server of elsewhere)
    notice('info', `${server} has an agent already; none is started for it here`);
  start();
  session.replica.listen({
    onFolded: (folded) => {
      if (folded.some(({ event }) => event.type === 'placement.applied')) start();
    },
  });
  const recorder = new RecorderChild(session.settings, notice);
  recorder.start();
  const end = async (): Promise<void> => {
    await watch.stop();
    await children.stop();
    await recorder.stop();
  };
  return { watch, end };
}

/** Servers whose agent answers: on a shared broker they are somebody else's. */
async function serversElsewhere({ broker, state }: Session): Promise<ReadonlySet<ServerName>> {
  const present = [...state.agents.values()].filter(({ presence }) => presence === 'present');
  return new Set(
    (
      await askAgents(
        broker,
        present.map(({ server }) => server),
      )
    ).keys(),
  );
}

async function placeEverythingHere(session: Session): Promise<void> {
  const host = hostname() as ServerName;
  const server = { host, nodes: [{ everything: true as const }], labels: {}, standby: false };
  await operate(session, { type: 'placement.applied', placement: { servers: [server] } });
}

/** `--nodes`, else `nodes.yaml` here, else beside the first DAG folder; none when there is none. */
function placementFile(dags: readonly string[], given: string | undefined): string[] {
  if (given !== undefined) return [given];
  const [first] = dags;
  if (first === undefined || !existsSync(first)) {
    throw new CodedError('no_such_file', `there is no file or folder '${first ?? 'dags'}'`, {
      hint: 'name the folder with your DAG files: dagtop up FOLDER',
    });
  }
  const folders = ['.', dirname(first)];
  const names = ['nodes.yaml', 'nodes.yml', 'nodes.json'];
  const found = folders
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((file) => existsSync(file));
  // One inside the folder is read along with it.
  return found === undefined || names.some((name) => existsSync(join(first, name))) ? [] : [found];
}
