import { textWidth } from '../../graph/text.ts';
import { serverTable } from '../../view/server-rows.ts';
import { askAgents } from '../heartbeats.ts';
import { EXIT, formatTable, printJson, printLine } from '../output.ts';
import { withSession } from '../session.ts';
import type { BrokerFlags } from '../settings.ts';

/** Lists the servers of `nodes.yaml` and all agents that were seen, with what they answer now. */
export function servers(options: BrokerFlags & { readonly json?: boolean }): Promise<number> {
  return withSession(options, async ({ broker, state }) => {
    const there = [...state.agents.values()].filter(
      ({ presence }) => presence === 'present' || presence === 'draining',
    );
    const heard = await askAgents(
      broker,
      there.map(({ server }) => server),
    );
    if (options.json) {
      for (const agent of state.agents.values()) {
        printJson({
          server: agent.server,
          presence: agent.presence,
          answers: heard.has(agent.server),
          leads: state.leader?.startsWith(`${agent.server}.`) ?? false,
          load: agent.load,
          slots: agent.slots,
          labels: agent.labels,
          version: agent.version,
        });
      }
      return EXIT.ok;
    }
    const { header, rows } = serverTable(state, heard, Date.now());
    if (rows.length === 0) printLine('no servers yet: dagtop apply dags nodes.yaml, dagtop agent');
    else for (const line of formatTable(header, rows, textWidth)) printLine(line);
    return EXIT.ok;
  });
}
