import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answers, findProgram } from './recipe.ts';
import type { Recipe } from './recipe.ts';

/** Debian's, or whichever comes first in PATH. */
export const NATS = natsRecipe('nats', 'nats-server', 'scripts/brokers install nats');

/** The newest, which Go builds. */
export const NATS_NEWEST = natsRecipe(
  'nats-newest',
  'nats-server-newest',
  'scripts/brokers install nats-newest (needs Go)',
);

function natsRecipe(name: string, program: string, remedy: string): Recipe {
  return {
    name,
    find: () => findProgram(program),
    remedy,
    data: 'store',
    prepare: ({ folder, config }) => writeFile(join(folder, 'nats.conf'), config),
    start: ({ folder, port, config }) => ({
      program: findProgram(program) ?? program,
      args: [
        ...['-a', '127.0.0.1', '-p', String(port)],
        ...(config.includes('# no jetstream') ? [] : ['-js', '-sd', join(folder, 'store')]),
        ...['-c', join(folder, 'nats.conf')],
      ],
    }),
    // It says INFO once its streams are recovered.
    isReady: ({ port }) => answers(port, '', (answer) => answer.toString().startsWith('INFO')),
    url: ({ port }) => `nats://127.0.0.1:${port}`,
  };
}
