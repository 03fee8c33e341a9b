import { describe, expect, it } from 'vitest';
import { Ledger } from '../../../src/broker/kafka/ledger.ts';
import { namesOf } from '../../../src/broker/kafka/names.ts';
import type { ServerName } from '../../../src/model/ids.ts';

const inbox = (server: string, namespace = 'dagtop'): string =>
  namesOf(namespace).inbox(server as ServerName);

describe('the names of topics', () => {
  it('stay as they are where Kafka takes them', () => {
    expect(namesOf('dagtop').events).toBe('dagtop.events');
    expect(namesOf('dagtop').bus).toBe('dagtop.bus');
    expect(inbox('srv-1')).toBe('dagtop.inbox.srv-1');
  });

  it('are taken by Kafka and differ, even for one that reads dots and underscores as the same', () => {
    const weird = [
      '',
      '=',
      '_',
      '__',
      '.',
      '..',
      '_2E',
      '=2E',
      'a.b',
      'a_b',
      'a=5Fb',
      'a b',
      'é☃',
      '*',
      '>',
      '\0\0',
    ];
    const long = [
      `${'x'.repeat(300)}1`,
      `${'x'.repeat(300)}2`,
      '_'.repeat(200),
      '☃'.repeat(100),
      'a'.repeat(100),
    ];
    const names = [...weird, ...long].flatMap((text) => [
      inbox(text),
      inbox('events', text),
      namesOf(text).events,
      namesOf(text).bus,
    ]);
    for (const name of names) expect(name).toMatch(/^[A-Za-z0-9._-]{1,249}$/);
    expect(new Set(names.map((name) => name.replaceAll('.', '_'))).size).toBe(names.length);
  });
});

describe('the ledger of an inbox', () => {
  it('begins before everything', () => {
    const ledger = Ledger.read('topic', 0, '');
    expect([ledger.offset, ledger.wasHanded(0), ledger.isDone(0)]).toEqual([0, false, false]);
  });

  it('knows after a restart what was handed over and what is done, whatever the order of acknowledgements', () => {
    const first = Ledger.read('topic', 0, '');
    for (const offset of [7, 8, 9, 50]) first.hand(offset);
    first.ack(8);
    first.ack(7);
    expect(first.offset).toBe(9);
    const second = Ledger.read('topic', first.offset, first.note);
    expect([8, 9, 10, 50, 51].map((offset) => second.isDone(offset))).toEqual([
      true,
      false,
      true,
      false,
      false,
    ]);
    expect([9, 50, 51].map((offset) => second.wasHanded(offset))).toEqual([true, true, false]);
    second.ack(50);
    second.ack(9);
    expect(Ledger.read('topic', second.offset, second.note).offset).toBe(51);
  });

  it('knows nothing of another topic of the same name, or of a note that somebody else wrote', () => {
    const ledger = Ledger.read('topic', 0, '');
    ledger.hand(4);
    expect(Ledger.read('other', ledger.offset, ledger.note).offset).toBe(0);
    expect(Ledger.read('topic', 4, 'topic x').offset).toBe(0);
  });

  it('lets go of what the topic has no more', () => {
    const ledger = Ledger.read('topic', 0, '');
    for (const offset of [1, 2, 3]) ledger.hand(offset);
    ledger.dropBefore(3);
    expect(ledger.offset).toBe(3);
    ledger.dropBefore(10);
    expect([ledger.offset, ledger.wasHanded(9), ledger.wasHanded(10)]).toEqual([10, true, false]);
  });

  it('fits beside an offset with all that may be in flight', () => {
    const ledger = Ledger.read('a'.repeat(36), 0, '');
    for (let at = 0; at < 400; at += 1) ledger.hand(1_000_000_000 + at * 100_000);
    expect(ledger.note.length).toBeLessThan(4_096);
  });
});
