import { Option } from 'commander';
import type { Command } from 'commander';

/** What a command's action returns: its exit code. */
export type Action = (...args: never[]) => Promise<number>;

/** Makes of an action what commander calls. */
export type Does = (action: Action) => (...args: unknown[]) => Promise<void>;

export function withBroker(command: Command): Command {
  return command
    .option(
      '--broker <url>',
      'embedded:FOLDER or nats://HOST:4222 (else DAGTOP_BROKER, dagtop.yaml, embedded:./.dagtop)',
    )
    .option('--namespace <name>', 'keeps two installations on one broker apart (default: dag)');
}

export function withHistory(command: Command): Command {
  return command.option(
    '--history <url>',
    'sqlite:FILE, postgres://USER@HOST/DATABASE?password-file=FILE, or off (else DAGTOP_HISTORY, dagtop.yaml, sqlite:.dagtop/history.db)',
  );
}

/** How the screen looks and what it may do to the terminal. */
export function withLook(command: Command): Command {
  return command
    .option('--ascii', 'draw with + - | only')
    .option('--theme <name>', 'dark, light, high-contrast or colour-blind')
    .option('--no-color', 'no colours (as NO_COLOR)')
    .option('--fps <count>', 'frames a second at most, 1 to 30 (default: 10)')
    .option('--no-anim', 'durations and clock move only when something happens, and once a minute')

    .option('--screen-reader', 'sentences, one below the other, instead of the screen')
    .option('--mouse', 'clicks and the wheel work (the terminal selects text with Shift then)')
    .addOption(
      new Option('--bell [kind]', 'when a run fails: bell, or osc9 (a notification of the terminal)')
        .choices(['bell', 'osc9'])
        .preset('bell'),
    );
}

export const json = (): Option => new Option('--json', 'JSON, one value per line');

export const examples = (...lines: string[]): string =>
  `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}\n`;

/** Gathers an option that may be given several times. */
export function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}
