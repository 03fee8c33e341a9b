import { sanitizeText } from '../graph/text.ts';
import type { ServerName } from '../model/ids.ts';
import { entryText } from '../model/placement.ts';
import type { State } from '../model/state.ts';
import type { AgentRecord } from './agent-records.ts';
import { counted } from './counted.ts';
import { ageText } from './duration.ts';
import type { Fact } from './node-facts.ts';
import type { ServerRow } from './server-rows.ts';

const HELD_SHOWN = 8;
const MINUTE_MS = 60_000;

/** What there is to know about a server beside its row in the table. Texts are safe to paint. On an idle screen they stand still. */
export function serverFacts(
  state: State,
  row: ServerRow,
  record: AgentRecord | undefined,
  nowMs: number,
  timeText: (atMs: number) => string,
): readonly Fact[] {
  const agent = row.agent === undefined ? undefined : state.agents.get(row.agent);
  const placed = state.placement.servers.find(({ host }) => host === row.host);
  const fact = (label: string, value: string, tone: Fact['tone'] = 'plain'): Fact => ({
    label,
    value: sanitizeText(value),
    tone,
  });
  const takes =
    placed === undefined ? 'nothing: nodes.yaml does not list it' : placed.nodes.map(entryText).join(', ');
  if (agent === undefined)
    return [
      fact('takes', takes),
      fact('agent', `none was ever seen: dagtop agent --server ${row.host}`, 'muted'),
    ];
  const ageMs = nowMs - agent.joinedMs;
  const age = ageMs < MINUTE_MS ? '<1m' : ageText(ageMs);
  const labels = Object.entries({ ...placed?.labels, ...agent.labels }).map(
    ([name, value]) => `${name}=${value}`,
  );
  const held = heldBy(state, agent.server);
  const more = held.length > HELD_SHOWN ? `, and ${held.length - HELD_SHOWN} more` : '';
  const { lost = 0, moved = 0 } = record ?? {};
  return [
    fact(
      'agent',
      `since ${timeText(agent.joinedMs)} (${age}), version ${agent.version}, incarnation ${agent.incarnation}`,
    ),
    ...(agent.names.length > 1 ? [fact('names', agent.names.join(', '))] : []),
    fact('takes', agent.only === undefined ? takes : `${agent.only.join(', ')} (its command line)`),
    ...(labels.length === 0 ? [] : [fact('labels', labels.join(' '))]),
    fact('has', held.length === 0 ? 'nothing now' : held.slice(0, HELD_SHOWN).join(', ') + more),
    ...(lost === 0
      ? []
      : [
          fact(
            'lost',
            `${counted(lost, 'attempt')} lost here, ${moved} of them succeeded on another server`,
            'warning',
          ),
        ]),
    ...(row.isCordoned
      ? [fact('cordoned', 'an operator took it out of service: no new work', 'warning')]
      : []),
  ];
}

/** `night/merge#1 running`, oldest run first. */
function heldBy(state: State, server: ServerName): string[] {
  const held: string[] = [];
  for (const run of state.openRuns) {
    for (const index of run.active) {
      const attempt = run.nodes[index]?.attempts.at(-1);
      if (attempt?.server !== server || attempt.outcome !== undefined) continue;
      const node = run.definition.dag.nodes[index]?.name ?? '?';
      held.push(
        `${run.dag}/${node}#${attempt.number} ${attempt.startedMs === undefined ? 'sent' : 'running'}`,
      );
    }
  }
  return held;
}
