import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

/** Read, run and compared with at this version; another one answers differently, which the table then shows. */
export const MOTO_VERSION = '5.2.5';

/** Why the emulator cannot be had here: Python or PyPI is missing. Not a divergence. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

/** A running emulator. */
export interface Moto {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly end: () => Promise<void>;
}

const INSTALL_MS = 10 * 60_000;
const START_MS = 120_000;

const run = promisify(execFile);

const attempt = async (command: string, args: readonly string[], hint: string): Promise<void> => {
  try {
    await run(command, [...args], { timeout: INSTALL_MS });
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim() : String(error);
    throw new Unavailable(`${reason}\n${hint}`);
  }
};

/** Installs the emulator into a virtual environment of its own below `folder`, where it is not there yet. Throws Unavailable. */
const install = async (folder: string, say: (line: string) => void): Promise<string> => {
  const place = join(folder, `moto-${MOTO_VERSION}`);
  const server = join(place, 'bin', 'moto_server');
  if (existsSync(server)) return server;
  say(`installing moto[server] ${MOTO_VERSION} of PyPI into ${place}, once`);
  await attempt(
    'python3',
    ['-m', 'venv', place],
    'install Python 3 with its venv module, such as python3-venv of Debian',
  );
  const pip = ['install', '--quiet', '--disable-pip-version-check', `moto[server]==${MOTO_VERSION}`];
  await attempt(
    join(place, 'bin', 'pip'),
    pip,
    'PyPI must be in reach, or a mirror of it be set for pip (PIP_INDEX_URL)',
  );
  return server;
};

/**
 * Starts the emulator on a free port of the loopback address.
 *
 * @throws Unavailable where Python or PyPI is not there
 */
export const startMoto = async (options: {
  readonly folder: string;
  readonly say: (line: string) => void;
}): Promise<Moto> => {
  const server = await install(options.folder, options.say);
  // By env, which becomes the server: AWS's own managed policies are not there unless a variable asks for them.
  const child = spawn('env', ['MOTO_IAM_LOAD_MANAGED_POLICIES=true', server, '-H', '127.0.0.1', '-p', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  const end = async (): Promise<void> => {
    child.kill();
    await ended;
  };
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const late = setTimeout(() => reject(new Error(`moto did not listen within ${START_MS} ms`)), START_MS);
  child.once('error', reject);
  const lines: string[] = [];
  // Read to the end: a pipe that nobody empties would stop it.
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (lines.length < 20) lines.push(line);
    const found = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
    if (found !== undefined) resolve(found);
  });
  void ended.then(() => reject(new Error(`moto ended before it listened: ${lines.join('\n')}`)));
  try {
    return { url: await promise, end };
  } catch (error) {
    await end();
    throw error;
  } finally {
    clearTimeout(late);
  }
};
