import { agentNamed, isServerCordoned } from '../../engine/fold-server.ts';
import { CodedError } from '../../model/coded-error.ts';
import type { ServerName } from '../../model/ids.ts';
import type { State } from '../../model/state.ts';
import { drainLines, drainPlan } from '../../view/drain.ts';
import { findServer } from '../lookup.ts';
import { EXIT, printLine } from '../output.ts';
import { operate, withSession } from '../session.ts';
import type { Session } from '../session.ts';
import type { BrokerFlags } from '../settings.ts';

type CordonFlags = BrokerFlags & { readonly dryRun?: boolean };

/** Takes a server out of service: it gets no new work, what it runs goes on. With `waits`, returns when nothing runs there any more. */
export function cordon(text: string, options: CordonFlags, waits: boolean): Promise<number> {
  return withSession(options, async (session) => {
    const { state } = session;
    const server = findServer(state, text);
    for (const line of drainLines(drainPlan(state, server))) printLine(line);
    if (options.dryRun === true) return EXIT.ok;
    if (!isServerCordoned(state, server)) await operate(session, { type: 'server.cordoned', server });
    printLine(`cordoned ${server}; back in service with: dagtop uncordon ${server}`);
    if (waits) {
      await untilEmpty(session, server);
      printLine(`nothing runs on ${server}`);
    }
    return EXIT.ok;
  });
}

/** Puts a server back into service. */
export function uncordon(text: string, options: BrokerFlags): Promise<number> {
  return withSession(options, async (session) => {
    const server = findServer(session.state, text);
    if (!isServerCordoned(session.state, server))
      throw new CodedError('refused', `${server} is not cordoned`, { hint: 'dagtop servers lists them' });
    await operate(session, { type: 'server.uncordoned', server });
    printLine(`uncordoned ${server}`);
    return EXIT.ok;
  });
}

function untilEmpty({ replica, state }: Session, server: ServerName): Promise<void> {
  if (isEmpty(state, server)) return Promise.resolve();
  printLine(`waits for ${agentNamed(state, server)?.load ?? 0} running there (Ctrl-C: it stays cordoned)`);
  return new Promise((resolve, reject) => {
    const end = replica.listen({
      onFolded: () => {
        if (!isEmpty(state, server)) return;
        end();
        resolve();
      },
      onFault: reject,
    });
  });
}

function isEmpty(state: State, server: ServerName): boolean {
  return (agentNamed(state, server)?.load ?? 0) === 0;
}
