import { afterEach, describe, expect, it } from 'vitest';
import { limits } from '../../src/model/limits.ts';
import { ApiStage } from '../support/api-stage.ts';
import { DIAMOND, Story, dagOf, fanOf } from '../support/story.ts';

let stage: ApiStage;
afterEach(() => stage.close());

const SECRET = {
  ...DIAMOND,
  description: 'Two ways to one end.',
  params: { top: 3, name: 'x', dry: true, any: null, DB_PASSWORD: 'p-1' },
  env: { API_TOKEN: 't-1', LANG: 'C' },
  nodes: DIAMOND.nodes.map((node) => (node.name === 'B' ? { ...node, env: { AWS_KEY: 'k-1' } } : node)),
};

describe('a dag', () => {
  it('is listed with its parameters, their types, and its newest run', async () => {
    stage = await ApiStage.open(new Story().apply(SECRET).trigger('diamond', 'r1').trigger('diamond', 'r2'));
    expect((await stage.get('/api/v1/dags')).body).toMatchObject({
      items: [
        {
          name: 'diamond',
          nodes: 5,
          edges: 5,
          params: [
            { name: 'top', type: 'number', default: 3 },
            { name: 'name', type: 'string', default: 'x' },
            { name: 'dry', type: 'boolean', default: true },
            { name: 'any', type: 'any', default: null },
            { name: 'DB_PASSWORD', type: 'string', default: '***' },
          ],
          lastRun: { run: 'r2' },
        },
      ],
    });
  });

  it('is told with its definition, without what its secrets are, and where its nodes may run', async () => {
    stage = await ApiStage.open(new Story().apply(SECRET).place({ 'srv-1': ['A', '*'], 'srv-2': ['A'] }));
    const { body, text } = await stage.get('/api/v1/dags/diamond');
    expect(text).not.toMatch(/[ptk]-1/);
    expect(body).toMatchObject({
      isCurrent: true,
      masked: ['DB_PASSWORD', 'API_TOKEN', 'AWS_KEY'],
      definition: { env: { API_TOKEN: '***', LANG: 'C' } },
      placement: [{ node: 'A', servers: ['srv-1', 'srv-2'] }, { node: 'B', servers: ['srv-1'] }, {}, {}, {}],
    });
    expect((body as { text: string }).text).toContain('LANG: C');
  });

  it('is told in the version that a run has', async () => {
    const story = new Story().apply(DIAMOND, 'v1').trigger('diamond', 'r1').apply(SECRET, 'v2');
    stage = await ApiStage.open(story);
    expect((await stage.get('/api/v1/dags/diamond?hash=v1')).body).toMatchObject({
      hash: 'v1',
      isCurrent: false,
    });
    expect((await stage.get('/api/v1/dags/diamond?hash=v3')).body).toMatchObject({ code: 'no_such_version' });
    expect((await stage.get('/api/v1/dags/other?hash=v1')).body).toMatchObject({ code: 'no_such_dag' });
  });

  it('is drawn in each format, with the states of a run', async () => {
    stage = await ApiStage.open(
      new Story().apply(DIAMOND).trigger('diamond', 'r1').steer('run.canceled', 'r1'),
    );
    const draw = (query: string) => stage.get(`/api/v1/dags/diamond/drawing?${query}`);
    expect((await draw('run=r1')).body).toMatchObject({
      run: 'r1',
      nodes: [{ name: 'A', state: 'canceled' }, {}, {}, {}, {}],
    });
    const svg = await draw('format=svg');
    expect(svg.headers['content-type']).toBe('image/svg+xml; charset=utf-8');
    expect(svg.headers['content-security-policy']).toContain('sandbox');
    expect(svg.text).toMatch(/^<svg/);
    expect((await draw('format=text&run=r1')).text).toContain('canceled');
    expect((await draw('format=text&ascii=true')).text).toMatch(/^[\x20-\x7e\n]+$/);
    expect((await draw('format=dot')).text).toContain('"A" -> "B"');
    expect((await draw('format=mermaid')).text).toContain('flowchart TD');
    expect((await draw('format=png')).status).toBe(400);
    expect((await draw('run=none')).status).toBe(404);
  });

  it('that is large is not drawn here, where all others would wait', async () => {
    stage = await ApiStage.open(new Story().apply(fanOf('fan', limits.layoutAtOnceMax)));
    const { status, body } = await stage.get('/api/v1/dags/fan/drawing?format=svg');
    expect([status, (body as { code: string }).code]).toEqual([422, 'not_drawn']);
    expect((await stage.get('/api/v1/dags/fan/drawing')).status).toBe(200);
  });

  it('of any name is found by that name', async () => {
    const names = ['Grüße & Küsse', '...', 'a b?c#d', '%2F', '__proto__', '💥', '<script>'];
    const story = new Story();
    for (const name of names) story.apply(dagOf(name, { x: [] }));
    stage = await ApiStage.open(story);
    for (const name of names) {
      const { status, body } = await stage.get(`/api/v1/dags/${encodeURIComponent(name)}`);
      expect([name, status, (body as { name: string }).name]).toEqual([name, 200, name]);
    }
  });
});

describe('servers', () => {
  it('are those of the placement and those that came by themselves, with what they have', async () => {
    const story = new Story()
      .apply(DIAMOND)
      .place({ 'srv-1': ['*'], 'srv-9': ['A'] })
      .elect('srv-1.x');
    story.join('srv-1').join('stray').trigger('diamond', 'r1').start('r1', 'A', 'srv-1').cordon('srv-9');
    stage = await ApiStage.open(story);
    expect((await stage.get('/api/v1/servers')).body).toMatchObject({
      items: [
        {
          server: 'srv-1',
          state: 'present',
          leads: true,
          load: 1,
          slots: 4,
          takes: ['*'],
          running: [{ run: 'r1', dag: 'diamond', node: 'A', attempt: 1 }],
        },
        { server: 'srv-9', state: 'never_seen', isCordoned: true, load: 0 },
        { server: 'stray', state: 'present', leads: false, takes: [] },
      ],
    });
  });

  it('are taken out of service and put back; a dry run only tells', async () => {
    stage = await ApiStage.open(
      new Story()
        .apply(DIAMOND)
        .place({ 'srv-1': ['*'] })
        .elect()
        .join('srv-1'),
    );
    const path = '/api/v1/servers/srv-1';
    expect((await stage.post(`${path}/drain?dryRun=true`)).body).toMatchObject({
      isCordoned: false,
      isDryRun: true,
      plan: { running: 0, stranded: ['diamond/A', 'diamond/B', 'diamond/C', 'diamond/D', 'diamond/E'] },
    });
    expect((await stage.post(`${path}/uncordon`)).status).toBe(409);
    expect((await stage.post(`${path}/cordon`)).body).toMatchObject({ isCordoned: true });
    expect((await stage.post(`${path}/drain`)).body).toMatchObject({ isCordoned: true });
    expect((await stage.post(`${path}/uncordon`)).body).toMatchObject({ isCordoned: false });
    expect((await stage.post('/api/v1/servers/none/drain')).status).toBe(404);
  });
});

describe('figures', () => {
  it('are in the form of Prometheus, whatever servers are called', async () => {
    const story = new Story()
      .apply(DIAMOND)
      .elect()
      .join('sr"v\\1')
      .trigger('diamond', 'r1')
      .trigger('diamond', 'r2');
    story.start('r1', 'A', 'sr"v\\1').steer('run.paused', 'r2');
    stage = await ApiStage.open(story);
    await stage.get('/api/v1/runs');
    await stage.get('/api/v1/runs/none');
    const { text, headers } = await stage.get('/metrics');
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    const label = String.raw`\w+="(?:[^"\\\n]|\\["\\n])*"`;
    const sample = new RegExp(
      String.raw`^dagtop_\w+(?:\{${label}(?:,${label})*\})? (?:\d+(?:\.\d+)?(?:e-\d+)?|\+Inf)$`,
    );
    const lines = text.trimEnd().split('\n');
    for (const line of lines)
      expect(line).toMatch(line.startsWith('# ') ? /^# (HELP|TYPE) dagtop_\w+ \S/ : sample);
    expect(lines).toContain('dagtop_runs{state="running"} 1');
    expect(lines).toContain('dagtop_runs{state="paused"} 1');
    expect(lines).toContain('dagtop_nodes{state="running"} 1');
    expect(lines).toContain(String.raw`dagtop_server_load{server="sr\"v\\1"} 1`);
    expect(lines).toContain('dagtop_link_up 1');
    expect(lines).toContain('dagtop_http_requests_total{operation="listRuns",status="200"} 1');
    expect(lines).toContain('dagtop_http_requests_total{operation="getRun",status="404"} 1');
    expect(text).not.toMatch(/r1|diamond/);
  });
});
