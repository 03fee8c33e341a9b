import { createHash } from 'node:crypto';
import type { Cell, Row } from './port/sql.ts';

/**
 * What PostgreSQL or UTF-8 can't hold: NUL and half surrogates. They come from hostile bytes alone, and are written as U+FFFD and four hex digits, as
 * is U+FFFD itself, so that texts that differ stay different.
 */
// oxlint-disable-next-line no-control-regex
const UNSTORABLE = /[\0\uFFFD]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;
const STORED = /\uFFFD([0-9a-f]{4})/g;

export function textCell(text: string): string {
  return text.replace(UNSTORABLE, (unit) => `\uFFFD${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

export function textOf(row: Row, column: string): string {
  return String(row[column] ?? '').replace(STORED, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
}

export function textCellOr(text: string | undefined): Cell {
  return text === undefined ? null : textCell(text);
}

export function maybeTextOf(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : textOf(row, column);
}

/** A whole number as both databases hold it; what is beyond is the largest that they hold. */
export function wholeCell(value: number): number {
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Math.trunc(value)));
}

export function wholeCellOr(value: number | undefined): Cell {
  return value === undefined ? null : wholeCell(value);
}

export function maybeWholeOf(row: Row, column: string): number | undefined {
  const cell = row[column];
  return cell === null || cell === undefined ? undefined : Number(cell);
}

export function wholeOf(row: Row, column: string): number {
  return Number(row[column]);
}

/** JSON, which escapes what can't be stored. */
export function jsonCell(value: unknown): string {
  return JSON.stringify(value);
}

export function jsonOf(row: Row, column: string): unknown {
  const cell = row[column];
  return typeof cell === 'string' ? JSON.parse(cell) : undefined;
}

const KEY_MAX_LENGTH = 64;

/** A hash of a dag as a key: hashes of ours have 16 digits, others come from hostile bytes and may be longer than a key of PostgreSQL. */
export function hashKey(hash: string): string {
  const text = textCell(hash);
  return text.length <= KEY_MAX_LENGTH ? text : `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
