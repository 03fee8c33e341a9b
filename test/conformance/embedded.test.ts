import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBroker } from '../../src/broker/open.ts';
import { escapeToken } from '../../src/model/subject.ts';
import { conformanceSuite } from './suite.ts';

let folder = '';
const url = (): string => `embedded:${folder}`;

conformanceSuite('embedded', {
  async start() {
    folder = await mkdtemp(join(tmpdir(), 'dagtop-embedded-'));
  },
  stop: () => rm(folder, { recursive: true, force: true }),
  url,
  open: (namespace) => openBroker(url(), { namespace }),
  wipe: (namespace) => rm(join(folder, escapeToken(namespace)), { recursive: true, force: true }),
});
