import { describe, expect, it } from 'vitest';
import { readApiAddress, readApiPlace } from '../../src/cli/api-place.ts';

describe('where the API listens', () => {
  it.each([
    ['127.0.0.1:8099', { host: '127.0.0.1', port: 8099 }],
    [':9000', { host: '127.0.0.1', port: 9000 }],
    ['[::1]:0', { host: '::1', port: 0 }],
    ['host.example:80', { host: 'host.example', port: 80 }],
  ])('%s', (text, address) => {
    expect(readApiAddress(text)).toEqual(address);
  });

  it.each(['8099', 'localhost', 'a:b', '::1:80', '127.0.0.1:70000', ''])('%j is no address', (text) => {
    expect(() => readApiAddress(text)).toThrow(/HOST:PORT/);
  });

  it('is this machine alone, unless TLS guards it', async () => {
    expect(await readApiPlace({})).toEqual({
      address: { host: '127.0.0.1', port: 8099 },
      tls: undefined,
      publicUrl: undefined,
    });
    await expect(readApiPlace({ api: '0.0.0.0:8099' })).rejects.toMatchObject({ code: 'insecure_api' });
    await expect(readApiPlace({ api: '[::]:8099' })).rejects.toMatchObject({ code: 'insecure_api' });
    await expect(readApiPlace({ tlsCert: 'x' })).rejects.toMatchObject({ code: 'bad_usage' });
    await expect(readApiPlace({ tlsCert: '/no/cert', tlsKey: '/no/key' })).rejects.toMatchObject({
      code: 'no_such_file',
    });
    await expect(readApiPlace({ publicUrl: 'javascript:alert(1)' })).rejects.toMatchObject({
      code: 'bad_usage',
    });
  });
});
