/** How the tool is started on any machine with Node. */
const LAUNCHER = 'npx -y pnpm@12.21.0';

/** An argument as a POSIX shell takes it. */
const shellQuoted = (argument: string): string =>
  /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", String.raw`'\''`)}'`;

/** The one line that runs a command again. */
export const replayLine = (argv: readonly string[]): string => {
  const scripts = ['drill', 'local', 'bench'];
  const words = scripts.includes(argv[0] ?? '') ? argv : ['cordon', ...argv];
  return [LAUNCHER, ...words.map(shellQuoted)].join(' ');
};
