/**
 * `npm run bench:api`: what 1,000 status reads a second cost a DAG that runs meanwhile. The built `dagtop up` runs a DAG with and without somebody who asks, in turns; the asker
 * is a process of its own on the same machine. Run `npm run build` before. `--rate 1000 --rounds 5 --width 200`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { told } from './told.ts';

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '5' },
    width: { type: 'string', default: '200' },
  },
});
const width = Number(values.width);
const GOAL = 1.1;

/** 1 → width → 1, each node a tenth of a second of waiting, eight at a time. */
function fan(): string {
  const parts = Array.from({ length: width }, (_, at) => `part-${at}`);
  const lines = parts.map((part) => `  ${part}: {command: [sleep, "0.1"], depends: [split]}`);
  return ['nodes:', '  split: {}', ...lines, `  merge: {depends: [${parts.join(', ')}]}`, ''].join('\n');
}

type Load = {
  readonly answered: number;
  readonly errors: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
};

const folder = await mkdtemp(join(tmpdir(), 'dagtop-bench-api-'));
await mkdir(join(folder, 'dags'));
await writeFile(join(folder, 'dags/fan.yaml'), fan());
await writeFile(join(folder, 'nodes.yaml'), 'servers: [{host: srv-1, nodes: ["*"], concurrency: 8}]\n');
const main = join(import.meta.dirname, '../../dist/main.js');
const up = spawn(process.execPath, [main, 'up', 'dags', '--plain', '--api', '127.0.0.1:0'], {
  cwd: folder,
  env: { ...process.env, DAGTOP_BROKER: '' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const url = await apiOf(up);
  const token = (await readFile(join(folder, '.dagtop/api-token'), 'utf8')).trim();
  const ask = async (path: string, init: RequestInit = {}): Promise<Record<string, string>> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    return (await (await fetch(`${url}${path}`, { ...init, headers })).json()) as Record<string, string>;
  };
  const round = async (isAsked: boolean): Promise<{ tookMs: number; load: Load | undefined }> => {
    const { run = '' } = await ask('/api/v1/runs', { method: 'POST', body: '{"dag":"fan"}' });
    const asker = isAsked ? startAsker(url, token, run) : undefined;
    let last: Record<string, string> = {};
    while (last['endedAt'] === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      last = await ask(`/api/v1/runs/${run}?after=${last['position'] ?? 0}`);
    }
    const tookMs = Date.parse(last['endedAt']) - Date.parse(last['triggeredAt'] ?? '');
    return { tookMs, load: await asker?.end() };
  };
  await round(false);
  const quiet: number[] = [];
  const asked: number[] = [];
  let load: Load | undefined;
  for (let at = 0; at < Number(values.rounds); at += 1) {
    quiet.push((await round(false)).tookMs);
    const busy = await round(true);
    asked.push(busy.tookMs);
    load = busy.load;
  }
  const ratio = median(asked) / median(quiet);
  const with_ = `${median(quiet)} ms alone, ${median(asked)} ms beside ${load?.answered ?? 0} answers/s`;
  const latency = `p50 ${load?.p50Ms ?? 0} ms, p99 ${load?.p99Ms ?? 0} ms, ${load?.errors ?? 0} errors`;
  told(`a DAG of ${width + 2} nodes: ${with_} (${latency})`, ratio, GOAL, '×');
} finally {
  up.kill('SIGTERM');
  await once(up, 'exit');
  await rm(folder, { recursive: true, force: true });
}

function startAsker(url: string, token: string, run: string): { end(): Promise<Load> } {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'api-load.ts'), url, token, run, values.rate],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let text = '';
  child.stdout.on('data', (part: Buffer) => (text += part.toString()));
  return {
    end: async () => {
      child.kill('SIGTERM');
      await once(child, 'close');
      return JSON.parse(text) as Load;
    },
  };
}

/** Where the API is, as `up` says; what it says later is read and left. */
function apiOf({ stdout }: { readonly stdout: NodeJS.ReadableStream }): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    stdout.on('data', (part: Buffer) => {
      text += part.toString();
      const found = /the API is at (\S+);/.exec(text);
      if (found?.[1] !== undefined) resolve(found[1]);
    });
  });
}

function median(all: readonly number[]): number {
  return all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;
}
