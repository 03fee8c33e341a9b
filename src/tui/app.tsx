// React is loaded in its production build whatever the build tool takes for development, and that has no `jsxDEV`.
/** @jsxRuntime classic */
import { Box, Text, useInput } from 'ink';
import * as React from 'react';
import { keyNames } from './key-names.ts';
import type { Row } from './screen-change.ts';
import type { Line } from './span.ts';
import { textProps } from './theme.ts';

export type AppProps = {
  readonly width: number;
  readonly height: number;
  readonly rows: readonly Row[];
  readonly isColored: boolean;
  readonly onKey: (key: string) => void;
};

/** Rows of panes as Ink draws them, each at its place. What stands in them was decided in `screen.ts`. */
export function App({ width, height, rows, isColored, onKey }: AppProps) {
  useInput((input, key) => {
    for (const name of keyNames(input, key)) onKey(name);
  });
  return (
    <Box width={width} height={height} overflow="hidden">
      {rows.map(({ x, y, width: rowWidth, line }, at) => (
        <Box key={at} position="absolute" left={x} top={y} width={rowWidth} height={1} overflow="hidden">
          <PaneLine line={line} isColored={isColored} />
        </Box>
      ))}
    </Box>
  );
}

function PaneLine({ line, isColored }: { readonly line: Line; readonly isColored: boolean }) {
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
