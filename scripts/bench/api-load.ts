/** Asks for the status of a run at a rate, whatever the answers take, until it is told to end: `api-load.ts URL TOKEN RUN RATE`. Prints what came of it as JSON. */
import { Agent, request } from 'node:http';

const [url = '', token = '', run = '', rateText = '1000'] = process.argv.slice(2);
const rate = Number(rateText);
const agent = new Agent({ keepAlive: true, maxSockets: 32 });
const times: number[] = [];
let errors = 0;
let sent = 0;
let position = 0;

function ask(path: string): void {
  const begunMs = performance.now();
  const headers = { authorization: `Bearer ${token}` };
  request(`${url}${path}`, { agent, headers }, (answer) => {
    let text = '';
    answer.setEncoding('utf8');
    answer.on('data', (part: string) => (text += part));
    answer.on('end', () => {
      times.push(performance.now() - begunMs);
      if (answer.statusCode !== 200) errors += 1;
      const found = /"position":(\d+)/.exec(text);
      if (found !== null) position = Math.max(position, Number(found[1]));
    });
  })
    .on('error', () => (errors += 1))
    .end();
}

const begunMs = performance.now();
const timer = setInterval(() => {
  const due = Math.floor(((performance.now() - begunMs) / 1_000) * rate);
  for (; sent < due; sent += 1)
    ask(sent % 2 === 0 ? `/dag/status?run=${run}` : `/api/v1/runs/${run}?after=${position}`);
}, 5);

process.on('SIGTERM', () => {
  clearInterval(timer);
  const tookS = (performance.now() - begunMs) / 1_000;
  setTimeout(() => {
    times.sort((a, b) => a - b);
    const at = (part: number): number => Math.round((times[Math.floor(times.length * part)] ?? 0) * 10) / 10;
    const answered = Math.round(times.length / tookS);
    process.stdout.write(JSON.stringify({ answered, errors, p50Ms: at(0.5), p99Ms: at(0.99) }));
    process.exit(0);
  }, 300);
});
