import { Option } from 'commander';
import type { Command } from 'commander';
import { examples, json, withBroker, withHistory } from './options.ts';
import type { Does } from './options.ts';

export function addHistory(program: Command, does: Does): void {
  const withBoth = (command: Command): Command => withHistory(withBroker(command));
  withBoth(program.command('history').description('all runs that are known, those that left memory too'))
    .argument('[rebuild]', "'rebuild': forget the history and record the whole log anew")
    .option('--dag <name>', 'only of this DAG')
    .option('--status <states>', 'only running, paused, canceling, succeeded, failed, canceled')
    .option('--since <time>', 'only triggered since: 24h, 7d, 2026-11-24')
    .option('--search <text>', 'in DAG, run id, who, parameters and error')
    .option('-n, --limit <count>', 'how many', '20')
    .option('--force', 'with rebuild: although the log no longer has all')
    .addOption(json())
    .addHelpText(
      'after',
      examples(
        'dagtop history --dag words --status failed --since 7d',
        'dagtop history --search "disk full" --json',
        'dagtop history rebuild',
      ),
    )
    .action(
      does(async (verb: never, options: never) =>
        (await import('../commands/history.ts')).history(verb, options),
      ),
    );
  withHistory(program.command('stats').description('success, times and trend, from the history'))
    .argument('[dag]', 'only of this DAG, with all its nodes')
    .option('--since <time>', 'only runs triggered since: 24h, 7d, 2026-11-24')
    .option('--ascii', 'draw with ASCII alone')
    .addOption(json())
    .action(
      does(async (dag: never, options: never) => (await import('../commands/stats.ts')).stats(dag, options)),
    );
  withBoth(program.command('diff').description('what differs between two runs'))
    .argument('<run>')
    .argument('<other>')
    .addOption(json())
    .action(
      does(async (one: never, other: never, options: never) =>
        (await import('../commands/diff.ts')).diff(one, other, options),
      ),
    );
  withBoth(program.command('record').description('writes the event log into the history, until it is ended'))
    .option('--keep <duration>', 'how long ended runs are kept, such as 90d (default: for ever)')
    .option('--keep-runs <count>', 'how many ended runs of each DAG (default: all)')
    .addOption(new Option('--with-parent').hideHelp())
    .addHelpText(
      'after',
      examples(
        'dagtop record',
        "dagtop record --history 'postgres://dagtop@db/runs?password-file=/etc/dagtop/db' --keep 90d",
      ),
    )
    .action(does(async (options: never) => (await import('../commands/record.ts')).record(options)));
}
