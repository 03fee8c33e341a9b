#!/usr/bin/env node
// Nothing of ours is loaded before this: an older Node would stop at syntax that it does not know.
const OLDEST = [24, 12] as const;
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  process.stderr.write(
    `dagtop: it needs Node ${OLDEST.join('.')} or newer; this is ${process.versions.node}\n` +
      '  npm scripts and npx use the one that is installed beside dagtop: npm start, npx dagtop\n',
  );
  process.exitCode = 1;
} else {
  // What was compiled once is read back at the next start; where that cannot be kept, nothing is lost.
  const { enableCompileCache } = await import('node:module');
  enableCompileCache();
  const { main } = await import('./cli/main.ts');
  await main(process.argv);
}
