import { sanitizeText } from '../../graph/text.ts';
import type { Operation } from '../operation.ts';
import { contextOf } from '../place.ts';
import type { MonitorSource, Notice } from '../source.ts';
import type { UiState } from '../ui-state.ts';
import { answersTo, chosenLine } from './answers.ts';
import type { Speaker } from './speaker.ts';
import { SpokenLog } from './spoken-log.ts';

export type ConversationOptions = {
  readonly source: MonitorSource;
  readonly operation: Operation;
  readonly speaker: Speaker;
  readonly write: (text: string) => void;
  readonly timeText: (atMs: number) => string;
};

/** Keys in, sentences out. */
export class Conversation {
  readonly #options: ConversationOptions;
  readonly #log: SpokenLog;
  #message: Notice | undefined;

  constructor(options: ConversationOptions) {
    this.#options = options;
    this.#log = new SpokenLog(options.speaker);
  }

  press(key: string): void {
    const { source, operation, speaker, write, timeText } = this.#options;
    const before = operation.ui;
    const said = this.#message;
    operation.press(key);
    const after = operation.ui;
    write(typedText(before, after));
    const lines = answersTo(source, before, after, timeText);
    speaker.answer(lines);
    // A key that changes nothing says where it was pressed.
    if (lines.length === 0 && this.#message === said && !isAsked(after) && !isAsked(before))
      speaker.answer([chosenLine(source, after, timeText)]);
    // It was read out: nothing stands there to be closed.
    if (after.dialog?.is === 'text' || after.dialog?.is === 'help') operation.press('esc');
  }

  /** What came of a key later, and what was written to the log that is listened to. */
  hear(): void {
    const { operation, speaker } = this.#options;
    const { message } = operation;
    if (message !== this.#message && message !== undefined) speaker.answer([sanitizeText(message.text)]);
    this.#message = message;
    this.#log.follow(contextOf(operation.ui) === 'log' ? operation.readLog() : undefined);
  }
}

/** The operator types, or is asked: nobody talks meanwhile. */
export function isAsked({ dialog, typing }: UiState): boolean {
  return dialog !== undefined || typing !== undefined;
}

/** What is typed, letter by letter; where letters were taken away, all of it on a new line. */
function typedText(before: UiState, after: UiState): string {
  const was = typed(before);
  const is = typed(after);
  if (is === was) return '';
  if (is === undefined) return '\n';
  if (was === undefined) return is;
  return is.startsWith(was) ? is.slice(was.length) : `\n${is}`;
}

function typed({ typing, filters, view }: UiState): string | undefined {
  if (typing === undefined) return undefined;
  return typing.is === 'command' ? `command: ${typing.text}` : `filter: ${filters[view] ?? ''}`;
}
