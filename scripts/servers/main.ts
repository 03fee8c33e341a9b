/** `scripts/brokers start|stop|status [NAME…]`: real brokers that stay when this program has ended. What runs is noted in `.brokers/run`. */
import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { NATS_NEWEST } from './nats.ts';
import { POSTGRES } from './postgres.ts';
import { freePlace, OWN_FOLDER } from './recipe.ts';
import type { Place, Recipe } from './recipe.ts';
import { SERVERS } from './recipes.ts';

const NOTES = join(OWN_FOLDER, 'run');
const START_MS = 120_000;
const END_MS = 30_000;

/** What is noted of a server that runs. `startedAt` tells it from a later process with the same number. */
type Note = { readonly pid: number; readonly startedAt: string; readonly place: Place };

async function start(recipe: Recipe): Promise<void> {
  const running = await noteOf(recipe);
  if (running !== undefined) return say(recipe, `runs already at ${recipe.url(running.place)}`);
  if (recipe.find() === undefined) throw new Error(`${recipe.name} is not installed: ${recipe.remedy}`);
  const place = await freePlace(await mkdtemp(join(tmpdir(), `dagtop-${recipe.name}-`)));
  await recipe.prepare?.(place);
  const { program, args, env } = recipe.start(place);
  const log = openSync(join(place.folder, 'output.log'), 'a');
  const child = spawn(program, args, {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...env },
    detached: true,
  });
  child.unref();
  const pid = child.pid ?? 0;
  for (const startMs = Date.now(); !(await recipe.isReady(place)); await pause(50)) {
    if (child.exitCode !== null || Date.now() - startMs > START_MS)
      throw new Error(`${recipe.name} does not serve: see ${join(place.folder, 'output.log')}`);
  }
  await mkdir(NOTES, { recursive: true });
  const note: Note = { pid, startedAt: (await startOf(pid)) ?? '', place };
  await writeFile(fileOf(recipe), JSON.stringify(note));
  say(recipe, recipe.url(place));
}

async function stop(recipe: Recipe): Promise<void> {
  const note = await noteOf(recipe);
  if (note === undefined) return say(recipe, 'does not run');
  process.kill(-note.pid, 'SIGTERM');
  for (const startMs = Date.now(); (await startOf(note.pid)) !== undefined; await pause(50))
    if (Date.now() - startMs > END_MS) process.kill(-note.pid, 'SIGKILL');
  await recipe.cleanUp?.(note.place);
  await rm(note.place.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  await rm(fileOf(recipe), { force: true });
  say(recipe, 'ended');
}

async function status(recipe: Recipe): Promise<void> {
  const note = await noteOf(recipe);
  const installed =
    recipe.find() === undefined ? `not installed: ${recipe.remedy}` : 'installed, does not run';
  say(
    recipe,
    note === undefined ? installed : `${recipe.url(note.place)}  pid ${note.pid}  ${note.place.folder}`,
  );
}

/** Of a server that still runs. */
async function noteOf(recipe: Recipe): Promise<Note | undefined> {
  try {
    const note = JSON.parse(await readFile(fileOf(recipe), 'utf8')) as Note;
    return (await startOf(note.pid)) === note.startedAt ? note : undefined;
  } catch {
    return undefined;
  }
}

/** When a process started, in ticks since the boot; undefined where there is none, or one that has ended. */
async function startOf(pid: number): Promise<string | undefined> {
  if (!(await readdir('/proc')).includes(String(pid))) return undefined;
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /, '').split(' ');
  return fields[0] === 'Z' ? undefined : fields[19];
}

function fileOf({ name }: Recipe): string {
  return join(NOTES, `${name}.json`);
}

function say({ name }: Recipe, text: string): void {
  console.log(`${name.padEnd(12)} ${text}`);
}

const [verb, ...names] = process.argv.slice(2);
const verbs = { start, stop, status };
const action = verbs[verb as keyof typeof verbs];
const unknown = names.find((name) => !SERVERS.some((recipe) => recipe.name === name));
if (unknown !== undefined) {
  console.error(`there is no broker '${unknown}': ${SERVERS.map(({ name }) => name).join(', ')}`);
  process.exitCode = 2;
} else {
  const isWanted = (recipe: Recipe): boolean =>
    names.length === 0
      ? verb !== 'start' || ![NATS_NEWEST, POSTGRES].includes(recipe)
      : names.includes(recipe.name);
  for (const recipe of SERVERS.filter(isWanted)) {
    await action(recipe).catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : String(error));
      process.exitCode = 1;
    });
  }
}
