import { CodedError } from '../../model/coded-error.ts';
import { sanitizeText } from '../../graph/text.ts';
import { spokenState } from '../../view/spoken.ts';
import { listenForFailures } from '../alarm.ts';
import { Console } from '../console.ts';
import { startInk } from '../ink.ts';
import type { MonitorOptions } from '../monitor.ts';
import { Operation } from '../operation.ts';
import { VirtualStdout } from '../terminal/virtual-stdout.ts';
import { Conversation, isAsked } from './conversation.ts';
import { tellWhatHappens } from './happenings.ts';
import { pressKeyInList } from './keys.ts';
import { PlainTerminal } from './plain-terminal.ts';
import { Speaker } from './speaker.ts';

/** Room for pages; nothing is drawn. */
const SIZE = { width: 120, height: 40 } as const;

export type LinearOptions = Omit<MonitorOptions, 'timeText' | 'layouter'> & {
  readonly timeText: (atMs: number) => string;
};

/**
 * The monitor for somebody who hears it: lines that are only ever appended, no drawing, no cursor that moves. The keys are those of the screen. Resolves
 * when the operator quits or a signal asks for the end.
 */
export async function startLinear(options: LinearOptions): Promise<void> {
  const { source, settings, timeText, stdin = process.stdin, stdout = process.stdout } = options;
  const quit = Promise.withResolvers<void>();
  const speaker = new Speaker(
    (text) => stdout.write(text),
    () => !desk.isAway && !isAsked(operation.ui),
  );
  const terminal = new PlainTerminal(stdout);
  const desk = new Console({
    source,
    stdin,
    terminal,
    stop: options.stop,
    onQuit: quit.resolve,
    onMouse: () => undefined,
    onBack: () => undefined,
    cells: () => {
      throw new CodedError('no_screen', 'there is no screen to write to a file');
    },
  });
  const operation: Operation = new Operation(
    {
      source,
      settings: settings.current,
      timeText,
      step: pressKeyInList,
      onChange: () => conversation.hear(),
      outside: desk,
    },
    SIZE.width,
    SIZE.height,
  );
  const write = (text: string): void => void stdout.write(text);
  const conversation = new Conversation({ source, operation, speaker, write, timeText });
  const ends = [
    desk.onAskedToLeave(options.leave, quit.resolve),
    tellWhatHappens(source, speaker),
    listenForFailures(source, terminal, () => operation.settings.bell),
    settings.onChange(() => operation.configure(settings.current)),
  ];
  desk.enter();
  try {
    speaker.answer([`dagtop, ${sanitizeText(source.brokerLabel)}. The key ? says all keys, q quits.`]);
    speaker.answer(spokenState(source.state, source.nowMs()));
    const virtual = new VirtualStdout(SIZE.width, SIZE.height);
    const onKey = (key: string): void => conversation.press(key);
    ends.push((await startInk({ stdin: desk.stdin, virtual, onKey, onFailure: quit.reject })).end);
    await quit.promise;
  } finally {
    for (const end of ends) end();
    speaker.stop();
    operation.stop();
    await desk.leave();
  }
}
