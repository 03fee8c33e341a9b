import { Type } from 'typebox';
import type { TSchema } from 'typebox';
import { limits } from '../model/limits.ts';
import { BELLS } from './config-file.ts';
import type { ConfigWords } from './config-file.ts';

const key = Type.Union([Type.String({ minLength: 1 }), Type.Integer({ minimum: 0, maximum: 9 })]);
const keys = Type.Union([key, Type.Array(key), Type.Null()]);
const flag = (description: string): TSchema => Type.Optional(Type.Boolean({ description }));

/** The JSON Schema (draft 2020-12) of `config.yaml`, for editors. Whether keys clash is the parser's. */
export function configSchema({
  themes,
  commands,
  keyNames,
}: Pick<ConfigWords, 'themes' | 'commands' | 'keyNames'>): TSchema {
  const bindings = Object.fromEntries(
    commands.map((command) => [command, Type.Optional(Type.Ref('#/$defs/keys'))]),
  );
  return Type.Object(
    {
      theme: Type.Optional(Type.Enum([...themes], { description: 'The colours.' })),
      ascii: flag('Draw with + - | only.'),
      read_only: flag('Show, and change nothing.'),
      animation: flag('Let what runs move.'),
      mouse: flag('Take clicks and the wheel.'),
      bell: Type.Optional(
        Type.Union([Type.Enum([...BELLS]), Type.Boolean()], {
          description: 'How a run that fails is told: bell, or osc9 (a notification of the terminal).',
        }),
      ),
      fps: Type.Optional(
        Type.Integer({ minimum: 1, maximum: limits.framesPerSecondMax, description: 'Frames per second.' }),
      ),
      keys: Type.Optional(
        Type.Object(bindings, {
          additionalProperties: false,
          description: `Keys by command: a character, two in a row (gg), ctrl- and a letter, or one of ${keyNames.join(', ')}; null for none.`,
        }),
      ),
    },
    {
      additionalProperties: false,
      $defs: { keys },
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'dagtop config',
    },
  );
}
