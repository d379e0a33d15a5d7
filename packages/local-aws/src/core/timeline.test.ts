import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Timeline } from './timeline.ts';

const START = Date.parse('2026-01-01T00:00:00Z');

describe('the timeline', () => {
  it('keeps appointments in order of time, then of making', async () => {
    const timeline = new Timeline(START);
    const seen: string[] = [];
    timeline.at(START + 20, () => seen.push('second'));
    timeline.at(START + 10, () => seen.push('first'));
    timeline.at(START + 20, () => seen.push('third'));
    expect(await timeline.run()).toBe('idle');
    expect(seen).toEqual(['first', 'second', 'third']);
    expect(timeline.now()).toBe(START + 20);
  });

  it('does not move while a runner computes, and moves when it waits', async () => {
    const timeline = new Timeline(START);
    let waits = false;
    timeline.add({ name: 'the runner', blocked: () => waits });
    let happenedAt = 0;
    timeline.at(START + 1_000, () => {
      happenedAt = timeline.now();
    });
    const run = timeline.run();
    for (let turns = 0; turns < 20; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(timeline.now()).toBe(START);
    waits = true;
    timeline.touch();
    await run;
    expect(happenedAt).toBe(START + 1_000);
  });

  it('lets what arrived take effect in the order of its keys, before time moves', async () => {
    const timeline = new Timeline(START);
    const seen: (readonly [string, number])[] = [];
    timeline.at(START + 5, () => seen.push(['later', timeline.now()]));
    for (const key of ['b', 'a', 'c']) timeline.whenSettled(key, () => seen.push([key, timeline.now()]));
    await timeline.run();
    expect(seen).toEqual([
      ['a', START],
      ['b', START],
      ['c', START],
      ['later', START + 5],
    ]);
  });

  it('stops at the limit, with the clock on it', async () => {
    const timeline = new Timeline(START);
    timeline.at(START + 1_000, () => {});
    expect(await timeline.run(undefined, START + 400)).toBe('limit');
    expect(timeline.now()).toBe(START + 400);
  });

  it('shares its clock with workers', async () => {
    const timeline = new Timeline(START);
    const shared = new Float64Array(timeline.sharedClock);
    timeline.at(START + 7, () => {});
    await timeline.run();
    expect(shared[0]).toBe(START + 7);
  });

  it('does not wait for an appointment that was cancelled', async () => {
    const timeline = new Timeline(START);
    const cancel = timeline.at(START + 7, () => {});
    cancel();
    await timeline.run();
    expect(timeline.now()).toBe(START);
  });

  it('rejects with a bug that showed where nobody awaits it', async () => {
    const timeline = new Timeline(START);
    timeline.at(START + 1, () => timeline.fail(new Error('a bug')));
    await expect(timeline.run()).rejects.toThrow('a bug');
  });
});

describe('the background', () => {
  const recurring = (timeline: Timeline, times: number[]): void => {
    timeline.at(
      timeline.now() + 10,
      () => {
        times.push(timeline.now());
        recurring(timeline, times);
      },
      'background',
    );
  };

  it('happens in its time, and is not waited for', async () => {
    const timeline = new Timeline(0);
    const times: number[] = [];
    recurring(timeline, times);
    timeline.at(25, () => times.push(-1));
    expect(await timeline.run()).toBe('idle');
    expect([times, timeline.now()]).toEqual([[10, 20, -1], 25]);
    await timeline.pass(15);
    expect([times, timeline.now()]).toEqual([[10, 20, -1, 30, 40], 40]);
  });

  it('is followed by the work that it begins', async () => {
    const timeline = new Timeline(0);
    const ends: number[] = [];
    timeline.at(10, () => timeline.at(100, () => ends.push(timeline.now())), 'background');
    timeline.at(11, () => {});
    await timeline.run();
    expect(ends).toEqual([100]);
  });
});

describe('a sleep with a signal', () => {
  it.each(['ends', 'is stopped'])(
    'listens to it no more once it %s, or Node would keep the signal for good',
    async (how) => {
      const timeline = new Timeline(0);
      const stop = new AbortController();
      const slept = timeline.sleep(1_000, AbortSignal.any([stop.signal])).then(
        () => 'ends',
        () => 'is stopped',
      );
      const { signal } = stop;
      const direct = timeline.sleep(1_000, signal).catch(() => undefined);
      expect(getEventListeners(signal, 'abort')).toHaveLength(1);
      if (how === 'is stopped') stop.abort();
      await timeline.run();
      await direct;
      expect(await slept).toBe(how);
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    },
  );
});
