import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

type Service = {
  readonly profiles: readonly string[];
  readonly image: string;
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
};

const { services, volumes } = parse(
  readFileSync(join(import.meta.dirname, '../../compose.yaml'), 'utf8'),
) as { readonly services: Record<string, Service>; readonly volumes: Record<string, unknown> };

it('has a profile of its own for each broker, and for the database', () => {
  const named = Object.entries(services).map(([name, { profiles }]) => [name, profiles]);
  expect(named).toEqual(
    ['nats', 'redis', 'garnet', 'rabbitmq', 'kafka', 'postgres'].map((name) => [name, [name]]),
  );
});

it.each(Object.entries(services))(
  '%s is reached from this machine alone, and keeps its data',
  (_, service) => {
    expect(service.image).toMatch(/^[\w./-]+:[\w.-]+$/);
    expect(service.ports.length).toBeGreaterThan(0);
    for (const port of service.ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
    for (const volume of service.volumes) expect(volumes).toHaveProperty(volume.split(':')[0] ?? '');
  },
);

it('makes the servers keep what they acknowledged', () => {
  const text = (name: string): string => JSON.stringify(services[name]);
  expect(text('redis')).toMatch(/"--appendonly","yes","--appendfsync","always"/);
  expect(text('garnet')).toMatch(/"--aof","--aof-commit-wait","--recover"/);
});
