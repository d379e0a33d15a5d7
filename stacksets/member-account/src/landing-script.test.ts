import { createHash } from 'node:crypto';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryDocuments, readSaid } from '@cordon/incident';

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

const PART = 1_048_576;
/** Two parts and a half, no two of the same bytes. */
const MEMORY_BYTES = 2 * PART + PART / 2;
const IMAGE = Buffer.alloc(MEMORY_BYTES, 'the memory of a host ');
IMAGE.write('the last of it', MEMORY_BYTES - 20);
/** Writes the image as AVML does: from front to back, to the file that it is given. */
const toolOf = (folder: string): string => `#!/bin/sh\n[ "$1" = acquire ] && cat ${folder}/image > "$2"\n`;

/** What a loopback server in the place of S3 was sent, and how it answers. */
interface Store {
  readonly objects: Map<string, Buffer>;
  readonly headers: IncomingMessage['headers'][];
  /** A status in the place of the store's own, once for each that is listed. */
  readonly troubles: (number | 'lost-reply')[];
}

let root = '';
let server: Server | undefined;
let store: Store = { objects: new Map(), headers: [], troubles: [] };
let base = '';

const take = (
  request: IncomingMessage,
  body: Buffer,
): { readonly status: number; readonly body?: Buffer } => {
  const key = new URL(request.url ?? '/', 'http://x').pathname;
  const held = store.objects.get(key);
  if (request.method === 'GET') return held === undefined ? { status: 404 } : { status: 200, body: held };
  store.headers.push(request.headers);
  const trouble = store.troubles.shift();
  if (typeof trouble === 'number') return { status: trouble };
  if (held !== undefined) return { status: 412 };
  const md5 = createHash('md5').update(body).digest('base64');
  if (request.headers['content-md5'] !== md5 || request.headers['if-none-match'] !== '*')
    return { status: 400 };
  store.objects.set(key, body);
  return { status: trouble === 'lost-reply' ? 503 : 200 };
};

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'cordon-landing-script-'));
  for (const folder of ['bin', 'run', 'sys/kernel/security'])
    mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'sys/kernel/security/lockdown'), '[none] integrity confidentiality\n');
  writeFileSync(join(root, 'image'), IMAGE);
  standIn('uname', '[ "$1" = -m ] && echo x86_64 || echo "6.1-$(id)"');
  standIn('mount', `echo "$@" >> ${root}/mounted`);
  standIn('umount', `echo "$@" >> ${root}/unmounted`);
  standIn('sleep', ':');
  store = { objects: new Map(), headers: [], troubles: [] };
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { status, body } = take(request, Buffer.concat(parts));
      response.writeHead(status).end(body);
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens at no port');
  base = `http://127.0.0.1:${address.port}`;
});
afterEach(async () => {
  await new Promise((resolve) => server?.close(resolve));
  rmSync(root, { recursive: true });
});

/** A program of the host's, found before the real one. */
const standIn = (name: string, does: string): void =>
  writeFileSync(join(root, 'bin', name), `#!/bin/sh\n${does}\n`, { mode: 0o755 });
const left = (name: string): string => {
  try {
    return readFileSync(join(root, name), 'utf8');
  } catch {
    return '';
  }
};

const KERNEL = '6.1.0-lime';
const MODULE = 'a module of the kernel';
const scriptFor = (tool: string, module = sha256(MODULE)): string =>
  (
    memoryDocuments({
      minutes: 15,
      linux: { name: 'avml', version: '0.20.0', sha256: tool },
      lime: (['x86_64', 'aarch64'] as const).map((machine) => ({
        kernel: KERNEL,
        machine,
        version: '1.10.0',
        sha256: module,
      })),
      landing: { when: 'always', upToGiB: 1 },
    }).LinuxLanding?.mainSteps[0]?.inputs.runCommand ?? []
  ).join('\n');

interface Given {
  /** Hash that the document has for the tool. */
  readonly want?: string;
  /** What lies where the tool should. */
  readonly tool?: string;
  /** How many links there are. */
  readonly links?: number;
  readonly linksSha256?: string;
  /** Whether the command names a link to a LiME module. */
  readonly lime?: boolean;
  /** Hash that the document has for it. */
  readonly module?: string;
}

const run = async ({ want, tool = toolOf(root), links = 4, linksSha256, lime, module }: Given = {}) => {
  const list = ['digests', ...Array.from({ length: links }, (_, index) => `part-${index + 1}`)]
    .map((key) => `${base}/${key}?X-Amz-Signature=0a\n`)
    .join('');
  store.objects.set('/links', Buffer.from(list));
  store.objects.set('/tool', Buffer.from(tool));
  store.objects.set('/module', Buffer.from(MODULE));
  const given: Readonly<Record<string, string>> = {
    Links: `${base}/links?X-Amz-Signature=0a`,
    LinksSha256: linksSha256 ?? sha256(list),
    PartBytes: String(PART),
    ToolUrl: `${base}/tool?X-Amz-Signature=0a`,
    Seconds: '60',
    Modules: lime === true ? `${module ?? sha256(MODULE)}=${base}/module?X-Amz-Signature=0a` : 'none',
  };
  const script = scriptFor(want ?? sha256(tool), module)
    .replaceAll(/\{\{ (\w+) \}\}/g, (_all, name: string) => given[name] ?? '')
    // The host's own places, below a folder of the test.
    .replace(' PATH=/usr/sbin', ` PATH=${root}/bin:/usr/sbin`)
    .replaceAll(/(?<![\w/.}])\/(sys|run)\//g, `${root}/$1/`);
  const child = spawn('bash', ['-c', script]);
  let stdout = '';
  child.stdout.on('data', (part: Buffer) => {
    stdout += part.toString('utf8');
  });
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { status, said: readSaid(stdout), stdout };
};
const sent = (): readonly Buffer[] =>
  [...store.objects].flatMap(([key, body]) => (key.startsWith('/part-') ? [body] : []));

const digests = (): string => store.objects.get('/digests')?.toString('utf8') ?? '';

// It is a script for Linux hosts, and wants their tools.
describe.skipIf(process.platform !== 'linux')('the script that sends memory', () => {
  it('sends the image in parts, each by its own link, and says the hash of each and of the whole', async () => {
    const { status, said } = await run();
    expect(status).toBe(0);
    expect(sent().map(({ length }) => length)).toEqual([PART, PART, PART / 2]);
    expect(Buffer.concat(sent()).equals(IMAGE)).toBe(true);
    expect(said).toMatchObject({
      status: 'captured',
      by: 'avml',
      bytes: MEMORY_BYTES,
      sha256: sha256(IMAGE),
      toolSha256: sha256(toolOf(root)),
      parts: 3,
      digests: sha256(digests()),
    });
    expect(digests()).toBe(
      sent()
        .map((part) => `${sha256(part)}\n`)
        .join(''),
    );
  });

  it('keeps nothing on the disks of the host: a file system in memory, one part at a time', async () => {
    await run();
    expect(left('mounted')).toMatch(/^-t tmpfs -o size=68157440,mode=700,nodev,nosuid cordon-memory /);
    expect(left('unmounted')).toContain('cordon-memory');
  });

  it('says so that a part is there already where the answer to it was lost', async () => {
    store.troubles.push('lost-reply');
    const { said } = await run();
    expect(said).toMatchObject({ status: 'captured', parts: 3, digests: sha256(digests()) });
  });

  it('tries again where S3 has trouble, and not for ever', async () => {
    store.troubles.push(500, 503);
    expect((await run()).said).toMatchObject({ status: 'captured' });
    store.objects.clear();
    store.troubles.push(500, 500, 500);
    expect((await run()).said).toEqual({ status: 'refused', because: 'upload-failed' });
  });

  it.each<[string, string, () => ReturnType<typeof run>]>([
    ['the tool is another', 'tool-hash-differs', () => run({ want: 'b'.repeat(64) })],
    ['the list of links is another', 'links-differ', () => run({ linksSha256: 'b'.repeat(64) })],
    ['the image has more parts than links', 'image-too-large', () => run({ links: 2 })],
    ['the tool fails', 'tool-failed', () => run({ tool: '#!/bin/sh\nexit 3\n' })],
    [
      'the tool fails half way',
      'tool-failed',
      () => run({ tool: `#!/bin/sh\nhead -c 1500000 ${root}/image > "$2"; exit 3\n` }),
    ],
    [
      'a link has expired',
      'upload-refused',
      () => {
        store.troubles.push(403);
        return run();
      },
    ],
    [
      'another run has sent a part',
      'another-run',
      () => {
        store.objects.set('/part-1', Buffer.from('of another'));
        return run();
      },
    ],
    [
      'the kernel is locked down',
      'kernel-lockdown',
      () => {
        writeFileSync(join(root, 'sys/kernel/security/lockdown'), 'none [integrity] confidentiality\n');
        return run();
      },
    ],
    [
      'it is Graviton and no module is named for its kernel',
      'no-module',
      () => {
        standIn('uname', 'echo aarch64');
        return run({ lime: true });
      },
    ],
    [
      'another has sent the list of digests',
      'another-run',
      () => {
        store.objects.set('/digests', Buffer.from('of another'));
        return run();
      },
    ],
    [
      'there can be no file system',
      'no-file-system',
      () => {
        standIn('mount', 'exit 1');
        return run();
      },
    ],
  ])('refuses where %s', async (_where, because, act) => {
    const { status, said } = await act();
    expect(said).toEqual({ status: 'refused', because });
    expect(status).toBe(1);
  });

  it('runs no tool of another hash', async () => {
    const { said } = await run({ tool: `#!/bin/sh\ntouch ${root}/ran\n`, want: sha256(toolOf(root)) });
    expect(said).toMatchObject({ because: 'tool-hash-differs' });
    expect(readdirSync(root)).not.toContain('ran');
  });

  describe('by a LiME module', () => {
    /** Does what the module does, at the port that it is told: listens, gives the image to the first that asks, and ends. */
    const limeIs = (how: 'whole' | 'listens-abroad' | 'fails-half-way' = 'whole'): void => {
      const server = `
        const [, port] = /path=tcp:(\\d+) format=lime localhostonly=1 timeout=0/.exec(process.argv.slice(2).join(' '));
        const image = require('node:fs').readFileSync('${root}/image');
        require('node:net').createServer((socket) => {
          socket.end(${how === 'fails-half-way' ? 'image.subarray(0, 1500000)' : 'image'}, () => process.exit(${how === 'fails-half-way' ? 1 : 0}));
        }).listen(Number(port), '${how === 'listens-abroad' ? '0.0.0.0' : '127.0.0.1'}');`;
      writeFileSync(join(root, 'lime.cjs'), server);
      standIn('insmod', `echo "$@" >> ${root}/loaded; exec ${process.execPath} ${root}/lime.cjs "$@"`);
    };
    const host = (machine: 'x86_64' | 'aarch64'): void =>
      standIn('uname', `[ "$1" = -m ] && echo ${machine} || echo ${KERNEL}`);

    beforeEach(() => {
      standIn('rmmod', `echo "$@" >> ${root}/unloaded`);
      limeIs();
    });

    it('reads it from the port of the loopback interface on Graviton, and takes the module out again', async () => {
      host('aarch64');
      const { status, said } = await run({ lime: true });
      expect(said).toMatchObject({
        status: 'captured',
        by: 'lime',
        bytes: MEMORY_BYTES,
        sha256: sha256(IMAGE),
        toolSha256: sha256(MODULE),
        parts: 3,
      });
      expect(status).toBe(0);
      expect(Buffer.concat(sent()).equals(IMAGE)).toBe(true);
      expect(left('loaded')).toMatch(/^\.\/lime\.ko path=tcp:\d{5} format=lime localhostonly=1 timeout=0\n$/);
      expect(left('unloaded')).toBe('lime\n');
    });

    it('takes it where the kernel is locked down, and where AVML fails before it wrote anything', async () => {
      host('x86_64');
      const tool = '#!/bin/sh\nexit 3\n';
      expect((await run({ lime: true, tool })).said).toMatchObject({ by: 'lime', sha256: sha256(IMAGE) });
      store.objects.clear();
      writeFileSync(join(root, 'sys/kernel/security/lockdown'), 'none [integrity] confidentiality\n');
      expect((await run({ lime: true })).said).toMatchObject({ by: 'lime', sha256: sha256(IMAGE) });
    });

    it.each<[string, string, () => ReturnType<typeof run>]>([
      [
        'AVML has sent a part',
        'tool-failed',
        () => run({ lime: true, tool: `#!/bin/sh\nhead -c 1500000 ${root}/image > "$2"; exit 3\n` }),
      ],
      [
        'the module is another',
        'tool-hash-differs',
        () => {
          host('aarch64');
          return run({ lime: true, module: 'b'.repeat(64) });
        },
      ],
      [
        'the kernel does not take it',
        'module-rejected',
        () => {
          host('aarch64');
          standIn('insmod', 'echo "insmod: ERROR: Key was rejected by service" >&2; exit 1');
          return run({ lime: true });
        },
      ],
      [
        'it would give the memory to the network',
        'listens-abroad',
        () => {
          host('aarch64');
          limeIs('listens-abroad');
          return run({ lime: true });
        },
      ],
      [
        'it ends half way',
        'tool-failed',
        () => {
          host('aarch64');
          limeIs('fails-half-way');
          return run({ lime: true });
        },
      ],
      [
        'somebody else was faster to ask it',
        'does-not-listen',
        () => {
          host('aarch64');
          writeFileSync(join(root, 'image'), '');
          return run({ lime: true });
        },
      ],
    ])('is not taken, or refused, where %s', async (_where, because, act) => {
      host('x86_64');
      expect((await act()).said).toEqual({ status: 'refused', because });
    });
  });

  // Where shellcheck is there: `.ci/run` brings it.
  it.skipIf(spawnSync('shellcheck', ['--version']).status !== 0)('is clean to shellcheck', () => {
    const { stdout } = spawnSync('shellcheck', ['-'], { input: scriptFor('a'.repeat(64)), encoding: 'utf8' });
    expect(stdout).toBe('');
  });
});
