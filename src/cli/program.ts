import { Command, CommanderError, Option } from 'commander';
import { didYouMean } from '../definition/suggestion.ts';
import { CodedError } from '../model/coded-error.ts';
import { EXIT } from './output.ts';
import type { BrokerFlags } from './settings.ts';
import { VERSION } from './version.ts';

/** What a command's action returns: its exit code. */
type Action = (...args: never[]) => Promise<number>;

export type Program = { run(argv: readonly string[]): Promise<number> };

/** All commands, each with its help; what a command needs is loaded only when it runs. */
export function createProgram(): Program {
  let exitCode: number = EXIT.ok;
  const does =
    (action: Action) =>
    async (...args: unknown[]) => {
      // Commander hands over arguments, options, command. `dagtop --broker X runs` is as good as `dagtop runs --broker X`.
      const { broker, namespace } = program.opts<BrokerFlags>();
      const options = { ...defined({ broker, namespace }), ...(args.at(-2) as object) };
      exitCode = await action(...([...args.slice(0, -2), options] as never[]));
    };
  const program = new Command('dagtop')
    .description('Runs DAGs across servers over the message broker you already have, and shows them live.')
    .version(VERSION)
    .showHelpAfterError('(dagtop --help shows what there is)')
    .exitOverride();
  // Options of the program itself must not be taken for those of its commands.
  program.enablePositionalOptions();

  addMonitor(program, does);
  addUp(program, does);
  addAgent(program, does);
  addDefinitions(program, does);
  addSteering(program, does);
  addReading(program, does);
  addServers(program, does);
  addTools(program, does);
  for (const command of program.commands) command.exitOverride();

  return {
    run: async (argv) => {
      try {
        await program.parseAsync([...argv]);
        return exitCode;
      } catch (error) {
        if (!(error instanceof CommanderError)) throw error;
        return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
      }
    },
  };
}

type Does = (action: Action) => (...args: unknown[]) => Promise<void>;

function withBroker(command: Command): Command {
  return command
    .option(
      '--broker <url>',
      'embedded:FOLDER or nats://HOST:4222 (else DAGTOP_BROKER, dagtop.yaml, embedded:./.dagtop)',
    )
    .option('--namespace <name>', 'keeps two installations on one broker apart (default: dag)');
}

const json = (): Option => new Option('--json', 'JSON, one value per line');
const examples = (...lines: string[]): string =>
  `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}\n`;

function addMonitor(program: Command, does: Does): void {
  const look = (command: Command): Command =>
    command
      .option('--ascii', 'draw with + - | only')
      .option('--no-color', 'no colours (as NO_COLOR)')
      .option('--read-only', 'show, and change nothing');
  const action = does(async (options: never) => (await import('./commands/monitor.ts')).monitor(options));
  look(withBroker(program))
    .allowExcessArguments()
    .action(async (...args: unknown[]) => {
      const [unknown] = program.args;
      if (unknown !== undefined) throw unknownCommand(unknown, program);
      await action(...args);
    });
  look(withBroker(program.command('monitor').description('the live screen (the default command)'))).action(
    action,
  );
  program.addHelpText(
    'after',
    examples('dagtop up dags --run words', 'dagtop --broker nats://broker:4222', 'dagtop run words --wait'),
  );
}

function addUp(program: Command, does: Does): void {
  withBroker(
    program
      .command('up')
      .description('everything on this machine: an agent per server of nodes.yaml, and the screen'),
  )
    .argument('[dags...]', 'DAG files or folders', ['dags'])
    .option('--nodes <file>', 'the placement file (default: nodes.yaml here or beside the DAGs)')
    .option('--run <dag>', 'trigger this DAG')
    .option('-p, --param <key=value>', 'a parameter of the run', collect, [])
    .option('--plain', 'lines instead of the screen; with --run, ends with the run and its outcome')
    .option('--ascii', 'draw with + - | only')
    .option('--no-color', 'no colours (as NO_COLOR)')
    .option('--accept-loss', 'go on with a broker that can lose what it acknowledged')
    .addHelpText(
      'after',
      examples('dagtop up', 'dagtop up dags --run words', 'dagtop up dags --run flaky --plain'),
    )
    .action(
      does(async (dags: never, options: never) => (await import('./commands/up.ts')).up(dags, options)),
    );
}

function addAgent(program: Command, does: Does): void {
  withBroker(
    program.command('agent').description('runs nodes on this server, and is a candidate for scheduler'),
  )
    .argument('[nodes...]', 'run just these nodes (NODE or DAG/NODE), whatever the placement says')
    .option('--server <name>', 'the name in nodes.yaml (else NODE_HOST, else host name and addresses)')
    .option('--slots <count>', 'commands at a time, where nodes.yaml does not say (default: number of cores)')
    .option('--label <key=value>', 'a label to show', collect, [])
    .option('--data <folder>', 'journal and outputs (default: .dagtop/agents/SERVER)')
    .option('--drain-grace <duration>', 'how long running commands may go on after SIGTERM', '30s')
    .option('--kill-grace <duration>', 'between TERM and KILL of a command', '10s')
    .option('--no-scheduler', 'never decide, only work')
    .option('--accept-loss', 'go on with a broker that can lose what it acknowledged')
    .option('--new-log', 'the event log was replaced on purpose: forget the one known before')
    .addOption(new Option('--with-parent').hideHelp())
    .addHelpText(
      'after',
      examples('dagtop agent --server srv-1 --broker nats://broker:4222', 'dagtop agent extract load'),
    )
    .action(
      does(async (nodes: never, options: never) =>
        (await import('./commands/agent.ts')).agent(nodes, options),
      ),
    );
}

function addDefinitions(program: Command, does: Does): void {
  withBroker(program.command('apply').description('puts DAG and placement files in force'))
    .argument('<dags...>', 'DAG files or folders, and a placement file')
    .option('--watch', 'go on, and apply each change')
    .addHelpText('after', examples('dagtop apply dags nodes.yaml', 'dagtop apply dags nodes.yaml --watch'))
    .action(
      does(async (paths: never, options: never) =>
        (await import('./commands/apply.ts')).apply(paths, options),
      ),
    );
  program
    .command('validate')
    .description('checks DAG and placement files; needs no broker')
    .argument('<files...>', 'files or folders')
    .addOption(json())
    .addHelpText('after', examples('dagtop validate dags nodes.yaml'))
    .action(
      does(async (files: never, options: never) =>
        (await import('./commands/validate.ts')).validate(files, options),
      ),
    );
  program
    .command('schema')
    .description('the JSON Schema of a file, for editors')
    .argument('<dag|nodes>', 'which')
    .addHelpText('after', examples('dagtop schema dag > dag.schema.json'))
    .action(does(async (which: never) => (await import('./commands/schema.ts')).schema(which)));
}

function addSteering(program: Command, does: Does): void {
  withBroker(program.command('run').description('triggers a run of a DAG and prints its id'))
    .argument('<dag>')
    .option('-p, --param <key=value>', 'a parameter, as the DAG declares it', collect, [])
    .option('--wait', 'print its events and end with its outcome (3: failed, 4: canceled)')
    .addOption(json())
    .addHelpText('after', examples('dagtop run words', 'dagtop run words -p top=3 --wait'))
    .action(
      does(async (dag: never, options: never) => (await import('./commands/run.ts')).run(dag, options)),
    );
  withBroker(program.command('retry').description('runs a node that ended again, or all that failed'))
    .argument('<run>', 'a run id, the beginning of one, or a DAG (its newest run)')
    .argument('[node]', 'default: every node that failed by itself')
    .option('--downstream', 'and everything that depends on it, succeeded or not')
    .addHelpText('after', examples('dagtop retry words', 'dagtop retry 6n3k load --downstream'))
    .action(
      does(async (run: never, node: never, options: never) =>
        (await import('./commands/steer.ts')).retry(run, node, options),
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
          (await import('./commands/steer.ts')).steer(verb, run, options),
        ),
      );
  }
}

function addServers(program: Command, does: Does): void {
  withBroker(program.command('servers').description('lists servers and their agents'))
    .addOption(json())
    .action(does(async (options: never) => (await import('./commands/servers.ts')).servers(options)));
  for (const [verb, what, waits] of [
    ['cordon', 'takes a server out of service: no new work; what it runs goes on', false],
    ['drain', 'cordons a server and waits until nothing runs there', true],
  ] as const) {
    withBroker(program.command(verb).description(what))
      .argument('<server>')
      .option('--dry-run', 'only say where its nodes would go')
      .action(
        does(async (server: never, options: never) =>
          (await import('./commands/cordon.ts')).cordon(server, options, waits),
        ),
      );
  }
  withBroker(program.command('uncordon').description('puts a server back into service'))
    .argument('<server>')
    .action(
      does(async (server: never, options: never) =>
        (await import('./commands/cordon.ts')).uncordon(server, options),
      ),
    );
}

function addReading(program: Command, does: Does): void {
  withBroker(program.command('runs').description('lists runs, newest first'))
    .argument('[dag]', 'only of this DAG')
    .option('-n, --limit <count>', 'how many', '20')
    .addOption(json())
    .action(
      does(async (dag: never, options: never) => (await import('./commands/runs.ts')).runs(dag, options)),
    );
  withBroker(program.command('show').description('draws a DAG, a run, or the DAGs of a file'))
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
      does(async (what: never, options: never) => (await import('./commands/show.ts')).show(what, options)),
    );
  withBroker(program.command('logs').description('what a node wrote'))
    .argument('<run>')
    .argument('<node>')
    .option('-f, --follow', 'go on until the attempt ends')
    .option('--attempt <number>', 'default: the newest')
    .option('--stderr', 'only stderr')
    .option('--stdout', 'only stdout')
    .action(
      does(async (run: never, node: never, options: never) =>
        (await import('./commands/logs.ts')).logs(run, node, options),
      ),
    );
  withBroker(program.command('events').description('the event log'))
    .argument('[run]', 'only of this run, or of all runs of this DAG')
    .option('-f, --follow', 'go on')
    .addOption(json())
    .action(
      does(async (run: never, options: never) => (await import('./commands/events.ts')).events(run, options)),
    );
}

function addTools(program: Command, does: Does): void {
  withBroker(program.command('doctor').description('checks the broker, its durability, versions and clocks'))
    .addOption(json())
    .action(does(async (options: never) => (await import('./commands/doctor.ts')).doctor(options)));
}

function unknownCommand(name: string, program: Command): CodedError {
  const names = program.commands.map((command) => command.name());
  return new CodedError('bad_usage', `there is no command '${name}'`, {
    hint: didYouMean(name, names) ?? 'dagtop --help lists them',
  });
}

/** Without the entries that are undefined, so that they cover nothing. */
function defined(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}
