import type { Broker, Finding } from '../../broker/port/port.ts';
import type { State } from '../../model/state.ts';
import { askAgents } from '../heartbeats.ts';
import type { Heard } from '../heartbeats.ts';
import { EXIT, printJson, printLine } from '../output.ts';
import { describeServer } from '../probe-text.ts';
import { echoMs } from '../round-trip.ts';
import { withSession } from '../session.ts';
import type { BrokerFlags } from '../settings.ts';
import { VERSION } from '../version.ts';

/** Clocks further apart than this make backoffs and times on the screen misleading. */
const CLOCK_SKEW_WARN_MS = 2_000;
const ECHO_MAX_MS = 5_000;

/** A note is neither good nor bad: what a power cut can lose is the choice of whoever set up the broker. */
type Told = Finding | { readonly level: 'note'; readonly text: string };

/** Checks what a night depends on, and says what to do; exit code 1 when something is refused. */
export function doctor(options: BrokerFlags & { json?: boolean }): Promise<number> {
  return withSession(options, async ({ broker, brokerLabel, replica, settings, state }) => {
    const report = await broker.probe({ triesRights: true });
    const present = [...state.agents.values()].filter(({ presence }) => presence === 'present');
    const heard = await askAgents(
      broker,
      present.map(({ server }) => server),
    );
    const findings: Told[] = [
      { level: 'ok', text: `dagtop ${VERSION}, node ${process.versions.node}, on ${process.platform}` },
      {
        level: 'ok',
        text: `broker ${brokerLabel} (by ${settings.chosenBy}), namespace ${settings.namespace}`,
      },
      { level: 'ok', text: describeServer(report) },
      { level: 'note', text: report.durability },
      ...report.findings,
      await busFinding(broker),
      ...logFindings(replica.malformed, replica.position, state),
      ...present.flatMap(({ server, version }) => agentFindings(server, version, heard.get(server))),
    ];
    for (const finding of findings) {
      if (options.json) printJson(finding);
      else printLine(`${finding.level === 'ok' ? 'ok     ' : finding.level.padEnd(7)}  ${finding.text}`);
    }
    return findings.some(({ level }) => level === 'refused') ? EXIT.error : EXIT.ok;
  });
}

async function busFinding(broker: Broker): Promise<Finding> {
  const ms = await echoMs(broker, ECHO_MAX_MS);
  return ms === undefined
    ? {
        level: 'warning',
        text: `what is said on the bus is not heard: may this login speak and listen there? Without, nothing is live on the screen`,
      }
    : { level: 'ok', text: `what is said on the bus is heard after ${ms.toFixed(1)} ms` };
}

function logFindings(malformed: number, position: number, state: State): Finding[] {
  const text = `event log at ${position}, ${state.runs.size} runs and ${state.dags.size} dags in it, epoch ${state.epoch}`;
  const findings: Finding[] = [{ level: 'ok', text }];
  if (malformed > 0)
    findings.push({
      level: 'warning',
      text: `${malformed} entries of the log are no events; somebody else writes to it`,
    });
  if (state.dags.size > 0 && state.leader === undefined)
    findings.push({ level: 'warning', text: 'no scheduler leads; start an agent: dagtop agent' });
  return findings;
}

function agentFindings(server: string, version: string, heard: Heard | undefined): Finding[] {
  if (heard === undefined) {
    return [
      {
        level: 'warning',
        text: `${server} is in the log as present and does not answer; is its agent running?`,
      },
    ];
  }
  const findings: Finding[] = [];
  const skewMs = heard.heartbeat.atMs - heard.receivedMs;
  if (Math.abs(skewMs) > CLOCK_SKEW_WARN_MS) {
    const text = `the clock of ${server} is ${Math.abs(skewMs)} ms ${skewMs > 0 ? 'ahead of' : 'behind'} this one; run an NTP client`;
    findings.push({ level: 'warning', text });
  } else findings.push({ level: 'ok', text: `${server} answers, clocks ${Math.abs(skewMs)} ms apart` });
  if (version !== VERSION)
    findings.push({ level: 'warning', text: `${server} runs dagtop ${version}, this is ${VERSION}` });
  return findings;
}
