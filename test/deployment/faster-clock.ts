// Preloaded into processes that work with an organization whose time passes faster than the wall's: their clock is its clock, and their waits
// end as much sooner. Without it an SDK takes refusals for those of its own wrong clock, and asks again and again.
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { clockNow, clockOf } from './clock.ts';

const clock = clockOf(import.meta.url);
const Wall = globalThis.Date;
const now = (): number => clockNow(clock);

globalThis.Date = new Proxy(Wall, {
  apply: () => new Wall(now()).toString(),
  construct: (_target, given: readonly unknown[], newTarget: Function): object =>
    Reflect.construct(Wall, given.length === 0 ? [now()] : given, newTarget),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});

const sooner = (ms: unknown): number | undefined =>
  typeof ms === 'number' ? ms / clock.timesFaster : undefined;
const require = createRequire(import.meta.url);
const timers: typeof import('node:timers') = require('node:timers');
const waits: typeof import('node:timers/promises') = require('node:timers/promises');

const pause = waits.setTimeout;
waits.setTimeout = (ms, ...rest) => pause(sooner(ms), ...rest);
const { setTimeout: once, setInterval: often } = timers;
const shortened = <Call extends typeof once | typeof often>(call: Call): Call =>
  new Proxy(call, {
    apply: (target, self, [run, ms, ...rest]: readonly unknown[]) =>
      Reflect.apply(target, self, [run, sooner(ms), ...rest]),
  });
globalThis.setTimeout = timers.setTimeout = shortened(once);
globalThis.setInterval = timers.setInterval = shortened(often);
syncBuiltinESMExports();
