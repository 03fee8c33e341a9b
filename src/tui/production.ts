/**
 * Loads Ink and the app as the terminal needs them: React's production build (its development build is several times slower and keeps a record of
 * every render), and styles as asked for, whatever `stdout` is. Both are read from the environment at load time only, so it is put
 * back at once: commands that this process starts must not see it.
 */
export async function loadApp() {
  const before = { NODE_ENV: process.env['NODE_ENV'], FORCE_COLOR: process.env['FORCE_COLOR'] };
  process.env['NODE_ENV'] = 'production';
  process.env['FORCE_COLOR'] = '1';
  try {
    const [{ App }, { render }, { createElement }] = await Promise.all([
      import('./app.tsx'),
      import('ink'),
      import('react'),
    ]);
    return { App, render, createElement };
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
