import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openExecutor } from '../../src/agent/process/executor.ts';
import type { ExecutorParts, OpenExecutor } from '../../src/agent/process/executor.ts';
import { readProcess } from '../../src/agent/process/process-file.ts';
import type { Ended, Job } from '../../src/agent/ports.ts';
import { readOutput } from '../../src/agent/output/read-output.ts';
import type { Command } from '../../src/model/dag.ts';
import type { DagName, NodeName, RunId } from '../../src/model/ids.ts';
import type { OutputChunk } from '../../src/model/message.ts';

/** A data folder of its own, and an executor of the real thing in it. */
export class AgentStage {
  readonly folder = mkdtempSync(join(tmpdir(), 'dagtop-agent-'));
  readonly chunks: OutputChunk[] = [];
  readonly notices: string[] = [];
  readonly executor: OpenExecutor;
  #runs = 0;

  constructor(parts: Partial<ExecutorParts> = {}) {
    this.executor = openExecutor({
      dataFolder: this.folder,
      publish: (chunk) => this.chunks.push(chunk),
      onNotice: (text) => this.notices.push(text),
      settings: { killGraceMs: 300 },
      ...parts,
    });
  }

  job(command: Command, rest: Partial<Job> = {}): Job {
    this.#runs += 1;
    return { ...jobOf(`run-${this.#runs}`, command), ...rest };
  }

  run(command: Command, rest: Partial<Job> = {}): Promise<Ended> {
    return this.executor.start(this.job(command, rest)).ended;
  }

  sh(shell: string, rest: Partial<Job> = {}): Promise<Ended> {
    return this.run({ shell }, rest);
  }

  /** All that is kept of a stream, and how many bytes it had. */
  async kept(
    job: Job,
    stream: 'stdout' | 'stderr' = 'stdout',
  ): Promise<{ pieces: { from: number; bytes: Buffer }[]; totalBytes: number }> {
    const pieces: { from: number; bytes: Buffer }[] = [];
    const { run, node, attempt } = job;
    for (let at = 0; ;) {
      const reply = await readOutput(this.folder, {
        type: 'read_output',
        run,
        node,
        attempt,
        stream,
        from: at,
      });
      const bytes = Buffer.from(reply.data, 'base64');
      if (bytes.length === 0) return { pieces, totalBytes: reply.totalBytes };
      pieces.push({ from: reply.from, bytes });
      at = reply.from + bytes.length;
    }
  }

  async end(): Promise<void> {
    await this.executor.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function jobOf(run: string, command: Command): Job {
  return {
    run: run as RunId,
    node: 'node' as NodeName,
    attempt: 1,
    dag: 'dag' as DagName,
    command,
    env: {},
    params: {},
    inputs: {},
    workingDir: undefined,
    timeoutMs: undefined,
    traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
  };
}

export function isRunning(pid: number): boolean {
  const facts = readProcess(pid);
  return facts !== undefined && !facts.isZombie;
}

export function childrenOf(parent: number | undefined): number[] {
  const pids = readdirSync('/proc').map(Number).filter(Number.isSafeInteger);
  return pids.filter((pid) => readProcess(pid)?.parent === parent);
}

/** The pids that a command has written to a file, one per line. */
export function pidsIn(text: string): number[] {
  return text.split('\n').filter(Boolean).map(Number);
}
