import type { DagName, NodeName } from '../model/ids.ts';

/** What the operator asks for that is not on the screen: of the terminal, the shell and this machine's files. */
export type Outside = {
  quit(): void;
  /** Puts a text on the clipboard of the terminal. */
  copy(text: string): void;
  /** Gives the terminal to the shell until the operator comes back; rejects where no shell waits. */
  suspend(): Promise<void>;
  /** Opens the file of a dag in the operator's editor; resolves, when that has ended, with a line that says what was done. */
  edit(dag: DagName, node: NodeName | undefined): Promise<string>;
  /** Writes the screen to `file`, by default one named after `subject` and the time; resolves with a line that says where. */
  snapshot(file: string | undefined, subject: string): Promise<string>;
  mouse(isOn: boolean): void;
};
