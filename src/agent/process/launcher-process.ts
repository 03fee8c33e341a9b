/**
 * The launcher, a small process beside the agent that starts its commands: `launcher-process.ts GRACE_MS`. Forking costs in proportion
 * to the memory of the process that forks, and stops it meanwhile; an agent that held a large state would stand still with each start.
 * When the agent dies, the launcher ends the commands, since nobody will record what they do.
 */
import { spawn } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import type { LaunchFailure, LaunchReply, LaunchRequest } from './launch-message.ts';
import { signalGroup } from './signal.ts';

const killGraceMs = Number(process.argv[2]);
const running = new Set<number>();

process.on('message', (request: LaunchRequest) => start(request));
process.on('disconnect', endAll);
// Sent to the whole group by a terminal or a service manager; the agent alone decides what ends when.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

function start({ id, program, args, env, cwd, stdout, stderr }: LaunchRequest): void {
  if (!process.connected) return;
  const fds: number[] = [];
  try {
    // Not to be held up by an agent that died meanwhile; for the command they are made to block again.
    for (const path of [stdout, stderr]) fds.push(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
    const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', ...fds] });
    child.on('error', (error) => {
      if (child.pid === undefined) reply({ id, failure: failureOf(error) });
    });
    const { pid } = child;
    if (pid === undefined) return;
    running.add(pid);
    reply({ id, pid });
    child.once('exit', (code, signal) => {
      running.delete(pid);
      reply({ id, exit: { code, signal } });
    });
  } catch (error) {
    reply({ id, failure: failureOf(error) });
  } finally {
    for (const fd of fds) closeSync(fd);
  }
}

function reply(message: LaunchReply): void {
  // An agent that is gone is told by 'disconnect'.
  if (process.connected) process.send?.(message, () => undefined);
}

function failureOf(error: unknown): LaunchFailure {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  return { code, syscall, message: message ?? String(error) };
}

/** The process ends with the last of its commands. */
function endAll(): void {
  for (const pid of running) signalGroup(pid, 'SIGTERM');
  const kill = (): void => {
    for (const pid of running) signalGroup(pid, 'SIGKILL');
    process.exit();
  };
  setTimeout(kill, killGraceMs).unref();
}
