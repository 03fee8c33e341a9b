import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameProblem } from '../../src/model/ids.ts';
import { limits } from '../../src/model/limits.ts';
import { escapeToken, unescapeToken } from '../../src/model/subject.ts';

describe('names on the wire', () => {
  it('are safe in subjects, keys and paths, and come back as they were', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (name) => {
        const token = escapeToken(name);
        expect(token).toMatch(/^[A-Za-z0-9_=-]*$/);
        expect(unescapeToken(token)).toBe(name);
      }),
    );
    expect(['.', '..', '*', '>', 'a/b', 'a.b', '=', ''].map(escapeToken)).not.toContain('..');
    expect(escapeToken('a.b*>/')).toBe('a=2Eb=2A=3E=2F');
  });

  it('that differ stay different', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(escapeToken(a) === escapeToken(b)).toBe(a === b);
      }),
    );
  });

  it.each(['', ' a', 'a ', 'a/b', 'a\u0007', 'a\u200B', 'a\u202E', 'x'.repeat(129), '\uD800'])(
    '%j cannot be a name',
    (name) => {
      expect(nameProblem(name)).toBeDefined();
    },
  );

  it.each(['a', 'count-0', 'größe', '日本', 'a b', '10.0.0.5', 'x'.repeat(128)])(
    '%j can be a name',
    (name) => {
      expect(nameProblem(name)).toBeUndefined();
    },
  );
});

describe('the limits fit together', () => {
  const base64 = (bytes: number): number => Math.ceil(bytes / 3) * 4;

  it('what is sent fits what takes it', () => {
    // NATS servers take messages of 1 MiB unless told otherwise.
    expect(limits.recordMaxBytes).toBeLessThan(1024 * 1024);
    expect(limits.inboxMessageMaxBytes).toBeLessThan(1024 * 1024);
    expect(limits.busMessageMaxBytes).toBeLessThan(1024 * 1024);
    expect(limits.outputMaxBytes + limits.recordTargetBytes).toBeLessThan(limits.recordMaxBytes);
    expect(limits.recordCompressAboveBytes).toBeLessThan(limits.recordMaxBytes);
    expect(limits.dagMaxBytes).toBeLessThan(limits.recordInflatedMaxBytes);
    expect(limits.fileMaxBytes).toBeLessThan(limits.dagMaxBytes);
    // An attempt is named by a run id, a node name (four bytes a character at most) and a number.
    expect(limits.inboxBatchMax * 1_000).toBeLessThan(limits.inboxMessageMaxBytes);
    expect(base64(limits.liveChunkMaxBytes)).toBeLessThanOrEqual(90_000);
    expect(base64(limits.outputReplyMaxBytes)).toBeLessThanOrEqual(400_000);
    // A mark is a pair of an offset and a time as JSON.
    const marksMaxBytes = limits.outputMarksMax * '[9999999999,9999999999999],'.length;
    expect(base64(limits.outputReplyMaxBytes) + marksMaxBytes).toBeLessThan(limits.busMessageMaxBytes);
    // Linux refuses strings of 128 KiB (MAX_ARG_STRLEN), the name and NUL of a variable among them.
    expect(limits.argumentMaxBytes).toBeLessThan(128 * 1024);
    expect(limits.inputEnvMaxBytes).toBeLessThan(128 * 1024);
    expect(limits.captureTailMaxBytes % 3).toBe(0);
    expect(limits.decisionsMax).toBeLessThanOrEqual(limits.logBacklogMax);
    expect(limits.logBatchMax).toBeLessThanOrEqual(limits.logBacklogMax);
  });
});
