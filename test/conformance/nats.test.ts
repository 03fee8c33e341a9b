import { NATS } from '../../scripts/servers/nats.ts';
import { natsConformance } from '../support/nats-harness.ts';
import { isAtHand } from '../support/real-server.ts';

natsConformance(NATS, isAtHand(NATS));
