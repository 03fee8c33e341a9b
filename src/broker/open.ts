import { CodedError } from '../model/coded-error.ts';
import type { Broker, BrokerOptions } from './port/port.ts';

/** Opens the broker that `url` names; its client is loaded only now. Errors: `bad_broker_url`, and what the adapter says. */
export async function openBroker(url: string, options: BrokerOptions): Promise<Broker> {
  const scheme = /^([a-z+]+):/.exec(url)?.[1];
  switch (scheme) {
    case 'embedded': {
      const { openEmbedded } = await import('./embedded/embedded.ts');
      return openEmbedded(url.slice('embedded:'.length), options);
    }
    case 'nats':
    case 'tls': {
      const { openNats } = await import('./nats/nats.ts');
      return openNats(url, options);
    }
    case 'redis':
    case 'rediss':
    case 'garnet':
    case 'garnets':
    case 'valkey':
    case 'valkeys': {
      const { openRedis } = await import('./redis/redis.ts');
      return openRedis(url, options);
    }
    case 'kafka':
    case 'kafkas': {
      const { openKafka } = await import('./kafka/kafka.ts');
      return openKafka(url, options);
    }
    case 'amqp':
    case 'amqps': {
      const { openRabbit } = await import('./rabbitmq/rabbitmq.ts');
      return openRabbit(url, options);
    }
    case undefined:
    default:
      throw new CodedError('bad_broker_url', `'${url}' names no broker that dagtop knows`, {
        hint: "use 'embedded:./.dagtop', 'nats://HOST:4222', 'redis://HOST:6379', 'garnet://HOST:6379', 'kafka://HOST:9092' or 'amqp://HOST'",
      });
  }
}
