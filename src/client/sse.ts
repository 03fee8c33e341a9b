/** One message of a stream of Server-Sent Events. */
export type SseMessage = {
  readonly event: string;
  readonly data: string;
  /** The last id that the stream named, with this message or before it. */
  readonly id: string | undefined;
};

/** Characters of a message that is not whole yet; a stream that sends more is broken. */
const MESSAGE_MAX_LENGTH = 8 * 1024 * 1024;

/**
 * The messages of a stream as they come, after the HTML standard's rules; comments are `undefined`, so that a reader sees that the stream lives.
 * Ends with the stream; throws what reading it throws.
 */
export async function* sseMessages(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<SseMessage | undefined, void> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  let message: { event: string; data: string[]; id: string | undefined } = fresh(undefined);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      if (rest.length > MESSAGE_MAX_LENGTH) throw new Error('a message of the stream has no end');
      const lines = rest.split(/\r\n|\n|\r(?!$)/u);
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line === '') {
          if (message.data.length > 0)
            yield { event: message.event, data: message.data.join('\n'), id: message.id };
          message = fresh(message.id);
        } else if (line.startsWith(':')) yield undefined;
        else takeField(message, line);
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function fresh(id: string | undefined): { event: string; data: string[]; id: string | undefined } {
  return { event: 'message', data: [], id };
}

function takeField(message: { event: string; data: string[]; id: string | undefined }, line: string): void {
  const colon = line.indexOf(':');
  const field = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /u, '');
  if (field === 'data') message.data.push(value);
  else if (field === 'event') message.event = value;
  else if (field === 'id' && !value.includes('\u0000')) message.id = value;
}
