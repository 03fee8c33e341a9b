import { defineConfig } from 'vitest/config';

/** What starts servers or many processes; the rest is quick enough for `npm run check`. */
const slow = [
  'agent',
  'broker/kafka',
  'broker/nats',
  'broker/rabbitmq',
  'broker/redis',
  'broker/tls',
  'conformance',
  'drawing',
  'e2e',
  'history/databases',
  'scheduler',
  'simulation',
  'terminal',
  'web/browser',
].map((folder) => `test/${folder}/**`);

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/**/*.test.{ts,tsx}'], exclude: slow } },
      {
        extends: true,
        test: {
          name: 'system',
          include: slow.map((folder) => `${folder}/*.test.{ts,tsx}`),
          maxWorkers: 2,
          // Real servers and many processes on a machine that others use too.
          testTimeout: 180_000,
          // Five kinds of servers and dozens of processes on two cores: what fails once is tried again there, and the report says so.
          retry: process.env['CI'] === undefined ? 0 : 1,
          hookTimeout: 180_000,
          globalSetup: 'test/support/build.ts',
        },
      },
    ],
  },
});
