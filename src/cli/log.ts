import { pino } from 'pino';
import { sanitizeText } from '../graph/text.ts';
import type { AccessRecord } from '../api/server.ts';
import { localTime } from './time.ts';

export type Level = 'info' | 'warning' | 'error';
export type Log = (level: Level, text: string) => void;

/** What a long-running command says of itself: lines for people on a terminal, JSON lines (pino) for everything else. On stderr. */
export function createLog(name: string): Log {
  if (process.stderr.isTTY) {
    return (level, text) => {
      const mark = level === 'info' ? '' : `${level}: `;
      process.stderr.write(`${localTime(Date.now())} ${sanitizeText(`${mark}${text}`)}\n`);
    };
  }
  const logger = pino({ name }, pino.destination({ fd: 2, sync: true }));
  return (level, text) => {
    if (level === 'info') logger.info(text);
    else if (level === 'warning') logger.warn(text);
    else logger.error(text);
  };
}

/** Who asked what of the API, in the same two forms. */
export function createAccessLog(name: string): (access: AccessRecord) => void {
  if (process.stderr.isTTY) {
    return ({ method, path, status, tookMs, address, by = '-' }) => {
      const text = `${method} ${path} ${status} ${tookMs} ms ${by}@${address}`;
      process.stderr.write(`${localTime(Date.now())} ${sanitizeText(text)}\n`);
    };
  }
  const logger = pino({ name }, pino.destination({ fd: 2, sync: true }));
  return (access) => logger.info(access, 'request');
}
