import { setTimeout as pause } from 'node:timers/promises';
import type { OpenWorld } from '@cordon/drill';
import { config } from '../../../../cordon.config.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { fileErrorCode, UsageError } from '../usage-error.ts';
import { clockOf, type Clock, type ClockMode } from './clock.ts';
import { serveControl, type Control } from './control.ts';
import { welcome } from './welcome.ts';

/** Options of `cordon local` as commander gives them. */
export interface LocalArguments {
  readonly port: number;
  readonly scenario: string;
  readonly seed: string;
  readonly clock: ClockMode;
  readonly deliver?: true;
}

/** Between two looks at the clock and at what came in. */
const TICK_MS = 20;

/** Serves the organization until the process is told to end. Throws UsageError for a taken port or an unknown scenario. */
export const local = async (given: LocalArguments, output: Output): Promise<ExitCode> => {
  const world = await open(given);
  const { organization } = world;
  const ended = untilTold();
  const clock = clockOf(organization, given.clock, () => performance.now());
  const controlled = {
    now: () => organization.timeline.now(),
    advance: clock.advance,
    deliver: world.deliver,
  };
  let control: Control | undefined;
  try {
    const { url } = await organization.serve(given.port).catch(takenPort(given.port));
    const controlPort = given.port === 0 ? 0 : given.port + 1;
    control = await serveControl(controlPort, controlled, ended.fail).catch(takenPort(controlPort));
    const { sessionOf } = await import('@cordon/drill');
    const operators = ['alice@example.org', 'bob@example.org'].flatMap((person) => {
      const credentials = sessionOf(organization, config, person);
      return credentials === undefined ? [] : [{ person, credentials }];
    });
    output.out(
      welcome({ world, config, endpoint: url, control: control.url, clock: given.clock, operators }),
    );
    if (given.deliver) output.out(`${world.deliver()} event(s) on the way\n`);
    await keepTime(clock, ended.signal);
  } finally {
    await control?.close();
    await organization.close();
  }
  output.err('ended\n');
  return EXIT.ok;
};

const open = async ({ scenario, seed }: LocalArguments): Promise<OpenWorld> => {
  const { BadInput, openWorld } = await import('@cordon/drill');
  try {
    return await openWorld({ config, scenario, seed });
  } catch (error) {
    throw error instanceof BadInput ? new UsageError(error.code, error.message, error.hint) : error;
  }
};

const takenPort =
  (port: number) =>
  (error: unknown): never => {
    const code = fileErrorCode(error);
    if (code === undefined) throw error;
    throw new UsageError(
      'port-taken',
      `cannot listen on 127.0.0.1:${port} (${code})`,
      'end what listens there, or give another --port',
    );
  };

const keepTime = async (clock: Clock, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    await clock.tick();
    await pause(TICK_MS, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
  if (signal.reason instanceof Error) throw signal.reason;
};

/** Aborts without an error on Ctrl-C and on a polite request to end, with one when `fail` is called. */
const untilTold = (): { readonly signal: AbortSignal; readonly fail: (error: unknown) => void } => {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort(name));
  return {
    signal: controller.signal,
    fail: (error) => controller.abort(error instanceof Error ? error : new Error(String(error))),
  };
};
