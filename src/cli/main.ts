import { CodedError } from '../model/coded-error.ts';
import { EXIT, printError } from './output.ts';
import { createProgram } from './program.ts';

/** Runs one command and ends the process with its exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  // A reader that went away (`dagtop events | head`) is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.ok);
    throw error;
  });
  let exitCode: number;
  try {
    exitCode = await createProgram().run(argv);
  } catch (error) {
    printError(error);
    exitCode = error instanceof CodedError && error.code === 'bad_usage' ? EXIT.usage : EXIT.error;
  }
  // Drivers may keep sockets open; a command that has ended is over. What was printed leaves first.
  process.stderr.write('', () => process.stdout.write('', () => process.exit(exitCode)));
}
