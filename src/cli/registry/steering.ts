import type { Command } from 'commander';
import { collect, examples, json, withBroker } from './options.ts';
import type { Does } from './options.ts';

export function addSteering(program: Command, does: Does): void {
  withBroker(program.command('run').description('triggers a run of a DAG and prints its id'))
    .argument('<dag>')
    .option('-p, --param <key=value>', 'a parameter, as the DAG declares it', collect, [])
    .option('--from <node>', 'run only this node and what comes after it (may be given again)', collect, [])
    .option('--wait', 'print its events and end with its outcome (3: failed, 4: canceled)')
    .addOption(json())
    .addHelpText(
      'after',
      examples('dagtop run words', 'dagtop run words -p top=3 --wait', 'dagtop run words --from merge'),
    )
    .action(
      does(async (dag: never, options: never) => (await import('../commands/run.ts')).run(dag, options)),
    );
  withBroker(program.command('retry').description('runs a node that ended again, or all that failed'))
    .argument('<run>', 'a run id, the beginning of one, or a DAG (its newest run)')
    .argument('[node]', 'default: every node that failed by itself')
    .option('--downstream', 'and everything that depends on it, succeeded or not')
    .addHelpText('after', examples('dagtop retry words', 'dagtop retry 6n3k load --downstream'))
    .action(
      does(async (run: never, node: never, options: never) =>
        (await import('../commands/steer.ts')).retry(run, node, options),
      ),
    );
  for (const [verb, what] of [
    ['cancel', 'stops what runs of it, and starts no more'],
    ['pause', 'starts no more nodes of it; what runs goes on'],
    ['resume', 'lets a paused run go on'],
  ] as const) {
    withBroker(program.command(verb).description(what))
      .argument('<run>', 'a run id, the beginning of one, or a DAG (its newest run)')
      .action(
        does(async (run: never, options: never) =>
          (await import('../commands/steer.ts')).steer(verb, run, options),
        ),
      );
  }
}

export function addServers(program: Command, does: Does): void {
  withBroker(program.command('servers').description('lists servers and their agents'))
    .addOption(json())
    .action(does(async (options: never) => (await import('../commands/servers.ts')).servers(options)));
  for (const [verb, what, waits] of [
    ['cordon', 'takes a server out of service: no new work; what it runs goes on', false],
    ['drain', 'cordons a server and waits until nothing runs there', true],
  ] as const) {
    withBroker(program.command(verb).description(what))
      .argument('<server>')
      .option('--dry-run', 'only say where its nodes would go')
      .action(
        does(async (server: never, options: never) =>
          (await import('../commands/cordon.ts')).cordon(server, options, waits),
        ),
      );
  }
  withBroker(program.command('uncordon').description('puts a server back into service'))
    .argument('<server>')
    .action(
      does(async (server: never, options: never) =>
        (await import('../commands/cordon.ts')).uncordon(server, options),
      ),
    );
}
