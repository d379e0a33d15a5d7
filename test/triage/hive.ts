import { writeFileSync } from 'node:fs';
import { run } from './tools.ts';

const BIN = 0x1000;
const NONE = 0xffff_ffff;

/** A registry hive with an empty root key, byte by byte: https://github.com/msuhanov/regf/blob/master/Windows%20registry%20file%20format%20specification.md */
const emptyHive = (): Uint8Array => {
  const file = new Uint8Array(2 * BIN);
  const view = new DataView(file.buffer);
  const text = (at: number, value: string): void => file.set(new TextEncoder().encode(value), at);
  const words = (at: number, ...values: readonly number[]): void =>
    values.forEach((value, index) => view.setUint32(at + 4 * index, value, true));
  const [root, security, free] = [0x20, 0xa0, 0xe0];
  text(0, 'regf');
  words(4, 1, 1, 0, 0, 1, 3, 0, 1, root, BIN, 1);
  let checksum = 0;
  for (let at = 0; at < 0x1fc; at += 4) checksum ^= view.getUint32(at, true);
  view.setUint32(0x1fc, checksum >>> 0, true);
  text(BIN, 'hbin');
  words(BIN + 4, 0, BIN);
  // A cell in use has its size negated; offsets count from the first bin.
  const cell = (at: number, end: number, kind: string): number => {
    view.setInt32(BIN + at, at - end, true);
    text(BIN + at + 4, kind);
    return BIN + at + 4;
  };
  const key = cell(root, security, 'nk');
  view.setUint16(key + 2, 0x2c, true);
  words(key + 0x14, 0, 0, NONE, NONE, 0, NONE, security, NONE);
  view.setUint16(key + 0x48, 4, true);
  text(key + 0x4c, 'ROOT');
  const descriptor = cell(security, free, 'sk');
  words(descriptor + 4, security, security, 1, 20);
  view.setUint8(descriptor + 20, 1);
  view.setInt32(BIN + free, BIN - free, true);
  return file;
};

/** Makes a hive with string values: by key, by name. */
export const makeHive = (
  path: string,
  keys: Readonly<Record<string, Readonly<Record<string, string>>>>,
): string => {
  writeFileSync(path, emptyHive());
  const made = new Set<string>();
  const commands = Object.entries(keys).flatMap(([key, values]) => {
    const parts = key.split('\\');
    const steps = parts.flatMap((part, index) => {
      const above = parts.slice(0, index + 1).join('\\');
      const add = made.has(above) ? [] : [`add ${part}`];
      made.add(above);
      return [...add, `cd ${part}`];
    });
    const set = Object.entries(values).flatMap(([name, value]) => [name, `string:${value}`]);
    return ['cd \\', ...steps, `setval ${set.length / 2}`, ...set];
  });
  run('hivexsh', ['-w', path], [...commands, 'commit', 'quit', ''].join('\n'));
  return path;
};
