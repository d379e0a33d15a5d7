import { access, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dueFiles, fillStaging, type SourceFile } from './fill-staging.ts';
import { claimStaging, type Staging } from './staging.ts';

let root = '';
let staging: Staging;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cordon-staging-'));
  staging = await claimStaging(join(root, 'bundle'), 'inc-1');
});
afterEach(() => rm(root, { recursive: true }));

const fetched: string[] = [];
/** A file that comes in two pieces, and breaks after the first where that is asked for. */
const file = (content: string, isBroken = false): SourceFile => ({
  sizeBytes: content.length,
  pieces: async function* pieces() {
    fetched.push(content);
    yield Buffer.from(content.slice(0, 2));
    if (isBroken) throw new Error('the network is away');
    yield Buffer.from(content.slice(2));
  },
});

const fill = async (files: ReadonlyMap<string, SourceFile>): Promise<readonly string[]> => {
  fetched.length = 0;
  await fillStaging(staging, await dueFiles(staging, files), () => undefined);
  return fetched;
};

const OBJECTS = 'evidence/inc-1/objects';

describe('files that are staged', () => {
  it('have their names only when they are whole, and objects that are there are not fetched again', async () => {
    const files = new Map([
      [`${OBJECTS}/a`, file('whole')],
      ['evidence/inc-1/keeping/head.json', file('head 1')],
      [`${OBJECTS}/b`, file('broken', true)],
    ]);
    await expect(fill(files)).rejects.toThrow('the network is away');
    expect(await readdir(join(staging.dir, OBJECTS))).toEqual(['a']);
    files.set(`${OBJECTS}/b`, file('broken'));
    files.set('evidence/inc-1/keeping/head.json', file('head 2'));
    // Several are fetched at a time, in no order.
    expect((await fill(files)).toSorted()).toEqual(['broken', 'head 2']);
    expect(await readFile(join(staging.dir, OBJECTS, 'b'), 'utf8')).toBe('broken');
    expect(await readFile(join(staging.dir, 'evidence/inc-1/keeping/head.json'), 'utf8')).toBe('head 2');
  });

  it('are fetched again where they have another length, and taken away where nobody wants them', async () => {
    await fill(
      new Map([
        [`${OBJECTS}/a`, file('old')],
        [`${OBJECTS}/gone`, file('gone')],
      ]),
    );
    expect(await fill(new Map([[`${OBJECTS}/a`, file('newer')]]))).toEqual(['newer']);
    await expect(access(join(staging.dir, OBJECTS, 'gone'))).rejects.toThrow('ENOENT');
  });

  it('are those that were listed, or none', async () => {
    const short: SourceFile = { ...file('four'), sizeBytes: 5 };
    await expect(fill(new Map([[`${OBJECTS}/a`, short]]))).rejects.toMatchObject({
      code: 'changed-meanwhile',
    });
  });

  it('are not begun where there is no room for all', async () => {
    const huge: SourceFile = { ...file('x'), sizeBytes: 2 ** 60 };
    await expect(fill(new Map([[`${OBJECTS}/a`, huge]]))).rejects.toMatchObject({ code: 'no-room' });
    expect(fetched).toEqual([]);
  });

  it('hold manifests back under another name', async () => {
    await fill(new Map([['evidence/inc-1/manifest.json', file('{}')]]));
    expect(await readdir(join(staging.dir, 'evidence/inc-1'))).toEqual(['manifest.json.partial']);
  });
});
