import type { Command } from 'commander';
import { examples, json, withBroker } from './options.ts';
import type { Does } from './options.ts';

export function addDefinitions(program: Command, does: Does): void {
  withBroker(program.command('apply').description('puts DAG and placement files in force'))
    .argument('<dags...>', 'DAG files or folders, and a placement file')
    .option('--watch', 'go on, and apply each change')
    .addHelpText('after', examples('dagtop apply dags nodes.yaml', 'dagtop apply dags nodes.yaml --watch'))
    .action(
      does(async (paths: never, options: never) =>
        (await import('../commands/apply.ts')).apply(paths, options),
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
        (await import('../commands/validate.ts')).validate(files, options),
      ),
    );
  program
    .command('schema')
    .description('the JSON Schema of a file, for editors')
    .argument('<dag|nodes|config>', 'which')
    .addHelpText('after', examples('dagtop schema dag > dag.schema.json'))
    .action(does(async (which: never) => (await import('../commands/schema.ts')).schema(which)));
}
