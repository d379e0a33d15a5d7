import { describe, expect, it } from 'vitest';
import type { InstanceSpec } from './build-instance.ts';
import { testNetwork } from './test-network.ts';

const ask = (operation: string, more: Partial<InstanceSpec>) => {
  const on = testNetwork();
  return on.perform<{ Output?: string; ImageData?: string }>(operation, {
    InstanceId: on.instance(more).instanceId,
  });
};

describe('GetConsoleOutput', () => {
  it('gives the text in base64, as it is', async () => {
    const { Output = '' } = await ask('GetConsoleOutput', { consoleOutput: 'login: <script>\u001b[2J' });
    expect(Buffer.from(Output, 'base64').toString()).toBe('login: <script>\u001b[2J');
  });

  it('keeps the last 64 KB', async () => {
    const { Output = '' } = await ask('GetConsoleOutput', { consoleOutput: `start${'x'.repeat(65_536)}` });
    expect(Buffer.from(Output, 'base64').toString()).toBe('x'.repeat(65_536));
  });
});

describe('GetConsoleScreenshot', () => {
  it('gives a JPEG in base64', async () => {
    const { ImageData = '' } = await ask('GetConsoleScreenshot', {});
    const bytes = Buffer.from(ImageData, 'base64');
    expect(bytes.subarray(0, 2).toString('hex')).toBe('ffd8');
    expect(bytes.subarray(-2).toString('hex')).toBe('ffd9');
  });

  it.each([
    ['Graviton', { architecture: 'arm64' as const, type: 'm7g.large' }, 'UnsupportedOperation'],
    ['bare metal', { type: 'm7i.metal-24xl' }, 'UnsupportedOperation'],
    ['a stopped instance', { state: 'stopped' as const }, 'IncorrectInstanceState'],
  ])('refuses %s', async (_what, more, code) => {
    await expect(ask('GetConsoleScreenshot', more)).rejects.toMatchObject({ code });
  });
});
