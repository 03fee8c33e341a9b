import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attemptName } from '../../src/agent/output/attempt-folder.ts';
import { LiveFeed } from '../../src/agent/output/live-feed.ts';
import { readOutput } from '../../src/agent/output/read-output.ts';
import { Retention } from '../../src/agent/output/retention.ts';
import { Segments } from '../../src/agent/output/segments.ts';
import { MARK_BYTES } from '../../src/agent/output/time-marks.ts';
import type { NodeName, RunId } from '../../src/model/ids.ts';
import { limits } from '../../src/model/limits.ts';
import type { OutputChunk, OutputRequest } from '../../src/model/message.ts';
import { AgentStage } from '../support/agent-stage.ts';
import { range, until } from '../support/conformance-tools.ts';

let stage: AgentStage;
beforeEach(() => void (stage = new AgentStage()));
afterEach(() => stage.end());

const bytesOf = (chunk: OutputChunk): Buffer => Buffer.from(chunk.data, 'base64');
const request = (run: string, node: string, rest: Partial<OutputRequest> = {}): OutputRequest => ({
  type: 'read_output',
  run: run as RunId,
  node: node as NodeName,
  attempt: 1,
  stream: 'stdout',
  from: 0,
  ...rest,
});

function sizeOnDisk(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

describe('kept output', () => {
  it('has every byte, of both streams apart', async () => {
    const source = Buffer.from(range(256 * 40).map((at) => at % 256));
    const file = join(stage.folder, 'source');
    writeFileSync(file, source);
    const job = stage.job({ argv: ['sh', '-c', 'cat "$0"; tail -c 1000 "$0" >&2', file] });
    const { wrote } = await stage.executor.start(job).ended;
    expect(wrote).toEqual({ stdoutBytes: source.length, stderrBytes: 1_000, droppedBytes: 0, tail: '' });
    expect((await stage.kept(job)).pieces).toEqual([{ from: 0, bytes: source }]);
    expect((await stage.kept(job, 'stderr')).pieces).toEqual([{ from: 0, bytes: source.subarray(-1_000) }]);
  });

  it('of three hundred megabytes is its head and its tail, within bounds of disk and memory', async () => {
    const before = process.memoryUsage().rss;
    let mostRss = 0;
    const watch = setInterval(() => (mostRss = Math.max(mostRss, process.memoryUsage().rss)), 20);
    const total = 300_000_000;
    const job = stage.job({ shell: `printf head; head -c ${total - 8} /dev/zero; printf tail` });
    const { outcome, wrote } = await stage.executor.start(job).ended;
    clearInterval(watch);
    expect(outcome).toEqual({ is: 'succeeded' });
    expect(wrote?.stdoutBytes).toBe(total);
    const { pieces, totalBytes } = await stage.kept(job);
    expect(totalBytes).toBe(total);
    const keptBytes = pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
    expect(wrote?.droppedBytes).toBe(total - keptBytes);
    expect(keptBytes).toBeLessThanOrEqual(limits.captureHeadMaxBytes + limits.captureTailMaxBytes);
    const timesBytes = sizeOnDisk(join(stage.folder, 'attempts')) - keptBytes;
    expect(timesBytes).toBeGreaterThan(0);
    expect(timesBytes).toBeLessThan(keptBytes / 2);
    const [first, last] = [pieces[0], pieces.at(-1)];
    expect([first?.from, first?.bytes.length]).toEqual([0, limits.captureHeadMaxBytes]);
    expect(first?.bytes.toString('latin1', 0, 5)).toBe('head\0');
    expect(last?.bytes.toString('latin1').slice(-5)).toBe('\0tail');
    expect((last?.from ?? 0) + (last?.bytes.length ?? 0)).toBe(total);
    expect(total - (pieces[1]?.from ?? total)).toBeGreaterThan(limits.captureTailMaxBytes / 2);
    expect(mostRss - before).toBeLessThan(150 * 1024 * 1024);
  });

  it('of a failure ends with its last bytes, in the result too', async () => {
    const { wrote } = await stage.sh('seq 100000 >&2; exit 1');
    expect(Buffer.byteLength(wrote?.tail ?? '')).toBe(limits.tailMaxBytes);
    expect(wrote?.tail.endsWith('99999\n100000\n')).toBe(true);
    expect((await stage.sh('echo only stdout; exit 1')).wrote?.tail).toBe('only stdout\n');
  });

  it('can be read while the command runs', async () => {
    const job = stage.job(
      { shell: 'echo first; while [ ! -e go ]; do sleep 0.02; done; echo second' },
      { workingDir: stage.folder },
    );
    const execution = stage.executor.start(job);
    const read = (from: number): ReturnType<typeof readOutput> =>
      readOutput(stage.folder, request(job.run, job.node, { from }));
    await until('the first line', async () => (await read(0)).totalBytes > 0);
    expect(await read(0)).toEqual({
      data: Buffer.from('first\n').toString('base64'),
      from: 0,
      totalBytes: 6,
      running: true,
      times: [[0, expect.any(Number)]],
    });
    writeFileSync(join(stage.folder, 'go'), '');
    await execution.ended;
    expect(await read(6)).toEqual({
      data: Buffer.from('second\n').toString('base64'),
      from: 6,
      totalBytes: 13,
      running: false,
      times: [[6, expect.any(Number)]],
    });
    expect(await read(1_000)).toEqual({ data: '', from: 1_000, totalBytes: 13, running: false });
  });

  it('is asked for by names that cannot lead elsewhere', async () => {
    mkdirSync(join(stage.folder, 'secret'));
    writeFileSync(join(stage.folder, 'secret', 'stdout.0'), 'secret');
    const names = [
      '../secret',
      '..',
      '.',
      '/',
      '',
      '\0',
      'a/../../secret',
      '='.repeat(500),
      '\u{1f600}'.repeat(200),
      '%2e%2e',
    ];
    for (const name of names) {
      for (const asked of [
        request(name, 'node'),
        request('run', name),
        request(name, name),
        request('..', name, { attempt: -1 }),
      ]) {
        const reply = await readOutput(stage.folder, asked);
        expect(reply).toMatchObject({ data: '', totalBytes: 0, running: false, error: expect.any(String) });
      }
    }
  });

  it('belongs to names of any characters and length', async () => {
    const names = ['../../x', 'Grüße, Welt', '\u{1f600}'.repeat(60), 'a.b', 'a', 'b.1', 'x'.repeat(128)];
    for (const name of names) {
      const job = stage.job({ argv: ['echo', name] }, { run: name as RunId, node: name as NodeName });
      expect((await stage.executor.start(job).ended).outcome).toEqual({ is: 'succeeded' });
    }
    for (const name of names) {
      const reply = await readOutput(stage.folder, request(name, name));
      expect(Buffer.from(reply.data, 'base64').toString()).toBe(`${name}\n`);
    }
    expect(readdirSync(join(stage.folder, 'attempts'))).toHaveLength(names.length);
  });

  it('that the disk does not take counts as dropped, and the command is none the worse', async () => {
    rmSync(join(stage.folder, 'attempts'), { recursive: true });
    writeFileSync(join(stage.folder, 'attempts'), 'in the way');
    const { outcome, wrote } = await stage.sh('echo lost; echo "{\\"n\\":1}"');
    expect(outcome).toEqual({ is: 'succeeded', output: { n: 1 } });
    expect(wrote).toMatchObject({ stdoutBytes: 13, droppedBytes: 13 });
    expect(stage.notices.join()).toContain('was not kept');
  });
});

describe('the times of output', () => {
  const waits = 'echo first; while [ ! -e go ]; do sleep 0.02; done; echo second; echo third >&2';

  it('are those at which it came, kept and live alike', async () => {
    const job = stage.job({ shell: waits }, { workingDir: stage.folder });
    const beginMs = Date.now();
    const execution = stage.executor.start(job);
    await until('the first line', () => stage.chunks.length > 0);
    const goMs = Date.now();
    writeFileSync(join(stage.folder, 'go'), '');
    await execution.ended;
    const endMs = Date.now();
    const { times = [] } = await readOutput(stage.folder, request(job.run, job.node));
    expect(times.map(([at]) => at)).toEqual([0, 6]);
    const [firstMs = 0, secondMs = 0] = times.map(([, atMs]) => atMs);
    expect(firstMs).toBeGreaterThanOrEqual(beginMs);
    expect(firstMs).toBeLessThanOrEqual(goMs);
    expect(secondMs).toBeGreaterThanOrEqual(goMs);
    expect(secondMs).toBeLessThanOrEqual(endMs);
    const live = stage.chunks.filter(({ stream }) => stream === 'stdout').flatMap((chunk) => chunk.times);
    expect(live).toEqual(times);
  });

  it('are told from any offset on', async () => {
    const job = stage.job({ shell: waits }, { workingDir: stage.folder });
    writeFileSync(join(stage.folder, 'go'), '');
    await stage.executor.start(job).ended;
    const { times } = await readOutput(stage.folder, request(job.run, job.node, { from: 8 }));
    expect(times).toEqual([[8, expect.any(Number)]]);
  });

  it('are missing where an earlier version kept the output, or half of one was written', async () => {
    const { run, node } = stage.job({ argv: [] });
    const folder = join(stage.folder, 'attempts', attemptName({ run, node, attempt: 1 }));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'stdout.0'), 'old\n');
    const reply = await readOutput(stage.folder, request(run, node));
    expect(reply).toEqual({
      data: Buffer.from('old\n').toString('base64'),
      from: 0,
      totalBytes: 4,
      running: false,
    });
    writeFileSync(join(folder, 'stdout.0.times'), 'torn');
    expect(await readOutput(stage.folder, request(run, node))).toEqual(reply);
  });

  it('are bounded, however little and often a command writes', () => {
    const segments = new Segments(join(stage.folder, 'often'), 'stdout');
    const bytes = 100_000;
    for (const at of range(bytes)) segments.append(Buffer.from('.'), [[at, at]]);
    const most = limits.captureMarksMin + bytes / limits.captureBytesPerMark;
    expect(segments.timesBytes).toBeLessThanOrEqual(most * MARK_BYTES);
    expect(sizeOnDisk(join(stage.folder, 'often'))).toBe(bytes + segments.timesBytes);
  });

  it('of a piece with very many make the reply shorter, and none is lost', async () => {
    const { run, node } = stage.job({ argv: [] });
    const folder = join(stage.folder, 'attempts', attemptName({ run, node, attempt: 1 }));
    const segments = new Segments(folder, 'stdout');
    const lines = limits.outputMarksMax + 100;
    const line = Buffer.from(`${'x'.repeat(limits.captureBytesPerMark - 1)}\n`);
    for (const at of range(lines)) segments.append(line, [[at * line.length, 1_000 + at]]);
    const first = await readOutput(stage.folder, request(run, node));
    expect(first.times).toHaveLength(limits.outputMarksMax);
    const from = Buffer.byteLength(first.data, 'base64');
    expect(from).toBe(limits.outputMarksMax * line.length);
    const rest = await readOutput(stage.folder, request(run, node, { from }));
    expect(rest.times?.[0]).toEqual([from, 1_000 + limits.outputMarksMax]);
    expect(rest.times).toHaveLength(100);
  });
});

describe('live output', () => {
  it('comes while the command runs, whole and in order', async () => {
    const job = stage.job(
      { shell: 'echo one; while [ ! -e go ]; do sleep 0.02; done; echo two; echo three >&2' },
      { workingDir: stage.folder },
    );
    const execution = stage.executor.start(job);
    await until('the first chunk', () => stage.chunks.length > 0);
    expect(stage.chunks[0]).toMatchObject({
      type: 'output',
      dag: 'dag',
      run: job.run,
      node: 'node',
      attempt: 1,
      stream: 'stdout',
      at: 0,
    });
    writeFileSync(join(stage.folder, 'go'), '');
    await execution.ended;
    const said = (stream: string): string =>
      Buffer.concat(stage.chunks.filter((chunk) => chunk.stream === stream).map(bytesOf)).toString();
    expect(said('stdout')).toBe('one\ntwo\n');
    expect(said('stderr')).toBe('three\n');
  });

  it('of a flood is bounded, and its gaps show', async () => {
    const job = stage.job({ shell: 'head -c 50000000 /dev/zero; printf end' });
    await stage.executor.start(job).ended;
    const sent = stage.chunks.reduce((sum, chunk) => sum + bytesOf(chunk).length, 0);
    expect(sent).toBeLessThan(25_000_000);
    for (const chunk of stage.chunks) expect(chunk.data.length).toBeLessThanOrEqual(90_000);
    const last = stage.chunks.at(-1);
    expect((last?.at ?? 0) + (last === undefined ? 0 : bytesOf(last).length)).toBe(50_000_003);
    for (const [index, chunk] of stage.chunks.entries()) {
      const before = stage.chunks[index - 1];
      if (before !== undefined) expect(chunk.at).toBeGreaterThanOrEqual(before.at + bytesOf(before).length);
    }
  });
});

describe('live output of many', () => {
  it('shares what one agent may send', () => {
    let sent = 0;
    const feed = new LiveFeed(({ data }) => (sent += Buffer.byteLength(data, 'base64')));
    const { dag, run, node, attempt } = stage.job({ argv: [] });
    const piece = Buffer.alloc(limits.liveChunkMaxBytes);
    for (const at of range(1_000))
      feed.send({ dag, run, node, attempt, stream: 'stdout' }, at * piece.length, piece, []);
    expect(sent).toBeGreaterThanOrEqual(limits.liveMaxBytesPerSecond - piece.length);
    expect(sent).toBeLessThan(1_000 * piece.length);
  });
});

describe('retention', () => {
  const bounds = { attempts: 3, bytes: 1_000, ageMs: 3_600_000 };
  const put = (name: string, size: number): void => {
    mkdirSync(join(stage.folder, name));
    writeFileSync(join(stage.folder, name, 'stdout.0'), 'x'.repeat(size));
  };
  const left = (names: readonly string[]): string[] =>
    names.filter((name) => existsSync(join(stage.folder, name)));

  it('lets the oldest go when there are too many, too large ones, or ones from an earlier agent', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    for (const name of ['a', 'b']) put(name, 10);
    const retention = new Retention(stage.folder, bounds);
    await retention.takeUp(['a', 'b']);
    for (const name of ['c', 'd']) {
      put(name, 10);
      retention.add(name, 10);
    }
    await retention.close();
    expect(left(names)).toEqual(['b', 'c', 'd']);
    put('e', 985);
    retention.add('e', 985);
    await retention.close();
    expect(left(names)).toEqual(['d', 'e']);
    put('f', 5_000);
    retention.add('f', 5_000);
    await retention.close();
    expect(left(names)).toEqual([]);
  });

  it('lets go what is too old', async () => {
    put('a', 1);
    const retention = new Retention(stage.folder, { ...bounds, ageMs: -1 });
    await retention.takeUp(['a']);
    await retention.close();
    expect(left(['a'])).toEqual([]);
  });
});
