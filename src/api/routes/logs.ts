import type { NodeName } from '../../model/ids.ts';
import { limits } from '../../model/limits.ts';
import type { Backing, OutputTarget, StreamName } from '../backing.ts';
import { STREAMED } from '../handlers.ts';
import type { Call, Handlers } from '../handlers.ts';
import { chunkOf, linesOf, readLogPart } from '../logs/log-part.ts';
import type { LogPlace } from '../logs/log-part.ts';
import { findNode, foundRun } from '../lookup.ts';
import { ApiProblem, problemBody, toProblem } from '../problem.ts';
import { frameOf } from '../streams.ts';
import type { Stream, Streams } from '../streams.ts';

/** What commands wrote: a part, or all that comes. */
export function logHandlers(backing: Backing, streams: Streams): Handlers<'readLog'> {
  return {
    readLog: async ({ params, query, request, reply }) => {
      const target = await targetOf(backing, params);
      const lastId = request.headers['last-event-id'];
      const place = placeOf(query.stream ?? 'both', typeof lastId === 'string' ? lastId : query.from);
      if (query.follow === true) {
        const stream = streams.open(request, reply);
        void follow(backing, stream, target, place);
        return STREAMED;
      }
      const { part, pieces } = await readLogPart(
        backing,
        target,
        place,
        query.limit ?? limits.outputReplyMaxBytes,
      );
      if (query.format !== 'text') return part;
      void reply.type('text/plain; charset=utf-8');
      return linesOf(pieces);
    },
  };
}

async function targetOf(
  backing: Backing,
  { run: id, node, attempt: number }: Call<'readLog'>['params'],
): Promise<Omit<OutputTarget, 'stream'>> {
  const { run } = await foundRun(backing, id);
  const attempts = run.nodes[findNode(run.definition, node)]?.attempts ?? [];
  const attempt = attempts.find((one) => one.number === number);
  if (attempt === undefined)
    throw new ApiProblem(404, 'no_such_attempt', `${node} has no attempt ${number}`, {
      hint: attempts.length === 0 ? 'it was not sent to a server yet' : `it has ${attempts.length}`,
    });
  return { key: { run: run.id, node: node as NodeName, attempt: number }, server: attempt.server };
}

/** Problem: 400. */
function placeOf(streams: StreamName | 'both', text = '0'): LogPlace {
  if (!/^\d{1,15}(,\d{1,15})?$/.test(text))
    throw new ApiProblem(400, 'bad_request', 'Last-Event-ID is no place in this log');
  const [first = 0, second = first] = text.split(',').map(Number);
  if (streams === 'both') return { stdout: first, stderr: second };
  return streams === 'stdout' ? { stdout: first } : { stderr: first };
}

/** Both streams until the command has ended; the id of each event is where both have come to. */
async function follow(
  { followOutput }: Backing,
  stream: Stream,
  target: Omit<OutputTarget, 'stream'>,
  place: LogPlace,
): Promise<void> {
  const reached: Partial<Record<StreamName, number>> = { ...place };
  const id = (): string => Object.values(reached).join();
  try {
    await Promise.all(
      (Object.entries(place) as [StreamName, number][]).map(([name, from]) =>
        followOutput(
          { ...target, stream: name },
          {
            from,
            onPiece: async (piece) => {
              reached[name] = piece.at + piece.bytes.length;
              stream.write(frameOf('chunk', chunkOf(name, piece), id()));
              await stream.ready();
            },
          },
          stream.stopped,
        ),
      ),
    );
    stream.write(frameOf('end', {}, id()));
  } catch (error) {
    stream.write(frameOf('problem', problemBody(toProblem(error), undefined), id()));
  }
  stream.end();
}
