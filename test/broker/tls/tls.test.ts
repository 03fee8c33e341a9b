import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { KAFKA } from '../../../scripts/servers/kafka.ts';
import { NATS } from '../../../scripts/servers/nats.ts';
import { RABBITMQ } from '../../../scripts/servers/rabbitmq.ts';
import type { Place, Recipe } from '../../../scripts/servers/recipe.ts';
import { REDIS } from '../../../scripts/servers/redis.ts';
import { openBroker } from '../../../src/broker/open.ts';
import { makeCertificates } from '../../support/certificates.ts';
import type { Certificates } from '../../support/certificates.ts';
import { record } from '../../support/conformance-tools.ts';
import { isAtHand, startServer } from '../../support/real-server.ts';
import type { RealServer } from '../../support/real-server.ts';

type Secured = {
  readonly recipe: Recipe;
  readonly scheme: string;
  port(place: Place): number;
  /** Lines by which the server takes TLS alone, with that certificate; `asks`: and wants one of the client. */
  config(certificates: Certificates, name: string, asks: boolean): string;
};

const SERVERS: readonly Secured[] = [
  {
    recipe: NATS,
    scheme: 'tls',
    port: ({ port }) => port,
    config: ({ path }, name, asks) =>
      `tls { cert_file: "${path(`${name}.crt`)}", key_file: "${path(`${name}.key`)}", ca_file: "${path('ca.crt')}", verify: ${asks} }`,
  },
  {
    recipe: REDIS,
    scheme: 'rediss',
    port: ({ extraPorts }) => extraPorts[0],
    // The plain port stays open for whoever asks whether the server is ready.
    config: ({ path }, name, asks) =>
      [
        'tls-port TLS_PORT',
        `tls-cert-file ${path(`${name}.crt`)}`,
        `tls-key-file ${path(`${name}.key`)}`,
        `tls-ca-cert-file ${path('ca.crt')}`,
        `tls-auth-clients ${asks ? 'yes' : 'no'}`,
      ].join('\n'),
  },
  {
    recipe: RABBITMQ,
    scheme: 'amqps',
    port: ({ extraPorts }) => extraPorts[2],
    config: ({ path }, name, asks) =>
      [
        'listeners.ssl.1 = 127.0.0.1:TLS_PORT',
        `ssl_options.certfile = ${path(`${name}.crt`)}`,
        `ssl_options.keyfile = ${path(`${name}.key`)}`,
        `ssl_options.cacertfile = ${path('ca.crt')}`,
        `ssl_options.verify = ${asks ? 'verify_peer' : 'verify_none'}`,
        `ssl_options.fail_if_no_peer_cert = ${asks}`,
      ].join('\n'),
  },
  {
    recipe: KAFKA,
    scheme: 'kafkas',
    port: ({ extraPorts }) => extraPorts[1],
    // Certificate and key in one file; the plain listener stays for whoever asks whether the server is ready.
    config: ({ path }, name, asks) => {
      const both = [`${name}.key`, `${name}.crt`].map((file) => readFileSync(path(file), 'utf8'));
      writeFileSync(path(`${name}.pem`), both.join(''));
      return [
        'listeners=PLAINTEXT://127.0.0.1:PORT,TLS://127.0.0.1:SECOND_AT,CONTROLLER://127.0.0.1:CONTROLLER_AT',
        'advertised.listeners=PLAINTEXT://127.0.0.1:PORT,TLS://127.0.0.1:SECOND_AT',
        'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,TLS:SSL,CONTROLLER:PLAINTEXT',
        'inter.broker.listener.name=PLAINTEXT',
        'listener.name.tls.ssl.keystore.type=PEM',
        `listener.name.tls.ssl.keystore.location=${path(`${name}.pem`)}`,
        'listener.name.tls.ssl.truststore.type=PEM',
        `listener.name.tls.ssl.truststore.location=${path('ca.crt')}`,
        `listener.name.tls.ssl.client.auth=${asks ? 'required' : 'none'}`,
      ].join('\n');
    },
  },
];

describe.each(SERVERS.filter(({ recipe }) => isAtHand(recipe)))('TLS to $recipe.name', (secured) => {
  let certificates: Certificates;
  let server: RealServer | undefined;
  beforeAll(() => {
    certificates = makeCertificates();
  });
  afterAll(() => certificates.remove());
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  const start = async (name: string, asks = false): Promise<number> => {
    server = await startServer(secured.recipe, { config: secured.config(certificates, name, asks) });
    return secured.port(server.place);
  };
  const open = async (port: number, options: readonly (readonly [string, string])[], host = '127.0.0.1') => {
    const query = new URLSearchParams(
      Object.fromEntries(options.map(([name, file]) => [name, certificates.path(file)])),
    );
    const broker = await openBroker(`${secured.scheme}://${host}:${port}?${query.toString()}`, {
      namespace: 'dag',
    });
    await broker.log.append([record('safe')]);
    await broker.close();
  };

  it.each(['server', 'address'])(
    'works with the CA of the server, whose certificate is for: %s',
    async (name) => {
      await open(await start(name), [['ca', 'ca.crt']]);
    },
  );

  it('works with a certificate of its own where the server asks for one, and only then', async () => {
    const port = await start('server', true);
    await open(port, [
      ['ca', 'ca.crt'],
      ['cert', 'client.crt'],
      ['key', 'client.key'],
    ]);
    await expect(open(port, [['ca', 'ca.crt']])).rejects.toMatchObject({
      code: expect.stringMatching(/broker_tls|broker_denied|unavailable/) as string,
    });
  });

  it.each([
    ['another CA', 'server', 'other-ca.crt', 'is signed by nobody who is trusted here'],
    ['an expired certificate', 'expired', 'ca.crt', 'has expired'],
    ['a certificate for another host', 'elsewhere', 'ca.crt', 'is for another host'],
  ])('is refused with one clear error: %s', async (_, name, ca, told) => {
    const port = await start(name);
    await expect(open(port, [['ca', ca]])).rejects.toMatchObject({
      code: 'broker_tls',
      message: expect.stringContaining(`TLS failed: its certificate ${told}`) as string,
    });
  });
});
