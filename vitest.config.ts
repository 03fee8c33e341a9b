import { defineConfig } from 'vitest/config';

const slow = ['test/conformance/**', 'test/simulation/**', 'test/e2e/**', 'test/terminal/**'];

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/**/*.test.{ts,tsx}'], exclude: slow } },
      {
        extends: true,
        test: { name: 'system', include: slow.map((folder) => `${folder}/*.test.{ts,tsx}`), maxWorkers: 2 },
      },
    ],
  },
});
