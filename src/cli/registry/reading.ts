import type { Command } from 'commander';
import { examples, json, withBroker, withHistory } from './options.ts';
import type { Does } from './options.ts';

export function addReading(program: Command, does: Does): void {
  withHistory(withBroker(program.command('runs').description('lists runs, newest first')))
    .argument('[dag]', 'only of this DAG')
    .option('-n, --limit <count>', 'how many', '20')
    .addOption(json())
    .action(
      does(async (dag: never, options: never) => (await import('../commands/runs.ts')).runs(dag, options)),
    );
  withHistory(withBroker(program.command('show').description('draws a DAG, a run, or the DAGs of a file')))
    .argument('<dag|run|file>', 'a run id or the beginning of one, a DAG, or a DAG file (needs no broker)')
    .option('--expand', 'draw equal siblings one by one')
    .option('--boxes', 'draw small boxes')
    .option('--pills', 'draw one row for each node')
    .option('--direction <way>', 'td: lines lead down; lr: to the right (default: what fits)')
    .option('--width <columns>', 'what must hold the drawing (default: the terminal)')
    .option('--ascii', 'draw with ASCII alone')
    .option('--format <format>', 'text, dot, mermaid, svg or json', 'text')
    .addHelpText(
      'after',
      '\nExamples:\n  dagtop show dags/words.yaml --pills\n  dagtop show words --format svg > words.svg',
    )
    .addOption(json())
    .action(
      does(async (what: never, options: never) => (await import('../commands/show.ts')).show(what, options)),
    );
  withHistory(
    withBroker(program.command('logs').description('what a node wrote, or all nodes, merged by time')),
  )
    .argument('<run>')
    .argument('[node]', 'default: all attempts of all nodes, on all servers')
    .option('-f, --follow', 'go on until the attempt, or the run, ends')
    .option('-t, --timestamps', 'before each line when it was written (RFC 3339)')
    .option('-g, --grep <filter>', 'only lines that match: a regex, !not, node:NAME, srv:NAME, stream:stderr')
    .option('--attempt <number>', 'default: the newest')
    .option('--stderr', 'only stderr')
    .option('--stdout', 'only stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  dagtop logs words merge -f\n  dagtop logs words --timestamps --grep "stream:stderr !warning"',
    )
    .action(
      does(async (run: never, node: never, options: never) =>
        (await import('../commands/logs.ts')).logs(run, node, options),
      ),
    );
  withBroker(program.command('events').description('the event log'))
    .argument('[run]', 'only of this run, or of all runs of this DAG')
    .option('-f, --follow', 'go on')
    .addOption(json())
    .action(
      does(async (run: never, options: never) =>
        (await import('../commands/events.ts')).events(run, options),
      ),
    );
}

export function addTools(program: Command, does: Does): void {
  program
    .command('config')
    .description('where your configuration of the screen is, and what is in force')
    .option('--check', 'only say what is wrong with it')
    .addHelpText('after', examples('dagtop config', 'dagtop config --check'))
    .action(does(async (options: never) => (await import('../commands/config.ts')).config(options)));
  withBroker(program.command('trim').description('takes from the event log what no reader needs any more'))
    .option('--keep <duration>', 'what is younger stays (default: log: {keep: …} of dagtop.yaml, else 7d)')
    .option('--dry-run', 'only say what would be taken away')
    .addHelpText('after', examples('dagtop trim --dry-run', 'dagtop trim --keep 1d'))
    .action(does(async (options: never) => (await import('../commands/trim.ts')).trim(options)));
  withBroker(program.command('doctor').description('checks the broker, its durability, versions and clocks'))
    .addOption(json())
    .action(does(async (options: never) => (await import('../commands/doctor.ts')).doctor(options)));
  program
    .command('notify')
    .description('sends a test message to every target of notify in dagtop.yaml')
    .argument('<test>', 'test')
    .addOption(json())
    .addHelpText('after', examples('dagtop notify test'))
    .action(
      does(async (what: never, options: never) =>
        (await import('../commands/notify.ts')).notify(what, options),
      ),
    );
}
