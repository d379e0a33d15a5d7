import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { piecesOfObject } from './pieces-of-object.ts';

const CONTENT = Buffer.from('what was kept of the machine');
const WANTED = {
  Bucket: 'cordon-vault',
  Key: 'incidents/inc-1/objects/memory.raw',
  ExpectedBucketOwner: '555555555555',
  sizeBytes: CONTENT.length,
};

/** What one answer of S3 brings of the content before its body breaks; all of it where nothing is said. */
interface Answer {
  readonly brings?: number;
  readonly etag?: string;
}

/** S3 as its client is asked: each answer but the last as given. */
const s3Of = (answers: readonly Answer[], content: Uint8Array = CONTENT) => {
  const ranges: (string | undefined)[] = [];
  const send = (command: { readonly input: { readonly Range?: string } }): Promise<object> => {
    const { brings, etag = '"one"' } = answers[ranges.length] ?? {};
    const { Range: range } = command.input;
    ranges.push(range);
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    const body = async function* body() {
      const to = brings === undefined ? content.length : from + brings;
      for (let at = from; at < to; at += 5) yield content.subarray(at, Math.min(at + 5, to));
      if (brings !== undefined) throw new Error('aborted');
    };
    return Promise.resolve({ Body: Readable.from(body()), ETag: etag });
  };
  return { client: { send } as unknown as Parameters<typeof piecesOfObject>[0], ranges };
};

const read = async (answers: readonly Answer[], content?: Uint8Array) => {
  const { client, ranges } = s3Of(answers, content);
  return { text: await text(piecesOfObject(client, WANTED)), ranges };
};

describe('the bytes of an object of the vault', () => {
  it('come as they are', async () => {
    expect(await read([])).toEqual({ text: CONTENT.toString('utf8'), ranges: [undefined] });
  });

  it('are asked for again from where the body broke off, as often as that brings some', async () => {
    const { text: all, ranges } = await read([{ brings: 7 }, { brings: 0 }, { brings: 1 }, { brings: 3 }]);
    expect(all).toBe(CONTENT.toString('utf8'));
    expect(ranges).toEqual([undefined, 'bytes=7-', 'bytes=7-', 'bytes=8-', 'bytes=11-']);
  });

  it('are given up when five bodies in a row bring nothing', async () => {
    const broken = Array.from({ length: 5 }, () => ({ brings: 0 }));
    await expect(read([{ brings: 4 }, ...broken])).rejects.toThrow(/breaks off after 4 of 28 bytes/);
  });

  it('are not taken where the body ends with an error, though all of them are there', async () => {
    await expect(read([{ brings: CONTENT.length }])).rejects.toThrow('aborted');
  });

  it('are not put together of two objects', async () => {
    await expect(read([{ brings: 4 }, { etag: '"two"' }])).rejects.toThrow(/was replaced while it was read/);
  });

  it('are those that were listed, no more and no fewer', async () => {
    await expect(read([], Buffer.concat([CONTENT, Buffer.from('!')]))).rejects.toThrow(/longer than the 28/);
    await expect(read([], CONTENT.subarray(0, 9))).rejects.toThrow(/breaks off after 9 of 28 bytes/);
  });
});
