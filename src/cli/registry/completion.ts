import type { Command } from 'commander';
import { examples } from './options.ts';
import type { Does } from './options.ts';

export function addCompletion(program: Command, does: Does): void {
  program
    .command('completion')
    .description('a script for your shell, so that Tab completes commands, options and names')
    .argument('<bash|zsh|fish>', 'which shell')
    .addHelpText(
      'after',
      examples(
        'eval "$(dagtop completion bash)"    # in ~/.bashrc; likewise for zsh',
        'dagtop completion fish > ~/.config/fish/completions/dagtop.fish',
      ),
    )
    .action(does(async (shell: never) => (await import('../commands/completion.ts')).completion(shell)));
  program
    .command('__complete', { hidden: true })
    .argument('<shell>')
    .argument('[words...]')
    .action(
      does(async (shell: never, words: never) =>
        (await import('../commands/complete.ts')).complete(program, shell, words),
      ),
    );
}
