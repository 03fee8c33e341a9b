import { Command, CommanderError } from 'commander';
import { didYouMean } from '../definition/suggestion.ts';
import { CodedError } from '../model/coded-error.ts';
import { EXIT } from './output.ts';
import { addCompletion } from './registry/completion.ts';
import { addDefinitions } from './registry/definitions.ts';
import { addHistory } from './registry/history.ts';
import { examples, withBroker, withHistory, withLook } from './registry/options.ts';
import type { Action, Does } from './registry/options.ts';
import { addAgent, addServe, addToken, addUp } from './registry/processes.ts';
import { addReading, addTools } from './registry/reading.ts';
import { addServers, addSteering } from './registry/steering.ts';
import type { BrokerFlags } from './settings.ts';
import { VERSION } from './version.ts';

export type Program = {
  run(argv: readonly string[]): Promise<number>;
  /** The commands as they are known, for the completion's test. */
  readonly commands: Command;
};

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
  addServe(program, does);
  addToken(program, does);
  addDefinitions(program, does);
  addSteering(program, does);
  addReading(program, does);
  addHistory(program, does);
  addServers(program, does);
  addTools(program, does);
  addCompletion(program, does);
  for (const command of program.commands) command.exitOverride();

  return {
    commands: program,
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

function addMonitor(program: Command, does: Does): void {
  const look = (command: Command): Command =>
    withLook(command).option('--read-only', 'show, and change nothing');
  const action = does(async (options: never) => (await import('./commands/monitor.ts')).monitor(options));
  look(withHistory(withBroker(program)))
    .allowExcessArguments()
    .action(async (...args: unknown[]) => {
      const [unknown] = program.args;
      if (unknown !== undefined) throw unknownCommand(unknown, program);
      await action(...args);
    });
  look(
    withHistory(withBroker(program.command('monitor').description('the live screen (the default command)'))),
  ).action(action);
  program.addHelpText(
    'after',
    examples('dagtop up dags --run words', 'dagtop --broker nats://broker:4222', 'dagtop run words --wait'),
  );
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
