import { CodedError } from '../../model/coded-error.ts';
import { COMPLETION_SCRIPTS } from '../completion/scripts.ts';
import { EXIT } from '../output.ts';

/** Prints the script that makes a shell complete what `dagtop` takes. Error: `bad_usage`. */
export function completion(shell: string): Promise<number> {
  const script = COMPLETION_SCRIPTS.get(shell);
  if (script === undefined)
    throw new CodedError('bad_usage', `there is no completion for '${shell}'`, { hint: 'bash, zsh or fish' });
  process.stdout.write(script);
  return Promise.resolve(EXIT.ok);
}
