/**
 * `agent-crowd.ts COUNT`: starts COUNT commands at once in a process that may open few files (the caller sets the bound), and prints
 * as JSON how they ended, and how one more ended when all were done.
 */
import { AgentStage } from './agent-stage.ts';

const stage = new AgentStage();
const crowd = Array.from({ length: Number(process.argv[2]) }, () => stage.sh('sleep 0.3; exit 0'));
const ended = await Promise.all(crowd);
const after = await stage.run({ argv: ['true'] });
await stage.end();
console.log(JSON.stringify({ crowd: ended.map(({ outcome }) => outcome), after: after.outcome }));
