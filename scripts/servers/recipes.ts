import { KAFKA } from './kafka.ts';
import { NATS, NATS_NEWEST } from './nats.ts';
import { POSTGRES } from './postgres.ts';
import { RABBITMQ } from './rabbitmq.ts';
import type { Recipe } from './recipe.ts';
import { REDIS } from './redis.ts';

/** All real brokers, in the order in which they are shown. */
export const RECIPES: readonly Recipe[] = [NATS, REDIS, RABBITMQ, KAFKA, NATS_NEWEST];
/** And the database of the history. */
export const SERVERS: readonly Recipe[] = [...RECIPES, POSTGRES];
