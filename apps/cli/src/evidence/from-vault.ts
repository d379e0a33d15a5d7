import type { DeskReply } from '@cordon/incident';
import { config } from '../../../../cordon.config.ts';
import { UsageError } from '../usage-error.ts';
import { askTheDesk } from './ask-desk.ts';
import type { SourceFile } from './fill-staging.ts';

/** For whom evidence is taken out of the vault, why, and where the desk is. */
export interface Asking {
  readonly reason?: string;
  readonly to?: string;
  readonly url?: string;
}

/** The files of each ledger, by the ledger's id. */
export type Ledgers = ReadonlyMap<string, ReadonlyMap<string, SourceFile>>;

/** Throws UsageError where the ledger could not say for whom and why. */
export const refuseUntold = ({ reason, to }: Asking): void => {
  if (reason !== undefined && to !== undefined) return;
  throw new UsageError(
    'bad-arguments',
    'an export from the vault wants --reason and --to',
    'say for whom and why: the ledger keeps it',
  );
};

/**
 * An incident's files in the vault. The ledger says for whom first; then the desk opens the incident, and the session reads it: again for each
 * fifty minutes that it takes. Throws UsageError where it is not opened or cannot be read, then or while a file is fetched.
 */
export const fromVault = async (
  incident: string,
  { reason = '', to = '', url }: Asking,
): Promise<Ledgers> => {
  const told = await asked({ action: 'export', incident, reason, to }, url);
  if (told.status !== 'done') throw notOpened();
  const credentials = await renewing(async () => {
    const opened = await asked({ action: 'open', incident, reason: `export for ${to}`.slice(0, 500) }, url);
    if (opened.status !== 'opened') throw notOpened();
    return opened.credentials;
  }, wallClock);
  const { fetchEvidence } = await import('@cordon/responder/fetch-evidence');
  const ledgers = await orNotFetched(() =>
    fetchEvidence(incident, config, { region: config.homeRegion, credentials }),
  );
  return new Map(
    [...ledgers].map(([ledgerId, files]) => [
      ledgerId,
      new Map(
        [...files].map(([path, { sizeBytes, pieces }]) => [
          path,
          { sizeBytes, pieces: () => orTold(pieces()) },
        ]),
      ),
    ]),
  );
};

const wallClock = (): number => performance.timeOrigin + performance.now();

/** A session of the desk is of an hour; the SDK asks for others five minutes before the end that it is told of. */
const RENEW_AFTER_MS = 50 * 60_000;
const SDK_AHEAD_MS = 5 * 60_000;

/**
 * Credentials as the SDK asks for them, which are made anew when those that there are grow old: an export may take longer than a session.
 *
 * @param now milliseconds; only how much passes counts
 */
export const renewing = async <Keys extends object>(
  open: () => Promise<Keys>,
  now: () => number,
): Promise<() => Promise<Keys & { readonly expiration: Date }>> => {
  const make = async (): Promise<{ readonly keys: Keys; readonly untilMs: number }> => ({
    untilMs: now() + RENEW_AFTER_MS,
    keys: await open(),
  });
  let current = await make();
  return async () => {
    if (now() >= current.untilMs) current = await make();
    return { ...current.keys, expiration: new Date(current.untilMs + SDK_AHEAD_MS) };
  };
};

const notOpened = (): UsageError =>
  new UsageError('not-opened', 'the desk did not open the incident', 'try again');

const asked = async (request: object, url: string | undefined): Promise<DeskReply> => {
  const answered = await askTheDesk(request, url);
  if (answered.status === 'not-answered')
    throw new UsageError(
      'not-reached',
      `AWS answered ${answered.code}: ${answered.body}`,
      'see cordon evidence open --help',
    );
  if (answered.reply.status === 'refused')
    throw new UsageError(answered.reply.code, answered.reply.because, 'nothing was exported');
  return answered.reply;
};

const notFetched = (error: unknown): unknown =>
  error instanceof UsageError || error instanceof TypeError || !(error instanceof Error)
    ? error
    : new UsageError(
        'not-fetched',
        `the vault was not read to the end: ${error.name}: ${error.message}`,
        'run the same again: what was fetched is kept',
      );

const orNotFetched = async <Made>(act: () => Promise<Made>): Promise<Made> => {
  try {
    return await act();
  } catch (error) {
    throw notFetched(error);
  }
};

async function* orTold(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* pieces;
  } catch (error) {
    throw notFetched(error);
  }
}
