import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { limits } from '../../src/model/limits.ts';
import type { DagName } from '../../src/model/ids.ts';
import type { NotifyTarget } from '../../src/model/notify-target.ts';
import { guardedLookup } from '../../src/telemetry/webhook/address.ts';
import { deliver } from '../../src/telemetry/webhook/deliver.ts';
import { noticeOf, testNotice } from '../../src/telemetry/webhook/notice.ts';
import { post } from '../../src/telemetry/webhook/post.ts';
import { makeCertificates } from '../support/certificates.ts';
import { DIAMOND, dagOf, fanOf, Story } from '../support/story.ts';
import { TelemetryStage } from '../support/telemetry-stage.ts';
import type { Watcher } from '../support/telemetry-stage.ts';
import { WebhookReceiver } from '../support/webhook-receiver.ts';

const SECRET = 'a secret that nobody guesses';
const SETTINGS = { version: '1.2.3', timeoutMs: 5_000 };
const PATIENTLY = { timeout: 20_000 };

let receiver: WebhookReceiver;
let stage: TelemetryStage;
let story: Story;
let secretFile: string;
const watchers: Watcher[] = [];

beforeEach(async () => {
  receiver = await WebhookReceiver.open(SECRET);
  story = new Story(Date.now())
    .apply(DIAMOND)
    .apply(dagOf('other', { A: [] }))
    .elect()
    .join('srv-1');
  stage = new TelemetryStage(story);
  secretFile = join(stage.folder, 'secret');
  writeFileSync(secretFile, `${SECRET}\n`);
});

afterEach(async () => {
  await leave();
  await receiver.close();
  stage.end();
});

function target(fields: Partial<NotifyTarget> = {}): NotifyTarget {
  return {
    url: `http://127.0.0.1:${receiver.port}/hook`,
    on: ['failed', 'recovered'],
    dags: undefined,
    secretFile,
    caFile: undefined,
    allowsPrivate: false,
    ...fields,
  };
}

async function watch(...targets: NotifyTarget[]): Promise<Watcher> {
  const watcher = await stage.watch({ targets, publicUrl: 'https://dags.example.com/' });
  watchers.push(watcher);
  return watcher;
}

async function leave(): Promise<void> {
  for (const { telemetry } of watchers.splice(0)) await telemetry.stop(2_000);
}

function failRun(run: string, dag = 'other', tail = ''): void {
  story.trigger(dag, run).later(1_000);
  for (let tries = 0; tries < 4; tries += 1) story.fail(run, 'A', 'srv-1', 'exit code 1', tail);
  for (const node of story.run(run).definition.dag.nodes.slice(1)) story.upstreamFailed(run, node.name);
  story.end(run, 'failed');
}

function passRun(run: string): void {
  story.trigger('other', run).succeed(run, 'A', 'srv-1').end(run, 'succeeded');
}

const arrived = (count: number): Promise<void> =>
  vi.waitFor(() => expect(receiver.messages).toHaveLength(count), PATIENTLY);

describe('a message', () => {
  it('tells that a run failed, which nodes did and how, signed so that the receiver can be sure', async () => {
    const { read } = await watch(target());
    failRun('r1', 'diamond', 'reading\u001B[31m\nno such \u202Etable\n');
    read();
    await arrived(1);
    expect(receiver.forged).toEqual([]);
    const [{ id, body } = { id: '', body: undefined }] = receiver.messages;
    expect(id).toMatch(/^msg_[0-9a-f]{32}$/);
    expect(body).toMatchObject({
      type: 'run.failed',
      timestamp: new Date(story.nowMs).toISOString(),
      data: {
        dag: 'diamond',
        run: 'r1',
        outcome: 'failed',
        durationMs: 2_600,
        triggeredBy: 'op:ann@desk',
        nodes: 5,
        failed: 1,
        url: 'https://dags.example.com/runs/r1',
      },
    });
    expect(body?.data['failedNodes']).toEqual([
      {
        node: 'A',
        state: 'failed',
        attempt: 4,
        server: 'srv-1',
        error: 'exit code 1',
        exitCode: 1,
        tail: 'reading\nno such table',
      },
    ]);
  });

  it('comes for each failure, and for the first success after it, of the dags that the target asks for', async () => {
    const { read } = await watch(target({ dags: ['other' as DagName] }));
    passRun('r1');
    failRun('r2');
    failRun('x1', 'diamond');
    failRun('r3');
    story.trigger('other', 'r4').steer('run.canceled', 'r4').end('r4', 'canceled');
    passRun('r5');
    passRun('r6');
    read();
    await arrived(3);
    expect(receiver.messages.map(({ body }) => [body.type, body.data['run']])).toEqual([
      ['run.failed', 'r2'],
      ['run.failed', 'r3'],
      ['run.recovered', 'r5'],
    ]);
    expect(receiver.messages[2]?.body.data['failedBefore']).toMatchObject({ run: 'r3' });
  });

  it('comes only of what a target wants to hear', async () => {
    const { read } = await watch(target({ on: ['recovered'] }));
    failRun('r1');
    passRun('r2');
    read();
    await arrived(1);
    expect(receiver.types).toEqual(['run.recovered']);
  });

  it('hides what the definition calls secret, where a command printed it', async () => {
    const { nodes, ...dag } = dagOf('loose', { A: [] });
    const [node] = nodes;
    if (node === undefined) throw new Error('no node');
    story.apply({ ...dag, nodes: [{ ...node, env: { API_TOKEN: 'tok-12345', MODE: 'fast' } }] });
    const { read } = await watch(target());
    failRun('r1', 'loose', 'curl -H tok-12345 in fast mode');
    read();
    await arrived(1);
    expect(receiver.messages[0]?.body.data['failedNodes']).toMatchObject([
      { tail: 'curl -H *** in fast mode' },
    ]);
  });

  it('is bounded, however many nodes failed and however much they said', () => {
    story.apply(fanOf('wide', 40)).trigger('wide', 'r1').succeed('r1', 'split', 'srv-1');
    const parts = story.run('r1').definition.dag.nodes.filter(({ name }) => name.startsWith('part'));
    for (const { name } of parts)
      for (let tries = 0; tries < 4; tries += 1)
        story.fail('r1', name, 'srv-1', '"'.repeat(4_000), '\\'.repeat(2_000));
    story.upstreamFailed('r1', 'merge').end('r1', 'failed');
    const event = { id: 'e1' as never, atMs: story.nowMs };
    const facts = { run: story.run('r1'), event, before: undefined, publicUrl: undefined };
    const { body } = noticeOf({ ...facts, kind: 'failed' });
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(limits.noticeMaxBytes);
    const { failed, failedNodes } = (JSON.parse(body) as { data: { failed: number; failedNodes: object[] } })
      .data;
    expect(failed).toBe(40);
    expect(failedNodes.length).toBeGreaterThan(0);
  });
});

describe('the delivery', () => {
  it('tries again after errors and silence, with the same id and a new signature, in order', async () => {
    receiver.answers.push(500, 503, 0, 429);
    const { notices, read } = await watch(target());
    failRun('r1');
    passRun('r2');
    read();
    await arrived(2);
    expect(receiver.asked).toBe(6);
    expect(receiver.types).toEqual(['run.failed', 'run.recovered']);
    const host = `webhook to 127.0.0.1:${receiver.port}`;
    expect(notices).toEqual([`${host}: it answers 500; tried again until it works`, `${host}: works again`]);
  });

  it('goes on after a restart with what was not delivered, and delivers nothing twice', async () => {
    failRun('before');
    const first = await watch(target());
    failRun('r1');
    first.read();
    await arrived(1);
    receiver.answers.push(...Array.from({ length: 1_000 }, () => 500));
    failRun('r2');
    first.read();
    await vi.waitFor(() => expect(receiver.asked).toBeGreaterThan(2), PATIENTLY);
    await leave();
    passRun('r3');
    receiver.answers.length = 0;

    await watch(target());
    await arrived(3);
    await leave();
    const last = await watch(target());
    failRun('r4');
    last.read();
    await arrived(4);
    expect(receiver.messages.map(({ body }) => body.data['run'])).toEqual(['r1', 'r2', 'r3', 'r4']);
    expect(receiver.types).toEqual(['run.failed', 'run.failed', 'run.recovered', 'run.failed']);
  });

  it('does not make one target wait for another', async () => {
    const slow = await WebhookReceiver.open(SECRET);
    slow.answers.push(...Array.from({ length: 1_000 }, () => 503));
    const { read } = await watch(target({ url: `http://127.0.0.1:${slow.port}/` }), target());
    failRun('r1');
    passRun('r2');
    read();
    await arrived(2);
    slow.answers.length = 0;
    await vi.waitFor(() => expect(slow.types).toEqual(['run.failed', 'run.recovered']), PATIENTLY);
    await slow.close();
  });

  it('gives up what is refused for good, and what could not be delivered for a day', async () => {
    receiver.answers.push(400);
    const { notices, read, telemetry } = await watch(target());
    failRun('r1');
    story.nowMs -= limits.noticeMaxAgeMs + 60_000;
    failRun('r2');
    story.nowMs += limits.noticeMaxAgeMs + 60_000;
    failRun('r3');
    read();
    await arrived(1);
    expect(receiver.messages[0]?.body.data['run']).toBe('r3');
    expect(telemetry.dropped).toBe(2);
    expect(notices[0]).toMatch(/1 given up, 1 so far: it answers 400$/);
  });

  it('follows no redirect', async () => {
    receiver.answers.push(302);
    const { notices, read } = await watch(target());
    failRun('r1');
    read();
    await vi.waitFor(() => expect(notices.join()).toContain('redirects are not followed'), PATIENTLY);
    passRun('r2');
    read();
    await arrived(1);
    expect(receiver.asked).toBe(2);
  });

  it('takes a secret that is replaced, and waits while there is none', async () => {
    writeFileSync(secretFile, 'short');
    const { notices, read } = await watch(target());
    failRun('r1');
    read();
    await vi.waitFor(() => expect(notices.join()).toContain('holds no secret'), PATIENTLY);
    writeFileSync(secretFile, `whsec_${Buffer.from(SECRET).toString('base64')}`);
    await arrived(1);
    expect(receiver.forged).toEqual([]);
  });
});

describe('a target', () => {
  const message = { headers: {}, body: '{}', timeoutMs: 500 };

  it.each([
    'https://10.0.0.5/',
    'https://192.168.1.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://100.64.0.1/',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
    'https://[::ffff:10.0.0.5]/',
    'https://[64:ff9b::a00:5]/',
    'https://0.0.0.0/',
    'https://2130706433.example.invalid@10.1.1.1/',
    'https://0x0a000005/',
  ])('in a private network is refused before anything is sent: %s', async (url) => {
    expect(await post(target({ url }), message)).toEqual({
      is: 'later',
      why: expect.stringContaining('no public address'),
    });
  });

  it('by https is believed when its certificate is one of the usual, or of the file that is named', async () => {
    const certificates = makeCertificates();
    const read = (file: string): string => readFileSync(certificates.path(file), 'utf8');
    const tls = { cert: read('server.crt'), key: read('server.key') };
    const secure = await WebhookReceiver.open(SECRET, tls);
    const url = `https://localhost:${secure.port}/hook`;
    expect(await post(target({ url }), message)).toMatchObject({ is: 'later' });
    expect(secure.asked).toBe(0);
    const known = target({ url, caFile: certificates.path('ca.crt') });
    expect(await deliver(known, testNotice('1', Date.now()), Date.now(), SETTINGS)).toEqual({ is: 'done' });
    expect(secure.types).toEqual(['test']);
    expect(secure.forged).toEqual([]);
    await secure.close();
    certificates.remove();
  });

  it('whose name stands for a private address is refused when it is resolved', async () => {
    const resolve = (hostname: string, allowsPrivate: boolean): Promise<string> =>
      new Promise((settle) => {
        guardedLookup(allowsPrivate)(hostname, {}, (error, address) =>
          settle(error?.message ?? String(address)),
        );
      });
    expect(await resolve('localhost', false)).toMatch(/^(127\.0\.0\.1|::1)$/);
    expect(await resolve('LOCALHOST', false)).toContain('which is no public address');
    expect(await resolve('LOCALHOST', true)).toMatch(/^(127\.0\.0\.1|::1)$/);
  });

  it('elsewhere is spoken to by https alone', async () => {
    expect(await post(target({ url: 'http://192.0.2.1/', allowsPrivate: true }), message)).toEqual({
      is: 'refused',
      why: 'only https leaves this machine',
    });
  });
});
