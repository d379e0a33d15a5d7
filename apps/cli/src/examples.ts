/** The part of a command's help below its options. Each example is a command line and what it is for. */
export const examples = (
  lines: readonly (readonly [command: string, purpose: string])[],
  notes: readonly string[] = [],
): string => {
  const width = Math.max(...lines.map(([command]) => command.length));
  return [
    '',
    'Examples:',
    ...lines.map(([command, purpose]) => `  ${command.padEnd(width)}  ${purpose}`),
    ...notes.flatMap((note) => ['', note]),
  ].join('\n');
};
