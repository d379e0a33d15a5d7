import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { RECORDER_TOOL } from './tool.ts';

it('names the release that it is of, for a ledger must not name another', () => {
  const text = readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8');
  expect(JSON.parse(text)).toMatchObject({ version: RECORDER_TOOL.version });
});
