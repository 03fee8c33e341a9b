import { EXIT } from './output.ts';

/** Resolves at the first SIGINT or SIGTERM; a second one ends the process at once. */
export function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (asked) process.exit(EXIT.error);
      asked = true;
      resolve(signal);
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
    process.on('SIGHUP', onSignal);
  });
}

/** Resolves when the process that started this one, with a channel to it, has ended. */
export function untilOrphaned(): Promise<void> {
  return new Promise((resolve) => process.once('disconnect', resolve));
}
