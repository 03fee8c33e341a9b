import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../../src/broker/kafka/address.ts';
import { durabilityOf, findingsOf, versionOfLevel } from '../../../src/broker/kafka/probe.ts';
import type { ClusterFacts } from '../../../src/broker/kafka/probe.ts';

const SECRET = 'tr0ub4dor';

describe('the URL of a Kafka cluster', () => {
  it('names servers, a login and TLS', () => {
    expect(parseAddress('kafka://localhost')).toEqual({
      hosts: [{ host: 'localhost', port: 9092 }],
      label: 'localhost:9092',
    });
    expect(parseAddress('kafka://u:p%40ss@a:1,[::1]:2,c')).toEqual({
      hosts: [
        { host: 'a', port: 1 },
        { host: '::1', port: 2 },
        { host: 'c', port: 9092 },
      ],
      label: 'a:1,::1:2,c:9092',
      login: { mechanism: 'PLAIN', user: 'u', pass: 'p@ss' },
    });
    expect(parseAddress('kafkas://u:p@a?sasl=scram-sha-512')).toMatchObject({
      login: { mechanism: 'SCRAM-SHA-512' },
      tls: {},
    });
    expect(parseAddress(`kafka://a?ca=${import.meta.filename}`).tls?.ca?.toString()).toContain('SECRET');
  });

  it.each([
    'kafka://',
    'kafka://a b',
    'kafka://a,,b',
    `kafka://u:${SECRET}%@a`,
    `kafka://u:${SECRET}@a?x=1`,
    `kafka://u:${SECRET}@a:port`,
    `kafka://u:${SECRET}/@a`,
    `kafka://u:${SECRET}@a?sasl=gssapi`,
    `kafka://u:${SECRET}@a?ca=/no/such/file`,
    'kafka://u@a',
    'kafka://a?sasl=plain',
  ])('%s is refused without a word of the secret', (url) => {
    let error: unknown;
    try {
      parseAddress(url);
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({ code: 'bad_broker_url' });
    expect(error instanceof Error ? error.message : '').not.toContain(SECRET);
  });
});

describe('what a probe says', () => {
  const facts = (
    topic: Record<string, string>,
    copies = 1,
    broker: Record<string, string> = {},
  ): ClusterFacts => ({
    topic: new Map(Object.entries({ 'cleanup.policy': 'delete', ...topic })),
    broker: new Map(Object.entries(broker)),
    brokers: copies,
    copies,
  });
  const refused = (of: ClusterFacts): string =>
    findingsOf(of)
      .filter(({ level }) => level === 'refused')
      .map(({ text }) => text)
      .join('\n');

  it('of versions', () => {
    expect(versionOfLevel(27)).toBe('4.1 (metadata.version 27)');
    expect(versionOfLevel(21)).toBe('3.9 (metadata.version 21)');
    expect(versionOfLevel(99)).toBe('4.1 or later (metadata.version 99)');
  });

  it('of a power cut', () => {
    expect(durabilityOf(facts({}))).toContain('seconds to minutes');
    expect(durabilityOf(facts({ 'flush.messages': '1' }))).toContain('loses nothing that was acknowledged');
    expect(durabilityOf(facts({ 'min.insync.replicas': '2' }, 3))).toContain('one of all at once');
  });

  it('of a topic that would lose records', () => {
    expect(refused(facts({}))).toBe('');
    expect(refused(facts({ 'retention.ms': '604800000' }))).toContain("'retention.ms=-1'");
    expect(refused(facts({ 'retention.bytes': '1000' }))).toContain("'retention.bytes=-1'");
    expect(refused(facts({ 'cleanup.policy': 'compact' }))).toContain("'cleanup.policy=delete'");
    expect(refused(facts({ 'max.message.bytes': '65536' }))).toContain('max.message.bytes');
    expect(refused(facts({ 'unclean.leader.election.enable': 'true' }, 3))).toContain('unclean');
  });

  it('of copies and of topics that come by themselves', () => {
    const warnings = (of: ClusterFacts): string =>
      findingsOf(of)
        .map(({ level, text }) => `${level} ${text}`)
        .join('\n');
    expect(warnings(facts({}))).toContain('warning the log has one copy');
    expect(warnings(facts({ 'min.insync.replicas': '1' }, 3))).toContain('warning one copy is enough');
    expect(warnings(facts({ 'min.insync.replicas': '2' }, 3))).toBe(
      'ok 3 copies, 2 before an acknowledgement',
    );
    expect(warnings(facts({}, 1, { 'auto.create.topics.enable': 'true' }))).toContain(
      'auto.create.topics.enable=false',
    );
  });
});
