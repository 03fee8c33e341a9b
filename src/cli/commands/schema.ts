import { dagSchema, placementSchema } from '../../definition/schema.ts';
import { configSchema } from '../../definition/config-schema.ts';
import { CodedError } from '../../model/coded-error.ts';
import { CONFIG_WORDS } from '../config.ts';
import { EXIT, printLine } from '../output.ts';

/** Prints the JSON Schema of `dag`, `nodes` or `config` files. */
export function schema(which: string): Promise<number> {
  const schemas: Readonly<Record<string, unknown>> = {
    dag: dagSchema,
    nodes: placementSchema,
    config: configSchema(CONFIG_WORDS),
  };
  const found = Object.hasOwn(schemas, which) ? schemas[which] : undefined;
  if (found === undefined)
    throw new CodedError('bad_usage', `there is no schema '${which}'`, { hint: 'dag, nodes or config' });
  printLine(JSON.stringify(found, undefined, 2));
  return Promise.resolve(EXIT.ok);
}
