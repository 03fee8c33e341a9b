// React is loaded in its production build whatever the build tool takes for development, and that has no `jsxDEV`.
/** @jsxRuntime classic */
import { Box, Text, useInput } from 'ink';
import * as React from 'react';
import { keyNames } from './key-names.ts';
import type { Block, Screen } from './scene.ts';
import type { Line } from './span.ts';
import { textProps } from './theme.ts';

export type AppProps = {
  readonly screen: Screen;
  readonly isColored: boolean;
  readonly onKey: (key: string) => void;
};

/** The screen as Ink draws it: blocks at their places, the dialog over them. What stands in the blocks was decided in `screen.ts`. */
export function App({ screen, isColored, onKey }: AppProps) {
  useInput((input, key) => {
    for (const name of keyNames(input, key)) onKey(name);
  });
  const { width, height, blocks, dialog } = screen;
  return (
    <Box width={width} height={height} overflow="hidden">
      {blocks.map((block) => (
        <Pane key={`${block.rect.x},${block.rect.y}`} block={block} isColored={isColored} />
      ))}
      {dialog === undefined ? undefined : <Pane block={dialog} isColored={isColored} />}
    </Box>
  );
}

function Pane({ block, isColored }: { readonly block: Block; readonly isColored: boolean }) {
  const { rect, lines } = block;
  return (
    <Box
      position="absolute"
      left={rect.x}
      top={rect.y}
      width={rect.width}
      height={rect.height}
      flexDirection="column"
      overflow="hidden"
    >
      {lines.map((line, row) => (
        <Row key={row} line={line} isColored={isColored} />
      ))}
    </Box>
  );
}

function Row({ line, isColored }: { readonly line: Line; readonly isColored: boolean }) {
  return (
    <Text wrap="truncate">
      {line.map((part, at) => (
        <Text key={at} {...textProps(part, isColored)}>
          {part.text}
        </Text>
      ))}
    </Text>
  );
}
