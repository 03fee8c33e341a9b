import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';

/** Makes the OpenAPI page of the routes that are registered after it. */
export async function addOpenApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'dagtop',
        version,
        description:
          'Triggers, follows and steers runs of DAGs. Errors are problem documents (RFC 9457). A change is answered 202 once it is durable in the event log.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: {
        securitySchemes: {
          token: {
            type: 'http',
            scheme: 'bearer',
            description: 'dagtop token create, or the file of --token-file',
          },
        },
      },
    },
    // A route that is none of the contract is a file of the page.
    hideUntagged: true,
  });
}
