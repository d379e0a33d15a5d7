import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { CordonConfig } from '@cordon/incident';
import type { OwnAccount, Reading } from '@cordon/incident/doctor';
import { clientFor, type Connection } from '../aws/connection.ts';
import { ask, reading } from './ask.ts';

/** As whom something is read: an account of ours, or whoever StackSets are delegated to. */
export type Viewer = OwnAccount | 'stacksets';

/** What every reader is given. */
export interface Stage {
  readonly config: CordonConfig;
  /** How a viewer's account is reached in a Region; undefined where there are no credentials for it. */
  readonly connect: (viewer: Viewer, region: string) => Connection | undefined;
  /** Viewers whose credentials are of another account, by that account. */
  readonly strangers: ReadonlyMap<Viewer, string>;
  /** Runs work when there is room for it, so that not everything is asked at once. */
  readonly whenRoom: <Value>(work: () => Promise<Value>) => Promise<Value>;
}

/** Reads as a viewer, where there are credentials for it. */
export const asViewer = async <Value>(
  { connect, strangers, whenRoom }: Stage,
  { viewer, region }: { readonly viewer: Viewer; readonly region: string },
  work: (connection: Connection) => Promise<Reading<Value>>,
): Promise<Reading<Value>> => {
  const connection = connect(viewer, region);
  if (connection === undefined)
    return {
      status: 'not-asked',
      because: `no credentials were given for the ${viewer} account`,
      whatToDo: `give --profile ${viewer}=NAME, a profile of that account with the permission set CordonDoctors`,
    };
  const stranger = strangers.get(viewer);
  if (stranger !== undefined)
    return {
      status: 'not-asked',
      because: `the credentials for the ${viewer} account are of account ${stranger}`,
      whatToDo: `give --profile ${viewer}=NAME, a profile of the account that cordon.config.ts names`,
    };
  return whenRoom(() => work(connection));
};

/**
 * Whose credentials are of another account than the configuration says: what is missing there would be laid to ours. Who cannot be asked is
 * taken at their word, and fails at the first read.
 */
export const strangersAmong = async ({
  config,
  connect,
}: Pick<Stage, 'config' | 'connect'>): Promise<Stage['strangers']> => {
  const own = ['security', 'evidence', 'forensics'] as const;
  const found = await Promise.all(
    own.map(async (viewer) => {
      const connection = connect(viewer, config.homeRegion);
      if (connection === undefined) return [];
      const said = await reading(() =>
        ask('sts:GetCallerIdentity', () =>
          clientFor(STSClient, connection).send(new GetCallerIdentityCommand({})),
        ),
      );
      const account = said.status === 'read' ? said.value.Account : undefined;
      return account === undefined || account === config.accounts[viewer] ? [] : [[viewer, account] as const];
    }),
  );
  return new Map(found.flat());
};

/** Lets `most` works run at a time, in the order in which they came. */
export const limiter = (most: number): Stage['whenRoom'] => {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
};
